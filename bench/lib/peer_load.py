"""One run of wrk on a peer, from the load's core, with exact numbers instead of wrk's rounded report."""

from __future__ import annotations

import re
import resource
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lib.client import HOST
from lib.machine import cores, on_core
from lib.peers import Workload

SCRIPT = Path(__file__).with_name("peers.lua")


@dataclass(frozen=True)
class LoadResult:
    seconds: float
    requests: int
    bytes: int
    socket_errors: int  # connect, read, write and timeout together
    bad_statuses: int
    p50: float | None  # seconds; None where wrk does not measure it
    p99: float | None
    p999: float | None
    cpu_seconds: float = 0.0  # of wrk itself: near the run's length, the rate is wrk's limit and not the server's


def run(port: int, workload: Workload, connections: int, seconds: int, halfway: Callable[[], None]) -> LoadResult:
    before = _children_seconds()
    with on_core(cores()[1]):
        process = subprocess.Popen(
            command(port, workload, connections, seconds), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    with process:
        time.sleep(seconds / 2)
        halfway()
        text = process.communicate()[0].decode(errors="replace")
    return parse(text, _children_seconds() - before, workload.depth > 1)


def command(port: int, workload: Workload, connections: int, seconds: int) -> list[str]:
    close = ["-H", "Connection: close"] if workload.close else []
    method = "POST" if workload.body else "GET"
    url = f"http://{HOST}:{port}{workload.path}"
    script = [str(workload.depth), method, str(len(workload.body))]
    return ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *close, "-s", str(SCRIPT), url, "--", *script]


def parse(text: str, cpu_seconds: float, pipelined: bool) -> LoadResult:
    """wrk measures no latencies when requests are pipelined."""
    line = re.search(r"^peers: (.*)$", text, re.M)
    if line is None:
        raise RuntimeError(f"wrk's report is not understood: {text.strip()[-300:]}")
    values = {key: int(value) for key, value in re.findall(r"(\w+)=(-?\d+)", line[1])}
    late = [None if pipelined else values[key] / 1e6 for key in ("p50", "p99", "p999")]
    return LoadResult(
        seconds=values["duration_us"] / 1e6,
        requests=values["requests"],
        bytes=values["bytes"],
        socket_errors=sum(values[key] for key in ("connect", "read", "write", "timeout")),
        bad_statuses=values["status"],
        p50=late[0],
        p99=late[1],
        p999=late[2],
        cpu_seconds=cpu_seconds,
    )


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
