"""Requests a second, CPU time a request, latency and memory under wrk, the servers in turn."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from lib import machine, workspace, wrk
from lib.client import Request, check_answer
from lib.report import Bar, Report, Summary, megabytes, microseconds, milliseconds, ratio, table, whole
from lib.server import ServerSpec, running
from lib.workspace import Workspace

HELP = "rates, CPU time, latency and memory under wrk, and the ratios to the first server"
RESIDENT_LIMIT_MEGABYTES = 6.0


@dataclass(frozen=True)
class Round:
    """One run of wrk against a server that was started for it."""

    requests_per_second: float
    cpu_per_request: float  # seconds, as all times
    user_per_request: float
    system_per_request: float
    p50: float | None  # None with pipelining, where wrk does not measure it
    p99: float | None
    resident_idle: int
    resident_loaded: int
    resident_after: int
    errors: int


Column = tuple[str, str, Callable[[float], str]]  # heading, field of Round, form
RATE_COLUMNS: list[Column] = [
    ("requests/s", "requests_per_second", whole),
    ("cpu us/request", "cpu_per_request", microseconds),
    ("user us", "user_per_request", microseconds),
    ("system us", "system_per_request", microseconds),
]
LATENCY_COLUMNS: list[Column] = [
    ("p50 ms", "p50", milliseconds),
    ("p99 ms", "p99", milliseconds),
]
MEMORY_COLUMNS: list[Column] = [
    ("idle MB", "resident_idle", megabytes),
    ("under load MB", "resident_loaded", megabytes),
    ("after MB", "resident_after", megabytes),
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    workspace.add_server_options(parser)
    workspace.add_request_options(parser)
    parser.add_argument("--seconds", type=int, default=10, help="length of one run (default: 10)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each server, in turn (default: 5)")
    parser.add_argument("--connections", type=int, default=360)
    parser.add_argument("--pipeline", type=int, default=1, metavar="DEPTH", help="requests under way per connection")
    parser.add_argument("--close", action="store_true", help="a connection per request (Connection: close)")


def run(options: argparse.Namespace, place: Workspace) -> Report:
    machine.require("wrk", "taskset")
    machine.raise_descriptor_limit(options.connections + 1000)
    if options.close and options.pipeline > 1:
        raise RuntimeError("--close and --pipeline do not go together")
    specs = place.servers(options)
    load = wrk.Load(
        options.connections, options.seconds, options.pipeline, request=workspace.request_of(options, options.close)
    )
    rounds: dict[str, list[Round]] = {spec.name: [] for spec in specs}
    for number in range(options.rounds):
        # Every second round runs backwards: a machine that slows down over time then slows all of them alike.
        for spec in specs if number % 2 == 0 else reversed(specs):
            body = workspace.expected_body(options)
            rounds[spec.name].append(measure_round(spec, load, body, place.scratch))
    return _report(load, rounds)


def measure_round(spec: ServerSpec, load: wrk.Load, body: bytes | None, scratch: Path) -> Round:
    with running(spec, scratch, wrapper=machine.pinned(0)) as server:
        check_answer(server.port, load.request, body)
        idle = server.resident_bytes()
        loaded: list[int] = []
        before = server.cpu_time()
        found = wrk.run(server.port, load, lambda: loaded.append(server.resident_bytes()))
        used = server.cpu_time() - before
        count = max(found.requests, 1)
        return Round(
            requests_per_second=found.requests_per_second,
            cpu_per_request=used.total / count,
            user_per_request=used.user / count,
            system_per_request=used.system / count,
            p50=None if load.pipeline > 1 else found.p50,
            p99=None if load.pipeline > 1 else found.p99,
            resident_idle=idle,
            resident_loaded=loaded[0],
            resident_after=server.resident_bytes(),
            errors=found.errors,
        )


def _summary(rounds: list[Round], field: str) -> Summary:
    return Summary.of(getattr(each, field) for each in rounds)


def _rows(rounds: dict[str, list[Round]], columns: list[Column]) -> list[list[str]]:
    return [[name, *(_summary(runs, field).text(form) for _, field, form in columns)] for name, runs in rounds.items()]


def ratios(rounds: list[Round], base: list[Round], field: str) -> Summary:
    """Round by round, because neighbours in time share the state of the machine."""
    return Summary.of(
        getattr(one, field) / getattr(other, field) if getattr(other, field) else 0.0
        for one, other in zip(rounds, base, strict=True)
    )


def _report(load: wrk.Load, rounds: dict[str, list[Round]]) -> Report:
    mode = "close" if load.request.close else f"depth {load.pipeline}"
    first = next(iter(rounds))
    count = len(rounds[first])
    report = Report(
        f"wrk: {load.connections} connections, {mode}, GET {load.request.path}, "
        f"{count} rounds of {load.seconds} s, median (min..max)"
    )
    pipelined = load.pipeline > 1
    columns = RATE_COLUMNS if pipelined else RATE_COLUMNS + LATENCY_COLUMNS
    report.tables.append(table(["server", *(title for title, _, _ in columns)], _rows(rounds, columns)))
    memory = [[*row, whole(sum(each.errors for each in rounds[row[0]]))] for row in _rows(rounds, MEMORY_COLUMNS)]
    report.tables.append(
        "\n" + table(["resident memory", *(title for title, _, _ in MEMORY_COLUMNS), "errors"], memory)
    )
    report.data = {name: {"rounds": [asdict(each) for each in runs]} for name, runs in rounds.items()}
    fields = {"requests_per_second": "requests/s", "cpu_per_request": "cpu/request"} | (
        {} if pipelined else {"p99": "p99"}
    )
    compared = []
    for name in list(rounds)[1:]:
        found = {field: ratios(rounds[name], rounds[first], field) for field in fields}
        compared.append([f"{name}/{first}", *(found[field].text(ratio) for field in fields)])
        report.data[name][f"ratio_to_{first}"] = {field: summary.json() for field, summary in found.items()}
    if compared:
        report.tables.append("\n" + table(["ratio", *fields.values()], compared))
    report.failed = any(each.errors for runs in rounds.values() for each in runs)
    report.bars = _bars(load, rounds)
    return report


def _bars(load: wrk.Load, rounds: dict[str, list[Round]]) -> list[Bar]:
    """Only for the load that the limit was set for."""
    if "hello" not in rounds or load.request != Request() or load.pipeline != 1 or load.connections > 360:
        return []
    resident = max(each.resident_loaded for each in rounds["hello"]) / 1e6
    return [Bar("MB resident under load", resident, RESIDENT_LIMIT_MEGABYTES)]
