"""The servers in bench/peers, what they are asked, and how an answer is known to be right.

Each folder holds the smallest idiomatic program that does the work below, and a peer.json:

    title, language      as the tables name it
    kind                 framework, library (no router), server (no handlers) or raw (answers a constant)
    toolchain            what builds it: one of lib/toolchains.py
    package              whose version is reported; without it, that of the toolchain
    only / without       workloads it is asked for / those it cannot do, with the reason
    note                 what it does differently
    article              its name in docs/benchmarks/article.csv
    warm_up              seconds, where a compiler at run time needs more than the others
    program, packages, flags, run, weigh, runtime    for its toolchain
    headers              libraries that it has in itself, from headers or linked statically: ldd does not see them
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lib.client import HOST, BadAnswer, Connection, Response
from lib.workspace import BODY, ROOT

FOLDER = ROOT / "bench/peers"
OURS = "hyperlane-cpp"
FLOOR = "floor"
RAW_REASON = "answers a constant whatever the path"
PERSON = {"id": 7, "name": "Ada Lovelace", "email": "ada@example.org", "active": True, "score": 99.5}


@dataclass(frozen=True)
class Workload:
    name: str
    title: str
    path: str = "/"
    answer: bytes | None = BODY  # None: the JSON of PERSON
    body: bytes = b""  # sent with POST
    close: bool = False
    depth: int = 1

    def encode(self, port: int) -> bytes:
        method = "POST" if self.body else "GET"
        lines = [f"{method} {self.path} HTTP/1.1", f"Host: {HOST}:{port}"]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        if self.close:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body

    def is_right(self, response: Response) -> bool:
        if self.answer is not None:
            return response.body == self.answer
        try:
            return bool(json.loads(response.body) == PERSON)
        except ValueError:
            return False


KIB = b"x" * 1024
WORKLOADS = [
    Workload("keep-alive", "keep-alive"),
    Workload("close", "`Connection: close`", close=True),
    Workload("pipelined", "pipelined, 16 at a time", depth=16),
    Workload("users", "`GET /users/{id}`", path="/users/42", answer=b"42"),
    Workload("json", "a struct as JSON", path="/json", answer=None),
    Workload("post", "`POST` of 1 KiB, echoed", path="/echo", answer=KIB, body=KIB),
    Workload("1k", "a body of 1 KiB", path="/1k", answer=KIB),
    Workload("1m", "a body of 1 MiB", path="/1m", answer=KIB * 1024),
]
BY_NAME = {workload.name: workload for workload in WORKLOADS}


def check(port: int, workload: Workload, seconds: float = 5.0) -> None:
    """A fast wrong answer is worth nothing: status, body, how its end is told, and the end of the connection."""
    with Connection(port, timeout=seconds) as connection:
        connection.send(workload.encode(port) * workload.depth)
        for number in range(1, workload.depth + 1):
            try:
                response = connection.receive()
            except TimeoutError:
                raise BadAnswer(f"no answer to request {number} of {workload.depth} sent at once") from None
            if response.status != 200:
                raise BadAnswer(f"status {response.status}")
            if not workload.is_right(response):
                raise BadAnswer(f"wrong body of {len(response.body)} bytes: {response.body[:40]!r}")
        if workload.close:
            _check_end(connection)


def _check_end(connection: Connection) -> None:
    try:
        if not connection.ends():
            raise BadAnswer("bytes after the answer instead of the end of the connection")
    except TimeoutError:
        raise BadAnswer("it leaves the connection open that it was asked to close") from None


@dataclass(frozen=True)
class Peer:
    name: str
    title: str
    language: str
    kind: str
    toolchain: str
    package: str = ""
    only: tuple[str, ...] = ()
    without: dict[str, str] = field(default_factory=dict)
    note: str = ""
    article: str = ""
    warm_up: int = 0
    details: dict[str, Any] = field(default_factory=dict)  # the toolchain's own

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    def refuses(self, workload: Workload) -> str:
        """Why it is not asked, or nothing."""
        if self.only and workload.name not in self.only:
            return RAW_REASON
        return self.without.get(workload.name, "")


COMMON = ("title", "language", "kind", "toolchain", "package", "without", "note", "article", "warm_up")


def load(folder: Path) -> Peer:
    data = json.loads((folder / "peer.json").read_text())
    only = tuple(data.pop("only", ()))
    unknown = {*only, *data.get("without", {})} - BY_NAME.keys()
    if unknown:
        raise RuntimeError(f"{folder}/peer.json: no such workload: {', '.join(sorted(unknown))}")
    common = {key: data.pop(key) for key in COMMON if key in data}
    return Peer(folder.name, only=only, details=data, **common)


def load_all() -> dict[str, Peer]:
    """Ours first, the others by name."""
    found = [load(path.parent) for path in sorted(FOLDER.glob("*/peer.json"))]
    return {peer.name: peer for peer in sorted(found, key=lambda peer: peer.name != OURS)}
