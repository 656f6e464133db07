//! No HTTP: whatever ends with an empty line is answered with a constant, once for each empty line.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const HEAD_END: &[u8] = b"\r\n\r\n";
const RESPONSE: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\n\r\nHello, World!";

async fn serve(mut stream: TcpStream) -> std::io::Result<()> {
    let mut buffer = [0u8; 16384];
    let mut filled = 0;
    let mut answers = Vec::with_capacity(RESPONSE.len() * 16);
    loop {
        let count = stream.read(&mut buffer[filled..]).await?;
        if count == 0 {
            return Ok(());
        }
        filled += count;
        let mut used = 0;
        let mut close = false;
        while let Some(at) = find(&buffer[used..filled], HEAD_END) {
            let head = &buffer[used..used + at];
            close |= find(head, b"Connection: close").is_some();
            used += at + HEAD_END.len();
            answers.extend_from_slice(RESPONSE);
        }
        buffer.copy_within(used..filled, 0);
        filled -= used;
        stream.write_all(&answers).await?;
        answers.clear();
        if close || filled == buffer.len() {
            return Ok(());
        }
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port = std::env::args().nth(1).expect("usage: tokio-raw PORT");
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("bind");
    loop {
        let (stream, _) = listener.accept().await.expect("accept");
        let _ = stream.set_nodelay(true);
        tokio::spawn(serve(stream));
    }
}
