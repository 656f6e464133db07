"""User instructions per request: exact and repeatable, where times on a shared machine are not."""

from __future__ import annotations

import argparse

from lib import machine, workspace
from lib.build import compiler_of
from lib.callgrind import instructions_per_request
from lib.client import Request, check_answer
from lib.report import Bar, Report, one_digit, table
from lib.server import ServerSpec, running
from lib.workspace import Workspace

HELP = "user instructions per request, by callgrind"
LIMITS = {1: 1500.0, 16: 900.0}
STRUCT_LIMIT = 300.0  # what a struct as JSON by a typed handler may cost more than a text by a plain one


def add_arguments(parser: argparse.ArgumentParser) -> None:
    workspace.add_server_options(parser)
    workspace.add_request_options(parser)
    parser.add_argument("--depth", type=int, action="append", help="pipeline depth, repeatable (default: 1 and 16)")
    parser.add_argument("--requests", type=int, nargs=2, default=(2000, 12000), metavar=("FEW", "MANY"))
    parser.add_argument("--profile", action="store_true", help="also print the functions that spend the most")


def run(options: argparse.Namespace, place: Workspace) -> Report:
    machine.require("valgrind")
    few, many = options.requests
    if not 0 < few < many:
        raise RuntimeError("--requests wants two numbers, the smaller one first")
    depths: list[int] = options.depth or [1, 16]
    request = workspace.request_of(options)
    measured = f"GET {options.path} ({many:,} minus {few:,} requests), built by {compiler_of(place.binaries)}"
    report = Report(f"instructions per request in user space, {measured}")
    rows = []
    profiles = []
    for spec in place.servers(options):
        with running(spec, place.scratch) as server:
            check_answer(server.port, request, workspace.expected_body(options))
        row = [spec.name]
        for depth in depths:
            counts = instructions_per_request(spec, request, depth, (few, many), place.scratch, options.profile)
            row.append(one_digit(counts.per_request))
            found = {"per_request": counts.per_request, "functions": counts.functions}
            report.data.setdefault(spec.name, {})[f"depth_{depth}"] = found
            lines = [[name, one_digit(cost)] for name, cost in counts.functions]
            if lines:
                profiles.append("\n" + table([f"{spec.name}, depth {depth}", "instructions"], lines))
            if spec.name == "hello" and options.path == "/" and not options.header and depth in LIMITS:
                report.bars.append(Bar(f"instructions at depth {depth}", counts.per_request, LIMITS[depth]))
        rows.append(row)
    report.tables = [table(["server", *(f"depth {depth}" for depth in depths)], rows), *profiles]
    typed = ServerSpec.parse("typed", place.binaries)
    if not options.server and not options.header and options.path == "/" and typed.executable.exists():
        _compare_typed(typed, depths, (few, many), place, report)
    return report


def _compare_typed(spec: ServerSpec, depths: list[int], counts: tuple[int, int], place: Workspace, report: Report) -> None:
    rows = []
    for depth in depths:
        text, struct = (
            instructions_per_request(spec, Request(path), depth, counts, place.scratch).per_request
            for path in ("/text", "/json")  # paths of one length: routing costs the same
        )
        report.data.setdefault(spec.name, {})[f"depth_{depth}"] = {"text": text, "struct": struct}
        report.bars.append(Bar(f"more for a struct at depth {depth}", struct - text, STRUCT_LIMIT))
        rows.append([str(depth), one_digit(text), one_digit(struct), one_digit(struct - text)])
    report.tables.append("\n" + table(["depth", "text, plain handler", "struct, typed handler", "more"], rows))
