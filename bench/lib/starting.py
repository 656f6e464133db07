"""How long a server takes from just before its process is made to the last byte of its first answer."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lib.client import BadAnswer, Connection
from lib.machine import cores, on_core
from lib.server import ServerFailed

LONGEST = 60.0
LOOK = os.WEXITED | os.WNOHANG | os.WNOWAIT  # for what has ended, without taking note of it
PAUSE = 0.00005  # between two looks: a start of a millisecond is to be told from one of 1.2


def first_answer(
    command: Sequence[str],
    port: int,
    request: bytes,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> float:
    """Seconds. The server has the first core, this process looks from the second.

    It is made without a copy of this process, with its output dropped, and killed with its children in the end.
    """
    dropped = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in (0, 1, 2)]
    variables = {**os.environ, **(environment or {})}
    with contextlib.chdir(folder or Path.cwd()), on_core(cores()[0]):
        began = time.perf_counter()
        pid = os.posix_spawnp(command[0], command, variables, file_actions=dropped, setpgroup=0)
    try:
        with on_core(cores()[1]):
            wait_for_answer(port, request, lambda: os.waitid(os.P_PID, pid, LOOK) is None)
        return time.perf_counter() - began
    finally:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def wait_for_answer(port: int, request: bytes, is_alive: Callable[[], bool]) -> None:
    """errors  ServerFailed"""
    deadline = time.perf_counter() + LONGEST
    while time.perf_counter() < deadline:
        # A server that does not listen yet, or listens and cannot answer yet, is asked again.
        with contextlib.suppress(OSError, BadAnswer), Connection(port, timeout=LONGEST) as connection:
            connection.send(request)
            connection.receive()
            return
        if not is_alive():
            raise ServerFailed("ended before its first answer")
        time.sleep(PAUSE)
    raise ServerFailed(f"no answer within {LONGEST:.0f} s")
