"""The CSV files that everything in docs/benchmarks comes from: runs, ours beside the floor, what else was found out."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

RUNS = "runs.csv"
TURNS = "turns.csv"
FACTS = "facts.csv"
ARTICLE = "article.csv"
REASONS = "reasons.csv"


@dataclass(frozen=True)
class Run:
    """One peer, one workload, one round. Times in seconds, memory in bytes."""

    round: int
    peer: str
    workload: str
    seconds: float
    requests: int
    bytes: int
    cpu_seconds: float
    user_seconds: float
    system_seconds: float
    load_cpu_seconds: float
    p50: float | None
    p99: float | None
    p999: float | None
    socket_errors: int
    bad_statuses: int
    resident_idle: int
    resident_loaded: int
    resident_after: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_per_request(self) -> float:
        return self.cpu_seconds / max(self.requests, 1)

    @property
    def user_per_request(self) -> float:
        return self.user_seconds / max(self.requests, 1)

    @property
    def system_per_request(self) -> float:
        return self.system_seconds / max(self.requests, 1)

    @property
    def server_busy(self) -> float:
        return self.cpu_seconds / self.seconds

    @property
    def load_busy(self) -> float:
        return self.load_cpu_seconds / self.seconds

    @property
    def errors(self) -> int:
        return self.socket_errors + self.bad_statuses


@dataclass(frozen=True)
class PeerTurn:
    """One peer, one workload, one turn of a few hundredths of a second."""

    turn: int
    peer: str
    workload: str
    requests: int
    cpu_seconds: float


@dataclass(frozen=True)
class Fact:
    """`subject` is a peer, or empty for the machine and the run. A key may come more than once."""

    subject: str
    key: str
    value: str


Record = TypeVar("Record", Run, PeerTurn, Fact)


def write(folder: Path, runs: list[Run], facts: list[Fact], turns: list[PeerTurn]) -> None:
    _write(folder / RUNS, Run, runs)
    _write(folder / FACTS, Fact, facts)
    _write(folder / TURNS, PeerTurn, turns)


def read_runs(folder: Path) -> list[Run]:
    return [Run(**values) for values in _read(folder / RUNS, Run)]


def read_facts(folder: Path) -> list[Fact]:
    return [Fact(**values) for values in _read(folder / FACTS, Fact)]


def read_turns(folder: Path) -> list[PeerTurn]:
    return [PeerTurn(**values) for values in _read(folder / TURNS, PeerTurn)]


def read(path: Path) -> list[dict[str, str]]:
    """Nothing when there is no such file."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _write(path: Path, kind: type[Record], records: Sequence[Record]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(kind)])
        writer.writerows([_text(value) for value in asdict(record).values()] for record in records)


def _read(path: Path, kind: type[Record]) -> list[dict[str, Any]]:
    kinds = {field.name: str(field.type) for field in fields(kind)}
    return [{name: _value(kinds[name], text) for name, text in row.items()} for row in read(path)]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def _value(kind: str, text: str) -> Any:
    if kind == "str":
        return text
    if text == "":
        return None
    return int(text) if kind == "int" else float(text)
