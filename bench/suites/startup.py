"""From exec to the first response, and what a server weighs: size, shared libraries, memory."""

from __future__ import annotations

import argparse
import subprocess

from lib import machine, starting, workspace
from lib.client import Request, open_connections
from lib.report import Bar, Report, Summary, megabytes, milliseconds, table, whole
from lib.server import ServerSpec, free_port, running
from lib.workspace import Workspace

HELP = "time to the first response, size, libraries, memory idle and with connections"
FIRST_RESPONSE_LIMIT_MS = 20.0
LOADED_LIMIT_MB = 6.0
IDLE_CONNECTIONS_LIMIT_MB = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    workspace.add_server_options(parser)
    workspace.add_request_options(parser)
    parser.add_argument("--rounds", type=int, default=20, help="starts of each server (default: 20)")
    parser.add_argument("--idle", type=int, default=10000, help="idle connections to open (default: 10000)")


def run(options: argparse.Namespace, place: Workspace) -> Report:
    request = workspace.request_of(options)
    idle = min(options.idle, machine.raise_descriptor_limit(options.idle + 1000) - 500)
    report = Report(f"start and weight ({options.rounds} starts; resident memory after one request per connection)")
    rows = []
    for spec in place.servers(options):
        first = Summary.of(_first_response(spec, request) for _ in range(options.rounds))
        size = spec.executable.stat().st_size if spec.executable.exists() else 0
        libraries = _shared_libraries(spec)
        alone, some, many = _resident(spec, place, request, idle)
        cost = many - alone
        rows.append([spec.name, first.text(milliseconds), megabytes(size), whole(libraries), megabytes(alone)])
        rows[-1] += [megabytes(some), f"{megabytes(cost)} ({whole(cost / idle)} B each)"]
        report.data[spec.name] = {
            "first_response": first.json(),
            "binary_bytes": size,
            "shared_libraries": libraries,
            "resident_idle": alone,
            "resident_360_connections": some,
            "idle_connections": idle,
            "resident_idle_connections": many,
        }
        if spec.name == "hello":
            report.bars.append(Bar("ms from exec to the first response", first.median * 1e3, FIRST_RESPONSE_LIMIT_MS))
            report.bars.append(Bar("MB resident with 360 connections", some / 1e6, LOADED_LIMIT_MB))
            report.bars.append(Bar(f"MB for {idle:,} idle connections", cost / 1e6, IDLE_CONNECTIONS_LIMIT_MB))
    headings = ["server", "first response ms", "binary MB", "libraries"]
    headings += ["idle MB", "with 360 connections MB", f"for {idle:,} idle connections MB"]
    report.tables.append(table(headings, rows))
    return report


def _first_response(spec: ServerSpec, request: Request) -> float:
    port = free_port()
    return starting.first_answer(spec.filled(port, workers=1), port, request.encode(port))


def _shared_libraries(spec: ServerSpec) -> int:
    """What ldd lists, without the kernel's vdso and the loader."""
    text = subprocess.run(["ldd", str(spec.executable)], capture_output=True, text=True, check=False).stdout
    return sum("=>" in line for line in text.splitlines())


def _resident(spec: ServerSpec, place: Workspace, request: Request, idle: int) -> tuple[int, int, int]:
    """Bytes with one, with 360 and with `idle` connections open."""
    with running(spec, place.scratch) as server:
        connections = open_connections(server.port, request, 1)
        alone = server.resident_bytes()
        connections += open_connections(server.port, request, 359)
        some = server.resident_bytes()
        connections += open_connections(server.port, request, max(idle - 360, 0))
        many = server.resident_bytes()
        for connection in connections:
            connection.close()
    return alone, some, many
