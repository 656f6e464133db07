"""A long run on one server that must end without a single error."""

from __future__ import annotations

import argparse

from lib import machine, workspace, wrk
from lib.client import check_answer
from lib.report import Report, megabytes, milliseconds, table, whole
from lib.server import running
from lib.workspace import Workspace

HELP = "a long run of wrk on hello; fails if there is any error"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    workspace.add_server_options(parser)
    workspace.add_request_options(parser)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--connections", type=int, default=360)
    parser.add_argument("--close", action="store_true", help="a connection per request (Connection: close)")


def run(options: argparse.Namespace, place: Workspace) -> Report:
    machine.require("wrk", "taskset")
    machine.raise_descriptor_limit(options.connections + 1000)
    request = workspace.request_of(options, options.close)
    load = wrk.Load(options.connections, options.seconds, request=request)
    mode = "Connection: close" if options.close else "keep-alive"
    report = Report(f"load: {options.connections} connections, {mode}, GET {options.path}, {options.seconds} s")
    rows = []
    for spec in place.subjects(options):
        with running(spec, place.scratch, wrapper=machine.pinned(0)) as server:
            check_answer(server.port, request, workspace.expected_body(options))
            idle = server.resident_bytes()
            found = wrk.run(server.port, load)
            after = server.resident_bytes()
            check_answer(server.port, request, workspace.expected_body(options))
        rows.append([spec.name, whole(found.requests), whole(found.requests_per_second), milliseconds(found.p99)])
        rows[-1] += [megabytes(idle), megabytes(after), str(found.socket_errors), str(found.bad_statuses)]
        report.data[spec.name] = {
            "requests": found.requests,
            "requests_per_second": found.requests_per_second,
            "p50": found.p50,
            "p99": found.p99,
            "resident_idle": idle,
            "resident_after": after,
            "socket_errors": found.socket_errors,
            "bad_statuses": found.bad_statuses,
        }
        report.failed = report.failed or found.errors > 0 or found.requests == 0
    headings = ["server", "requests", "requests/s", "p99 ms", "idle MB", "after MB", "socket errors", "bad statuses"]
    report.tables.append(table(headings, rows))
    return report
