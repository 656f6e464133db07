"""Runs the Google Benchmark executables."""

from __future__ import annotations

import argparse
import json
import subprocess
from typing import Any

from lib import machine
from lib.report import Report, table
from lib.workspace import Workspace

HELP = "all Google Benchmark executables (bench_*)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--filter", default=".", metavar="REGEX", help="which benchmarks (default: all)")
    parser.add_argument("--min-time", type=float, default=0.2, metavar="SECONDS", help="per benchmark (default: 0.2)")
    parser.add_argument("--repetitions", type=int, default=3, help="the median counts (default: 3)")


def run(options: argparse.Namespace, place: Workspace) -> Report:
    report = Report(f"micro-benchmarks, median of {options.repetitions}")
    executables = sorted(path for path in place.binaries.glob("bench_*") if path.is_file())
    if not executables:
        report.notes.append(f"no bench_* in {place.binaries}; build them with: ./dev build release")
    for executable in executables:
        output = place.scratch / f"{executable.name}.json"
        command = [
            *machine.pinned(0),
            str(executable),
            f"--benchmark_filter={options.filter}",
            f"--benchmark_min_time={options.min_time}",
            f"--benchmark_repetitions={options.repetitions}",
            "--benchmark_report_aggregates_only=true",
            f"--benchmark_out={output}",
            "--benchmark_out_format=json",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            report.failed = True
            report.notes.append(f"{executable.name} failed with {done.returncode}: {done.stderr.strip()[-500:]}")
            continue
        found = read_medians(output.read_text())
        if not found:
            continue
        report.data[executable.name] = found
        rows = [[each["name"], f"{each['cpu_time']:,.1f} {each['time_unit']}", *_rate(each)] for each in found]
        report.tables.append(table([executable.name, "CPU time", "rate"], rows) + "\n")
    return report


def read_medians(text: str) -> list[dict[str, Any]]:
    """The median of each benchmark, or its only run; an output file without any is empty."""
    runs = json.loads(text)["benchmarks"] if text.strip() else []
    return [
        {**each, "name": each["run_name"]}
        for each in runs
        if each.get("aggregate_name", "median") == "median" and each.get("aggregate_unit", "time") == "time"
    ]


def _rate(run: dict[str, Any]) -> list[str]:
    if "bytes_per_second" in run:
        return [f"{run['bytes_per_second'] / 1e6:,.1f} MB/s"]
    if "items_per_second" in run:
        return [f"{run['items_per_second'] / 1e6:,.2f} M/s"]
    return [""]
