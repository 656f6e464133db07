// What the page says about each sample, and the requests that its buttons send. `name` is the file in samples/, and the
// samples answer below /samples/<name>. A sample with a `group` is the first of it in the menu.

const get = (label, path, more = {}) => ({ label, method: "GET", path, ...more });

const BOOKING = '{"first_night": 10, "last_night": 12, "guests": [{"name": "Ada", "email": "ada@example.com"}]}';
const FORM = `--form
Content-Disposition: form-data; name="title"

holiday
--form
Content-Disposition: form-data; name="photo"; filename="beach.txt"
Content-Type: text/plain

sand and sea
--form--
`;

export const samples = [
    {
        group: "First steps", name: "basic", title: "Hello", about: "A handler is a function of a context.",
        tries: [get("GET /", "/"), { label: "HEAD comes with GET", method: "HEAD", path: "/" }],
    },
    {
        name: "routes", title: "Routes", about: "Static, regex, dynamic and tail routes, registered together.",
        tries: [get("static", "/users/me"), get("regex", "/users/42"), get("dynamic", "/users/abc"),
            get("tail", "/files/a/b.txt"), get("no match: 404", "/nowhere")],
    },
    {
        name: "methods", title: "Methods", about: "A path asked with a method that it does not answer gives 405, and says which it does.",
        tries: [get("GET", "/get"), { label: "POST", method: "POST", path: "/post" }, { label: "PATCH", method: "PATCH", path: "/item" },
            get("a wrong one: 405", "/item"), { label: "OPTIONS", method: "OPTIONS", path: "/get_or_post" },
            { label: "any method", method: "PURGE", path: "/any" }],
    },
    {
        name: "parameters", title: "Typed parameters", about: "A parameter that is no number is the client's mistake: 400, and the message says which.",
        tries: [get("42", "/users/42"), get("abc: 400", "/users/abc"), get("too large: 400", "/users/4294967296"), get("-1: 400", "/users/-1")],
    },
    {
        name: "user_json", title: "JSON", about: "A route parameter in, JSON out, with its content type.",
        tries: [get("user 7", "/users/7"), get("user 8", "/users/8")],
    },
    {
        group: "Typed data", name: "typed_todos", title: "A REST API of structs", about: "Handlers take what they need and return what they mean; JSON, parameters and errors follow from the types.",
        tries: [get("list", "/"), get("not done", "/?done=false"), get("one", "/1"), get("none: 404", "/0"),
            { label: "create: 201", method: "POST", path: "/", headers: "Content-Type: application/json", body: '{"title": "buy milk", "priority": "high"}' },
            { label: "done", method: "PUT", path: "/1/done" }, get("no number: 400", "/x")],
    },
    {
        name: "typed_rules", title: "Rules and problem details", about: "Everything that is wrong is told at once, with the place of each. Programs get it as problem details, people as text.",
        tries: [{ label: "book", method: "POST", path: "/bookings", headers: "Content-Type: application/json", body: BOOKING },
            { label: "five mistakes: 422", method: "POST", path: "/bookings", headers: "Content-Type: application/json\nAccept: application/json",
                body: '{"first_night": 0, "last_night": "400", "guests": [{"name": "", "email": "ada"}, {"name": 7, "email": "a@b.c"}]}' },
            { label: "no JSON: 400", method: "POST", path: "/bookings", headers: "Content-Type: application/json", body: '{"first_night": 1,' },
            { label: "not declared: 415", method: "POST", path: "/bookings", headers: "Content-Type: text/plain", body: BOOKING },
            { label: "an error of its own: 409", method: "POST", path: "/bookings", headers: "Content-Type: application/json\nAccept: application/json",
                body: BOOKING.replace("12", "200") }],
    },
    {
        name: "typed_form", title: "Upload form", about: "multipart/form-data (RFC 7578), read part by part while it arrives.",
        tries: [{ label: "a text and a file", method: "POST", path: "/", headers: "Content-Type: multipart/form-data; boundary=form", body: FORM },
            { label: "cut off: 400", method: "POST", path: "/", headers: "Content-Type: multipart/form-data; boundary=form", body: FORM.slice(0, -10) },
            { label: "no form: 415", method: "POST", path: "/", headers: "Content-Type: text/plain", body: "x" }],
    },
    {
        name: "bodies", title: "Bodies", about: "A literal, a string put together, a large one that is moved, and the body of a request, which this route limits to 1,000 bytes.",
        tries: [get("literal", "/literal"), get("formatted", "/formatted?what=tea+%26+cake"), get("100,000 bytes, moved", "/moved"),
            { label: "echo", method: "POST", path: "/echo", headers: "Content-Type: text/plain", body: "Grüße from the browser" },
            { label: "too large: 413", method: "POST", path: "/echo", body: "x".repeat(1001) }],
    },
    {
        group: "Middleware", name: "auth", title: "Auth middleware", about: "Without the token, the middleware answers: no X-Handler, because the handler did not run, but X-Served-By, because response middleware always does.",
        tries: [get("without a token: 401", "/secret"), get("with the token", "/secret", { headers: "Authorization: Bearer secret" })],
    },
    {
        name: "middleware", title: "Order of middleware", about: "Each step leaves its name in X-Trace.",
        tries: [get("match", "/"), get("error: 500", "/error"), get("refused by middleware: 403", "/refused"), get("aborted: 403", "/aborted")],
    },
    {
        name: "logging", title: "Logging", about: "A line per request with method, path, status and duration; the server's log has it too.",
        tries: [get("quick", "/quick"), get("slow", "/slow"), get("fails: 409", "/fails"), get("gives up: 503", "/gives_up")],
    },
    {
        name: "cors", title: "CORS", about: "The three fields that let pages of other sites read a response, set by hand.",
        tries: [get("GET", "/data"), { label: "preflight", method: "OPTIONS", path: "/data" }],
    },
    {
        name: "security", title: "Security headers", about: "Set by one response middleware, so they are on errors as well.",
        tries: [get("fine", "/"), get("an error: 500", "/fails")],
    },
    {
        group: "Asynchronous", name: "timeout", title: "Time-out", about: "After 100 ms the handler is cancelled and the client is told; a fast handler does not notice.",
        tries: [get("fast", "/fast"), get("slow: 504", "/slow")],
    },
    {
        name: "async", title: "Async", about: "join takes as long as the longer of two: 200 ms, not 300. timeout cancels what takes too long.",
        tries: [get("join", "/join"), get("time-out: 408", "/timeout")],
    },
    {
        name: "upload", title: "Streamed upload", about: "The handler counts the pieces as they come in; the server never holds the whole of it.",
        tries: [{ label: "1 MB", method: "POST", path: "/", upload: 1e6 }, { label: "100 MB", method: "POST", path: "/", upload: 1e8 }],
    },
    {
        name: "stream", title: "Streamed response", about: "A piece every 200 ms, shown with the time at which it came. Stop it, and the handler ends.",
        tries: [get("countdown", "/countdown")],
    },
    {
        group: "Realtime", name: "events", title: "Server-Sent Events", about: "Ten events, one a second, read by the browser's EventSource.",
        tries: [get("listen", "/", { events: true })],
    },
    {
        name: "ticker", title: "Live ticker", about: "A topic of the hub as Server-Sent Events. Leave for five seconds: who comes back names the last event it had, and gets what it missed at once.",
        tries: [get("follow", "/goods/tea", { topic: {} }), get("follow, and leave for 5 s", "/goods/tea", { topic: { gap: [3, 5] } }),
            { label: "add a price", method: "POST", path: "/goods/tea", body: "99.50" }, get("counters of the hub", "/counters")],
    },
    {
        name: "websocket", title: "WebSocket", about: "The page sends the time each second, and whatever you write below; the handler answers each message.",
        tries: [get("send the time", "/", { socket: { time: true } }), get("echo, compressed", "/echo", { socket: {} }),
            get("the server says goodbye", "/goodbye", { socket: {} }), get("no WebSocket: 426", "/")],
    },
    {
        name: "chat", title: "Chat", about: "Open this page twice, and join under two names. Who is there is what the hub knows of the room.",
        tries: [get("join as ann", "/kitchen?name=ann", { socket: { people: "/samples/chat/kitchen/people" } }),
            get("join as bob", "/kitchen?name=bob", { socket: { people: "/samples/chat/kitchen/people" } }),
            get("who is there", "/kitchen/people"), get("without a name", "/kitchen", { socket: {} })],
    },
    {
        group: "Files", name: "files", title: "Files", about: "With media type, ETag, conditional requests and ranges. There is no way out of the folder.",
        tries: [get("text", "/poem.txt"), get("JSON", "/data.json"), get("a range: 206", "/poem.txt", { headers: "Range: bytes=0-13" }),
            get("out of range: 416", "/poem.txt", { headers: "Range: bytes=5000-" }), get("escape: 404", "/..%2f..%2fetc%2fpasswd")],
    },
];
