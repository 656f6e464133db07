"""Heap calls per request once a server has warmed up."""

from __future__ import annotations

import argparse

from lib import allocations, machine, workspace
from lib.allocations import CountedServer, HeapCalls
from lib.client import Connection, Request, check_answer, run_connections, run_requests
from lib.report import Bar, Report, table
from lib.workspace import ROOT, Workspace

HELP = "heap calls per request in the steady state"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    workspace.add_server_options(parser)
    workspace.add_request_options(parser)
    parser.add_argument("--depth", type=int, action="append", help="pipeline depth, repeatable (default: 1 and 16)")
    parser.add_argument("--requests", type=int, default=10000)
    parser.add_argument("--warm-up", type=int, default=2000, metavar="REQUESTS")


def run(options: argparse.Namespace, place: Workspace) -> Report:
    machine.require("g++")
    library = allocations.build_counter(ROOT / "build/bench")
    request = workspace.request_of(options)
    report = Report(f"heap calls per request, GET {options.path} ({options.requests:,} requests after a warm-up)")
    rows = []
    for spec in place.servers(options):
        with allocations.counted(spec, library, place.scratch) as subject:
            check_answer(subject.server.port, request, workspace.expected_body(options))
            for depth in options.depth or [1, 16]:
                calls = _steady(subject, request, options.requests, depth, options.warm_up)
                rows.append(_row(f"{spec.name}, depth {depth}", calls, options.requests))
                report.data.setdefault(spec.name, {})[f"depth_{depth}"] = vars(calls)
                if spec.name == "hello":
                    per_request = (calls.allocations + calls.reallocations) / options.requests
                    # A timer that allocates once a second is no cost of a request, one in a hundred requests is.
                    report.bars.append(Bar(f"allocations per request at depth {depth}", round(per_request, 2), 0))
            calls = _per_connection(subject, workspace.request_of(options, close=True), 1000)
            rows.append(_row(f"{spec.name}, per connection", calls, 1000))
            report.data[spec.name]["per_connection"] = vars(calls)
    report.tables.append(table(["server", "allocated", "reallocated", "freed", "bytes"], rows))
    return report


def _steady(subject: CountedServer, request: Request, count: int, depth: int, warm_up: int) -> HeapCalls:
    with Connection(subject.server.port) as connection:
        run_requests(connection, request, warm_up, depth)
        before = subject.heap_calls()
        run_requests(connection, request, count, depth)
        return subject.heap_calls() - before


def _per_connection(subject: CountedServer, request: Request, count: int) -> HeapCalls:
    run_connections(subject.server.port, request, 100)
    before = subject.heap_calls()
    run_connections(subject.server.port, request, count)
    return subject.heap_calls() - before


def _row(name: str, calls: HeapCalls, count: int) -> list[str]:
    numbers = (calls.allocations, calls.reallocations, calls.frees, calls.bytes)
    return [name, *(f"{number / count:,.4f}" for number in numbers)]
