"""Runs wrk and reads its report."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lib.client import HOST, Request
from lib.machine import pinned, require

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
PIPELINE_SCRIPT = Path(__file__).with_name("pipeline.lua")


@dataclass(frozen=True)
class Load:
    """One wrk run: a closed loop, each connection has `pipeline` requests under way."""

    connections: int = 360
    seconds: int = 10
    pipeline: int = 1
    threads: int = 1
    request: Request = Request()

    def command(self, port: int) -> list[str]:
        command = ["wrk", f"-t{self.threads}", f"-c{self.connections}", f"-d{self.seconds}s", "--latency"]
        headers = [*self.request.headers, *(["Connection: close"] if self.request.close else [])]
        for header in headers:
            command += ["-H", header]
        if self.pipeline > 1:
            command += ["-s", str(PIPELINE_SCRIPT)]
        command.append(f"http://{HOST}:{port}{self.request.path}")
        if self.pipeline > 1:
            command += ["--", str(self.pipeline)]
        return command


@dataclass(frozen=True)
class WrkReport:
    requests: int
    requests_per_second: float
    p50: float  # seconds, as p99; neither means anything with pipelining
    p99: float
    socket_errors: int  # connect, read, write and timeout together
    bad_statuses: int

    @property
    def errors(self) -> int:
        return self.socket_errors + self.bad_statuses


def run(port: int, load: Load, halfway: Callable[[], None] | None = None) -> WrkReport:
    """Runs wrk to its end, on the core for the load; `halfway` is called in the middle of the run."""
    require("wrk")
    command = [*pinned(1), *load.command(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        time.sleep(load.seconds / 2)
        if halfway is not None:
            halfway()
        text = process.communicate()[0].decode(errors="replace")
    if process.returncode != 0:
        raise RuntimeError(f"wrk failed: {text}")
    return parse_report(text)


def parse_report(text: str) -> WrkReport:
    done = re.search(r"^\s*(\d+) requests in ", text, re.M)
    rate = re.search(r"^Requests/sec:\s*([\d.]+)", text, re.M)
    if done is None or rate is None:
        raise RuntimeError(f"wrk's report is not understood: {text}")
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    statuses = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return WrkReport(
        requests=int(done[1]),
        requests_per_second=float(rate[1]),
        p50=_percentile(text, 50),
        p99=_percentile(text, 99),
        socket_errors=sum(int(count) for count in errors.groups()) if errors else 0,
        bad_statuses=int(statuses[1]) if statuses else 0,
    )


def _percentile(text: str, percent: int) -> float:
    found = re.search(rf"^\s*{percent}%\s+([\d.]+)(us|ms|s|m|h)\s*$", text, re.M)
    if found is None:
        raise RuntimeError(f"no {percent}% latency in wrk's report: {text}")
    return float(found[1]) * UNITS[found[2]]
