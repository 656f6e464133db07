"""A tiny blocking HTTP/1.1 client: an exact number of requests in exact batches, so that counts can be compared.

wrk is the load for rates; this client is the load for counts (instructions, allocations), where a run must do the same
work every time.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field

HOST = "127.0.0.1"


class BadAnswer(RuntimeError):
    """The server did not answer as a server under measurement must."""


@dataclass(frozen=True)
class Request:
    """What is asked, the same for every request of a run."""

    path: str = "/"
    headers: tuple[str, ...] = ()  # "Name: value"
    close: bool = False

    def encode(self, port: int) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {HOST}:{port}", *self.headers]
        if self.close:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass(frozen=True)
class Response:
    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str | None:
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.lower() == name.lower().encode():
                return value.strip().decode("latin-1")
        return None


@dataclass
class Connection:
    """One connection; responses come back in order."""

    port: int
    timeout: float = 30.0
    _socket: socket.socket = field(init=False, repr=False)
    _buffer: bytes = field(init=False, default=b"", repr=False)

    def __post_init__(self) -> None:
        self._socket = socket.create_connection((HOST, self.port), timeout=self.timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def receive(self) -> Response:
        """The next response. A body needs Content-Length or chunked coding, as keep-alive does."""
        head = self._take_until(b"\r\n\r\n")
        response = Response(_status(head), head, b"")
        coding = response.header("Transfer-Encoding")
        if coding is not None and coding.lower() == "chunked":
            return Response(response.status, head, self._take_chunks())
        length = response.header("Content-Length")
        if length is None:
            raise BadAnswer(f"no Content-Length in {head!r}")
        return Response(response.status, head, self._take(int(length)))

    def ends(self) -> bool:
        """Waits for the server's end of the connection; False if bytes come instead."""
        return not self._buffer and self._socket.recv(1) == b""

    def _fill(self) -> None:
        data = self._socket.recv(1 << 18)
        if not data:
            raise BadAnswer("the server closed the connection in the middle of an answer")
        self._buffer += data

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._fill()
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _take_until(self, mark: bytes) -> bytes:
        while (at := self._buffer.find(mark)) < 0:
            self._fill()
        return self._take(at + len(mark))

    def _take_chunks(self) -> bytes:
        body = b""
        while size := int(self._take_until(b"\r\n").split(b";")[0], 16):
            body += self._take(size)
            self._take(2)
        while self._take_until(b"\r\n") != b"\r\n":  # trailers
            pass
        return body


def _status(head: bytes) -> int:
    parts = head.split(b" ", 2)
    if len(parts) < 2 or not parts[0].startswith(b"HTTP/1.") or not parts[1][:3].isdigit():
        raise BadAnswer(f"not an HTTP/1 response: {head[:80]!r}")
    return int(parts[1][:3])


def fetch(port: int, request: Request) -> Response:
    with Connection(port) as connection:
        connection.send(request.encode(port))
        return connection.receive()


def check_answer(port: int, request: Request, expected_body: bytes | None) -> Response:
    """One request, before anything is measured: a fast wrong answer is worth nothing."""
    response = fetch(port, request)
    if response.status != 200:
        raise BadAnswer(f"{request.path}: status {response.status}, expected 200")
    if expected_body is not None and response.body != expected_body:
        raise BadAnswer(f"{request.path}: body {response.body[:80]!r}, expected {expected_body!r}")
    return response


def run_requests(connection: Connection, request: Request, count: int, depth: int) -> None:
    """Sends `count` requests in batches of `depth`, each batch in one write, and reads every answer."""
    one = request.encode(connection.port)
    done = 0
    while done < count:
        batch = min(depth, count - done)
        connection.send(one * batch)
        for _ in range(batch):
            response = connection.receive()
            if response.status != 200:
                raise BadAnswer(f"{request.path}: status {response.status}, expected 200")
        done += batch


def run_connections(port: int, request: Request, count: int) -> None:
    """`count` connections, one after another, each with one request."""
    for _ in range(count):
        if fetch(port, request).status != 200:
            raise BadAnswer(f"{request.path}: status is not 200")


def open_connections(port: int, request: Request, count: int) -> list[Connection]:
    """`count` keep-alive connections that have each had one answer and now do nothing."""
    connections = []
    for _ in range(count):
        connection = Connection(port)
        run_requests(connection, request, 1, 1)
        connections.append(connection)
    return connections
