"""Real time: echo over WebSocket, fan-out of a topic, memory of idle sockets and streams, instructions per message."""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lib import callgrind, machine
from lib.client import HOST, BadAnswer
from lib.report import Bar, Report, Summary, megabytes, one_digit, table, whole
from lib.server import ServerSpec, running
from lib.workspace import Workspace

HELP = "WebSocket echo, fan-out of a topic, idle sockets and streams, instructions per echoed message"
ECHO = "/ws"  # of the testee
FOLLOW = "/samples/ticker/goods/bench"  # of the showcase: an event stream, and POST publishes
IDLE_LIMIT_MB = 12.0
IDLE = {  # of the showcase
    "WebSocket, handler of the socket alone": ("/samples/websocket/echo", True),
    "WebSocket, handler with its context": ("/samples/websocket/", True),
    "WebSocket that follows a topic": (FOLLOW + "/socket", True),
    "event stream that follows a topic": (FOLLOW, False),
}
HANDSHAKE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
)


@dataclass(frozen=True)
class Measured:
    """What the load client found in one run, and what that cost the server."""

    per_second: float
    p50: float  # milliseconds
    p99: float
    cpu_us: float  # of the server, per message or delivery


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=int, default=3, help="length of one echo run (default: 3)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each load, in turn (default: 3)")
    parser.add_argument("--connections", type=int, default=100, help="of the echo (default: 100)")
    parser.add_argument("--subscribers", type=int, default=1000, help="of the topic (default: 1000)")
    parser.add_argument("--bytes", type=int, default=64, help="of a message (default: 64)")
    parser.add_argument("--idle", type=int, default=10000, help="idle connections of each kind (default: 10000)")
    parser.add_argument("--messages", type=int, nargs=2, default=(2000, 12000), metavar=("FEW", "MANY"))


def run(options: argparse.Namespace, place: Workspace) -> Report:
    machine.require("valgrind")
    few, many = options.messages
    if not 0 < few < many:
        raise RuntimeError("--messages wants two numbers, the smaller one first")
    if not 0 < options.bytes < 126:
        raise RuntimeError("--bytes wants a number from 1 to 125")
    options.idle = min(options.idle, machine.raise_descriptor_limit(options.idle + 1000) - 500)
    report = Report(f"real time, messages of {options.bytes} bytes (one loop; the load has a core of its own)")
    _loads(options, place, report)
    _idle(options, place, report)
    _instructions(options, place, report)
    return report


def _loads(options: argparse.Namespace, place: Workspace, report: Report) -> None:
    echo, fan_out, path = "echo", "fan-out", FOLLOW
    subscribers, size = options.subscribers, options.bytes
    sockets: tuple[object, ...] = (fan_out, "websocket", path + "/socket", path, subscribers)
    streams: tuple[object, ...] = (fan_out, "events", path, path, subscribers)
    loads: dict[str, tuple[str, tuple[object, ...]]] = {
        f"echo, {options.connections} sockets": ("testee", (echo, ECHO, options.connections, 1, size, options.seconds)),
        "echo, 16 in one write": ("testee", (echo, ECHO, options.connections, 16, size, options.seconds)),
        f"one to {subscribers:,} sockets": ("showcase", (*sockets, 300, 1, size)),
        f"one to {subscribers:,} sockets, 16 ahead": ("showcase", (*sockets, 1000, 16, size)),
        f"one to {subscribers:,} event streams": ("showcase", (*streams, 300, 1, size)),
        f"one to {subscribers:,} event streams, 16 ahead": ("showcase", (*streams, 1000, 16, size)),
    }
    rounds: dict[str, list[Measured]] = {name: [] for name in loads}
    for _ in range(options.rounds):
        for name, (program, words) in loads.items():
            rounds[name].append(_load(place, program, words))
    columns: list[tuple[str, str, Callable[[float], str]]] = [
        ("messages/s", "per_second", whole),
        ("p50 ms", "p50", lambda value: f"{value:.2f}"),
        ("p99 ms", "p99", lambda value: f"{value:.2f}"),
        ("cpu us each", "cpu_us", lambda value: f"{value:.2f}"),
    ]
    rows = []
    for name, found in rounds.items():
        summaries = {field: Summary.of(getattr(each, field) for each in found) for _, field, _ in columns}
        rows.append([name, *(summaries[field].text(form) for _, field, form in columns)])
        report.data[name] = {field: summary.json() for field, summary in summaries.items()}
    report.tables.append(table(["load", *(heading for heading, _, _ in columns)], rows))


