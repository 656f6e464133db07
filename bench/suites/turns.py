"""CPU time per request beside that of the first server, in turns so short that a busy machine is busy for both."""

from __future__ import annotations

import argparse
import contextlib

from lib import machine, turns, workspace
from lib.client import Request, check_answer
from lib.report import CONFIDENCE, Bar, Report, Summary, microseconds, ratio, table
from lib.server import running
from lib.workspace import Workspace

HELP = "CPU time per request beside the first server, in turns of a few hundredths of a second"
CPU_RATIO_LIMIT = 1.06


def add_arguments(parser: argparse.ArgumentParser) -> None:
    workspace.add_server_options(parser)
    parser.add_argument("--path", default="/", help="request target (default: /)")
    parser.add_argument("--any-body", action="store_true", help="accept any body with status 200, not only the hello's")
    parser.add_argument("--connections", type=int, default=360, help="to each server (default: 360)")
    parser.add_argument("--pipeline", type=int, default=1, metavar="DEPTH", help="requests in one write (default: 1)")
    parser.add_argument("--milliseconds", type=int, default=turns.MILLISECONDS, help="length of a turn (default: 50)")
    parser.add_argument("--turns", type=int, default=turns.TURNS, help="of each server (default: 300)")


def run(options: argparse.Namespace, place: Workspace) -> Report:
    machine.require("taskset")
    specs = place.servers(options)
    machine.raise_descriptor_limit(options.connections * len(specs) + 1000)
    load = turns.Load(options.path, options.connections, options.pipeline, options.milliseconds, options.turns)
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(running(spec, place.scratch, wrapper=machine.pinned(0))) for spec in specs]
        for server in servers:
            check_answer(server.port, Request(options.path), workspace.expected_body(options))
        found = dict(zip([spec.name for spec in specs], turns.run(place.binaries, load, servers), strict=True))
    return _report(load, found)


def _report(load: turns.Load, found: dict[str, list[turns.Turn]]) -> Report:
    report = Report(
        f"turns: {load.connections} connections, depth {load.depth}, GET {load.path}, {load.turns} turns of "
        f"{load.milliseconds} ms, median ({CONFIDENCE:.0%} range)"
    )
    first = next(iter(found))
    rows = []
    for name, taken in found.items():
        cpu = Summary.of_median(turn.cpu_per_request for turn in taken)
        share = Summary.of_median(turns.shares(taken, found[first]))
        rows.append([name, cpu.text(microseconds), "" if name == first else share.text(ratio)])
        report.data[name] = {"cpu_per_request": cpu.json(), f"ratio_to_{first}": share.json()}
    report.tables.append(table(["server", "cpu us/request", f"by {first}'s"], rows))
    if {"hello", "floor"} <= found.keys() and (load.path, load.depth) == ("/", 1):
        share = Summary.of_median(turns.shares(found["hello"], found["floor"]))
        report.bars.append(Bar("CPU time per request, hello/floor", share.median, CPU_RATIO_LIMIT))
    return report
