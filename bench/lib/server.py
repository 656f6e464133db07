"""A server under measurement: starts it, waits until it answers, reads its CPU time and memory, stops it."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.client import HOST

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class ServerFailed(RuntimeError):
    """The server did not start, or died, or did not stop."""


@dataclass(frozen=True)
class ServerSpec:
    """How one server is started. `{host}`, `{port}` and `{workers}` in the command are filled in."""

    name: str
    command: tuple[str, ...]

    @staticmethod
    def parse(text: str, binaries: Path) -> ServerSpec:
        """NAME (an executable in `binaries`), a path to an executable, or 'NAME=COMMAND WITH {port}'."""
        name, equals, command = text.partition("=")
        if equals:
            return ServerSpec(name, tuple(shlex.split(command)))
        path = Path(text) if "/" in text else binaries / text
        options = ("--host", "{host}", "--port", "{port}", "--workers", "{workers}")
        return ServerSpec(path.name, (str(path), *options))

    @property
    def executable(self) -> Path:
        return Path(self.command[0])

    def filled(self, port: int, workers: int) -> list[str]:
        values = {"{host}": HOST, "{port}": str(port), "{workers}": str(workers)}
        command = []
        for word in self.command:
            for mark, value in values.items():
                word = word.replace(mark, value)
            command.append(word)
        return command


@dataclass(frozen=True)
class CpuTime:
    """Seconds. The kernel keeps the total exactly, and splits it into user and system by sampling."""

    total: float
    user: float
    system: float

    def __sub__(self, earlier: CpuTime) -> CpuTime:
        return CpuTime(self.total - earlier.total, self.user - earlier.user, self.system - earlier.system)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Server:
    """One running server with its children. Its output goes to a log that is shown when it fails."""

    def __init__(self, spec: ServerSpec, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.spec = spec
        self.port = port
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        return self._process.pid

    def pids(self) -> list[int]:
        """The process and its descendants: some servers work in children."""
        found = [self.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*"):
                found += [int(child) for child in _read(task / "children").split()]
        return found

    def cpu_time(self) -> CpuTime:
        total = user = system = 0.0
        for pid in self.pids():
            fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
            if fields:
                user += int(fields[11]) / TICKS_PER_SECOND
                system += int(fields[12]) / TICKS_PER_SECOND
            for task in Path(f"/proc/{pid}/task").glob("*"):
                nanoseconds = _read(task / "schedstat").split()
                total += int(nanoseconds[0]) / 1e9 if nanoseconds else 0.0
        sampled = user + system
        if total == 0.0 or sampled == 0.0:
            return CpuTime(total or sampled, user, system)
        return CpuTime(total, total * user / sampled, total * system / sampled)

    def resident_bytes(self) -> int:
        return sum(self._status_kilobytes(pid, "VmRSS") for pid in self.pids()) * 1024

    def wait_until_ready(self, seconds: float = 10.0, pause: float = 0.0002) -> None:
        """Returns when the port accepts."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise ServerFailed(f"{self.spec.name} ended with {self._process.returncode}:\n{self.output()}")
            with socket.socket() as probe:
                if probe.connect_ex((HOST, self.port)) == 0:
                    return
            time.sleep(pause)
        raise ServerFailed(f"{self.spec.name} does not listen on port {self.port}:\n{self.output()}")

    def stop(self, seconds: float = 40.0) -> None:
        """SIGTERM, and SIGKILL with an error if that does not help."""
        if self._process.poll() is not None:
            raise ServerFailed(f"{self.spec.name} died with {self._process.returncode}:\n{self.output()}")
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerFailed(f"{self.spec.name} did not stop within {seconds:.0f} s of SIGTERM") from None

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def output(self) -> str:
        return _read(self._log)[-2000:]

    @staticmethod
    def _status_kilobytes(pid: int, field: str) -> int:
        for line in _read(Path(f"/proc/{pid}/status")).splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1])
        return 0


@contextmanager
def running(
    spec: ServerSpec,
    scratch: Path,
    *,
    workers: int = 1,
    wrapper: tuple[str, ...] = (),
    environment: dict[str, str] | None = None,
) -> Iterator[Server]:
    """A started server that accepts; stopped at the end of the block, whatever happens.

    wrapper  a command in front, such as taskset or valgrind
    """
    if "/" in spec.command[0] and not spec.executable.exists():
        raise ServerFailed(f"{spec.executable} is not there; build it with: ./dev build release")
    port = free_port()
    command = [*wrapper, *spec.filled(port, workers)]
    log = scratch / f"{spec.name}.log"

    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
    server = Server(spec, process, port, log)
    try:
        server.wait_until_ready(60.0 if wrapper else 10.0)
        yield server
    except BaseException:
        server.kill()
        raise
    server.stop()


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:  # the process or thread has just ended
        return ""