def _load(place: Workspace, program: str, words: tuple[object, ...]) -> Measured:
    client = place.binaries / "load_client"
    if not client.exists():
        raise RuntimeError(f"{client} is not there; build it with: ./dev build release")
    with running(ServerSpec.parse(program, place.binaries), place.scratch, wrapper=machine.pinned(0)) as server:
        before = server.cpu_time()
        mode, *rest = map(str, words)
        command = [*machine.pinned(1), str(client), mode, HOST, str(server.port), *rest]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode != 0:
            raise RuntimeError(f"{done.stderr.strip()}\n{server.output()}")
        cpu = (server.cpu_time() - before).total
    found = json.loads(done.stdout)
    count = found.get("deliveries", found["messages"])
    return Measured(count / found["seconds"], found["p50_us"] / 1e3, found["p99_us"] / 1e3, cpu / count * 1e6)


def _idle(options: argparse.Namespace, place: Workspace, report: Report) -> None:
    rows = []
    for name, (path, upgrades) in IDLE.items():
        with running(ServerSpec.parse("showcase", place.binaries), place.scratch) as server:
            opened = [_open(server.port, path, upgrades) for _ in range(10)]  # what the first of them brings along
            time.sleep(0.2)
            before = server.resident_bytes()
            opened += [_open(server.port, path, upgrades) for _ in range(options.idle)]
            time.sleep(0.2)
            cost = server.resident_bytes() - before
            for connection in opened:
                connection.close()
        rows.append([name, whole(cost / options.idle), megabytes(cost)])
        report.data[name] = {"count": options.idle, "bytes": cost}
        if "alone" in name:
            report.bars.append(Bar("MB for 10,000 idle WebSockets", cost / options.idle / 100, IDLE_LIMIT_MB))
    report.tables.append(table([f"{options.idle:,} idle", "bytes each", "MB in all"], rows))


def _open(port: int, path: str, upgrades: bool) -> socket.socket:
    connection = socket.create_connection((HOST, port), timeout=30)
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{HANDSHAKE if upgrades else ''}\r\n"
    connection.sendall(request.encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = connection.recv(1)
        if not piece:
            break
        head += piece
    if not head.startswith(b"HTTP/1.1 101" if upgrades else b"HTTP/1.1 200"):
        raise BadAnswer(f"{path}: {head!r}")
    return connection


def _instructions(options: argparse.Namespace, place: Workspace, report: Report) -> None:
    few, many = options.messages
    spec = ServerSpec.parse("testee", place.binaries)
    row = [f"{many:,} minus {few:,} messages"]
    for depth in (1, 10):
        totals = [_echo_under_callgrind(spec, place.scratch, depth, count, options.bytes) for count in (few, many)]
        each = (totals[1] - totals[0]) / (many - few)
        report.data[f"instructions at depth {depth}"] = each
        row.append(one_digit(each))
    report.tables.append(table(["instructions per echoed message", "depth 1", "depth 10"], [row]))


def _echo_under_callgrind(spec: ServerSpec, scratch: Path, depth: int, count: int, size: int) -> int:
    """All instructions of a server that echoes `count` messages on one socket, in batches of `depth`."""
    pattern = f"callgrind.echo.{depth}.{count}."
    wrapper = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch / pattern}%p")
    with running(spec, scratch, wrapper=wrapper) as server, _open(server.port, ECHO, True) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        one = bytes([0x81, 0x80 | size, 0, 0, 0, 0]) + b"x" * size  # a key of zeros changes nothing, and costs the same
        for begin in range(0, count, depth):
            batch = min(depth, count - begin)
            connection.sendall(one * batch)
            missing = batch * (2 + size)
            while missing > 0:
                missing -= len(connection.recv(missing)) or missing + 1
            if missing < 0:
                raise BadAnswer(f"{ECHO}: the server ended the connection")
    return sum(callgrind.parse_total(file.read_text(errors="replace")) for file in scratch.glob(pattern + "*"))
