"""A peer that runs on the server's core: started, its CPU time read exactly, stopped."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from lib import starting
from lib.machine import cores, on_core
from lib.peers import Workload
from lib.server import TICKS_PER_SECOND, CpuTime, Server, ServerFailed, ServerSpec, free_port
from lib.toolchains import Built


def start_seconds(built: Built, first: Workload) -> float:
    """From exec to the first answer, of a server that is ended then."""
    command, port = _command(built)
    request = first.encode(port)
    return starting.first_answer(command, port, request, folder=built.folder, environment=built.environment)


def start(name: str, built: Built, scratch: Path) -> Server:
    command, port = _command(built)
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


def _command(built: Built) -> tuple[tuple[str, ...], int]:
    """With a port that is free now, also in the files that it reads."""
    port = free_port()
    values = {"{port}": str(port), "{folder}": str(built.folder)}
    for template in built.templates:
        (built.folder / template.name).write_text(_filled(template.read_text(), values))
    return tuple(_filled(word, values) for word in built.command), port


def _filled(text: str, values: dict[str, str]) -> str:
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def last_line(server: Server) -> str:
    lines = server.output().strip().splitlines()
    return lines[-1][:200] if lines else "it printed nothing"


@contextlib.contextmanager
def serving(name: str, built: Built, scratch: Path, first: Workload) -> Iterator[Server]:
    """A server that has answered once."""
    server = start(name, built, scratch)
    try:
        _wait(server, first)
        yield server
    except BaseException:
        server.kill()
        raise
    # That a server is slow to stop, or has died after its last answer, spoils no figure.
    with contextlib.suppress(ServerFailed):
        server.stop(5.0)


def _wait(server: Server, first: Workload) -> None:
    program = Path(f"/proc/{server.pid}/exe")
    try:
        starting.wait_for_answer(server.port, first.encode(server.port), program.exists)
    except ServerFailed as failure:
        raise ServerFailed(f"{failure}: {last_line(server)}") from None


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
