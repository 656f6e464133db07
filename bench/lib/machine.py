"""The machine that measures: what it is, which tools it has, which core does what."""

from __future__ import annotations

import contextlib
import os
import platform
import resource
import shutil
import subprocess
from collections.abc import Iterator

PACKAGES = {
    "wrk": "wrk",
    "valgrind": "valgrind",
    "callgrind_annotate": "valgrind",
    "g++": "g++",
    "taskset": "util-linux",
}


class MissingTool(RuntimeError):
    """A program that a benchmark needs is not installed."""


def require(*tools: str) -> None:
    for tool in tools:
        if shutil.which(tool) is None:
            package = PACKAGES.get(tool, tool)
            raise MissingTool(f"{tool} is not installed; on Debian and Ubuntu: sudo apt-get install {package}")


def pinned(which: int) -> tuple[str, ...]:
    """A command prefix that keeps a program on one core: 0 for the server, 1 for the load.

    Nothing on a machine with a single core.
    """
    usable = sorted(os.sched_getaffinity(0))
    return ("taskset", "-c", str(usable[which])) if len(usable) > 1 else ()


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


def raise_descriptor_limit(wanted: int) -> int:
    """Raises the limit for this process and the servers it starts, and returns what it is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft


def describe() -> dict[str, str]:
    return {
        "cpu": _cpu_model(),
        "cores": str(len(os.sched_getaffinity(0))),
        "kernel": platform.release(),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "compiler": _first_line("g++", "--version"),
        "load": f"{os.getloadavg()[0]:.2f} before the run",
    }


def _cpu_model() -> str:
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _first_line(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return f"no {command[0]}"
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.partition("\n")[0]
