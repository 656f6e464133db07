"""A peer that runs on the server's core: started, timed to its first answer, its CPU time read exactly, stopped."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from lib.client import Connection
from lib.peers import Workload
from lib.server import TICKS_PER_SECOND, CpuTime, Server, ServerFailed, ServerSpec, free_port
from lib.toolchains import Built

START_SECONDS = 60.0
PAUSE = 0.0002


def cores() -> tuple[int, int]:
    """For the server and for the load; the same one on a machine that has no second."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[min(1, len(usable) - 1)]


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """Processes started inside inherit the core. No taskset in between: its exec would count as the server's start."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def start(name: str, built: Built, scratch: Path) -> Server:
    port = free_port()
    values = {"{port}": str(port), "{folder}": str(built.folder)}
    for template in built.templates:
        (built.folder / template.name).write_text(_filled(template.read_text(), values))
    command = tuple(_filled(word, values) for word in built.command)
    log = scratch / f"{name}.log"
    with log.open("ab") as output, on_core(cores()[0]):
        process = subprocess.Popen(
            command,
            cwd=built.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **built.environment},
        )
    return Server(ServerSpec(name, command), process, port, log)


def _filled(text: str, values: dict[str, str]) -> str:
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def wait_for_answer(server: Server, workload: Workload) -> None:
    """Returns at the last byte of the first answer."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with Connection(server.port, timeout=START_SECONDS) as connection:
                connection.send(workload.encode(server.port))
                connection.receive()
                return
        except OSError:  # it does not listen yet, or is not ready to answer
            if not Path(f"/proc/{server.pid}/exe").exists():
                raise ServerFailed(f"ended at once: {last_line(server)}") from None
            time.sleep(PAUSE)
    raise ServerFailed(f"no answer within {START_SECONDS:.0f} s: {last_line(server)}")


def last_line(server: Server) -> str:
    lines = server.output().strip().splitlines()
    return lines[-1][:200] if lines else "it printed nothing"


@contextlib.contextmanager
def serving(name: str, built: Built, scratch: Path, first: Workload) -> Iterator[tuple[Server, float]]:
    """A server that has answered once, and the seconds from its exec to that answer."""
    began = time.perf_counter()
    server = start(name, built, scratch)
    try:
        wait_for_answer(server, first)
        yield server, time.perf_counter() - began
    except BaseException:
        server.kill()
        raise
    # That a server is slow to stop, or has died after its last answer, spoils no figure.
    with contextlib.suppress(ServerFailed):
        server.stop(5.0)


def cpu_time(server: Server) -> CpuTime:
    """Threads that have ended are in it, which matters for a server that makes one for each connection.

    The total is the kernel's exact clock of each process; ticks split it into user and system.
    """
    total = user = system = 0.0
    for pid in server.pids():
        with contextlib.suppress(OSError):
            total += time.clock_gettime(~pid << 3 | 2)
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            user += int(fields[11]) / TICKS_PER_SECOND
            system += int(fields[12]) / TICKS_PER_SECOND
    return CpuTime(total, user, system)
