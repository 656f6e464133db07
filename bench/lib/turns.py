"""Servers under the same load in turns of a few hundredths of a second: the finest ruler of CPU time there is here.

A shared machine changes its pace within seconds. Turns that are shorter than that meet the same pace, so their ratio
says more than any number of long runs.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lib import machine
from lib.client import HOST
from lib.server import Server

MILLISECONDS = 50
TURNS = 300


@dataclass(frozen=True)
class Turn:
    requests: int
    cpu_seconds: float

    @property
    def cpu_per_request(self) -> float:
        return self.cpu_seconds / max(self.requests, 1)


@dataclass(frozen=True)
class Load:
    """A closed loop on each server in its turn; `depth` requests go out in one write."""

    path: str = "/"
    connections: int = 360
    depth: int = 1
    milliseconds: int = MILLISECONDS
    turns: int = TURNS

    @property
    def seconds(self) -> float:
        return self.turns * self.milliseconds / 1e3


def run(binaries: Path, load: Load, servers: Sequence[Server]) -> list[list[Turn]]:
    """The turns of each server, after one to warm up. Each answer is checked by its length."""
    client = binaries / "load_client"
    if not client.exists():
        raise RuntimeError(f"{client} is not there; build it with: ./dev build release")
    words = (HOST, load.path, load.connections, load.depth, load.milliseconds, load.turns)
    measured = [f"{server.port}:{','.join(map(str, server.pids()))}" for server in servers]
    command = [*machine.pinned(1), str(client), "turns", *map(str, words), *measured]
    patience = 60 + 10 * load.seconds * len(servers)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=patience)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return [[Turn(int(requests), float(seconds)) for requests, seconds in turns] for turns in json.loads(done.stdout)]


def shares(turns: Sequence[Turn], base: Sequence[Turn]) -> list[float]:
    """CPU time per request by that of the base, turn by turn."""
    return [one.cpu_per_request / other.cpu_per_request for one, other in zip(turns, base, strict=True)]
