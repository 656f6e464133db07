use rocket::config::{Config, LogLevel};
use rocket::fairing::AdHoc;
use rocket::http::Header;
use rocket::serde::Serialize;
use rocket::serde::json::Json;
use rocket::{build, get, launch, post, routes};

static KIB: [u8; 1024] = [b'x'; 1024];
static MIB: [u8; 1024 * 1024] = [b'x'; 1024 * 1024];

#[derive(Serialize)]
#[serde(crate = "rocket::serde")]
struct Person {
    id: u32,
    name: &'static str,
    email: &'static str,
    active: bool,
    score: f64,
}

#[get("/")]
fn hello() -> &'static str {
    "Hello, World!"
}

#[get("/users/<id>")]
fn user(id: String) -> String {
    id
}

#[get("/json")]
fn person() -> Json<Person> {
    Json(Person { id: 7, name: "Ada Lovelace", email: "ada@example.org", active: true, score: 99.5 })
}

#[post("/echo", data = "<body>")]
fn echo(body: Vec<u8>) -> Vec<u8> {
    body
}

#[get("/1k")]
fn kib() -> &'static [u8] {
    &KIB
}

#[get("/1m")]
fn mib() -> &'static [u8] {
    &MIB
}

#[launch]
fn server() -> _ {
    let port = std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("usage: rocket PORT");
    let config = Config { port, workers: 1, log_level: LogLevel::Off, ..Config::release_default() };
    let before = AdHoc::on_request("accept", |request, _| {
        Box::pin(async move { request.replace_header(Header::new("accept", "text/plain")) })
    });
    let after = AdHoc::on_response("log", |_, response| {
        Box::pin(async move {
            if response.status().code >= 500 {
                eprintln!("{}", response.status());
            }
        })
    });
    build().configure(config).attach(before).attach(after).mount("/", routes![hello, user, person, echo, kib, mib])
}
