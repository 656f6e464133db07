"""What the hello-world translation unit and twenty typed routes cost to compile."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
from pathlib import Path

from lib import machine
from lib.report import Bar, Report, Summary, table, whole
from lib.workspace import ROOT, Workspace

HELP = "compile time at -O0 and included lines of the hello-world unit and of twenty typed routes"
SOURCES = ("examples/hello.cpp", "bench/typed/typed.cpp")
SECONDS_LIMITS = {"hello.cpp": 1.0, "typed.cpp": 3.0}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--source", action="append", help="repeatable (default: examples/hello.cpp and bench/typed/typed.cpp)")
    parser.add_argument("--include", action="append", default=[], metavar="DIR", help="besides include/")
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--rounds", type=int, default=5)


def run(options: argparse.Namespace, place: Workspace) -> Report:
    machine.require(options.compiler)
    folders = [str(ROOT / "include"), *options.include]
    command = [options.compiler, "-std=c++23", *(f"-I{folder}" for folder in folders)]
    report = Report(f"compile: {options.compiler} -std=c++23 -O0, CPU time of {options.rounds} runs")
    rows = []
    for text in options.source or [str(ROOT / source) for source in SOURCES]:
        source = Path(text)
        if not source.exists():
            raise RuntimeError(f"{source} is not there")
        object_file = str(place.scratch / "unit.o")
        compile_unit = [*command, "-O0", "-c", str(source), "-o", object_file]
        seconds = Summary.of(_cpu_seconds(compile_unit) for _ in range(options.rounds))
        lines = _included_lines([*command, "-E", str(source)])
        rows.append([source.name, seconds.text(), whole(lines)])
        report.data[source.name] = {"seconds": seconds.json(), "included_lines": lines}
        if source.name in SECONDS_LIMITS:
            report.bars.append(Bar(f"s to compile {source.name}", seconds.median, SECONDS_LIMITS[source.name]))
    report.tables.append(table(["source", "user + system s", "included lines"], rows))
    return report


def _cpu_seconds(command: list[str]) -> float:
    environment = {**os.environ, "CCACHE_DISABLE": "1"}  # g++ may be ccache under another name
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _included_lines(command: list[str]) -> int:
    """Lines of the preprocessed unit that hold code: no blanks, no line markers."""
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return sum(1 for line in text.splitlines() if line.strip() and not line.startswith("#"))
