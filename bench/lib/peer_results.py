"""The records of one run, grouped for tables: who was measured, and the spread of each column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lib import peer_records
from lib.peer_records import Fact, PeerTurn, Run
from lib.peers import FLOOR, OURS, WORKLOADS, Workload
from lib.ranks import FEWEST_ROUNDS, ahead, ranks
from lib.report import Summary
from lib.turns import Turn, shares

RAW = "raw"


@dataclass(frozen=True)
class Column:
    key: str
    title: str
    of: Callable[[Run], float | None]
    high_is_good: bool = False


RATE = Column("rate", "requests/s", lambda run: run.rate, high_is_good=True)
CPU = Column("cpu", "CPU time per request", lambda run: run.cpu_per_request)
P99 = Column("p99", "p99", lambda run: run.p99)
COMPARED = [RATE, CPU, P99]


@dataclass(frozen=True)
class Comparison:
    """One column of one table, for all servers."""

    key: str  # as in reasons.csv
    what: str
    column: str
    summaries: dict[str, Summary]
    high_is_good: bool = False


class Results:
    def __init__(self, runs: list[Run], facts: list[Fact], turns: list[PeerTurn], texts: Path) -> None:
        """texts  the folder of what is written by hand: article.csv and reasons.csv"""
        self.runs = runs
        self.turns = turns
        self.facts = facts
        self.article = peer_records.read(texts / peer_records.ARTICLE)
        self.reasons = peer_records.read(texts / peer_records.REASONS)
        self._of: dict[tuple[str, str], list[Run]] = {}
        for run in runs:
            self._of.setdefault((run.workload, run.peer), []).append(run)

    @staticmethod
    def load(folder: Path, texts: Path) -> Results:
        read = peer_records
        return Results(read.read_runs(folder), read.read_facts(folder), read.read_turns(folder), texts)

    def fact(self, subject: str, key: str, otherwise: str = "") -> str:
        return next((fact.value for fact in self.facts if (fact.subject, fact.key) == (subject, key)), otherwise)

    def all_facts(self, key: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.key == key]

    def title(self, peer: str) -> str:
        return self.fact(peer, "title", peer)

    def is_raw(self, peer: str) -> bool:
        return self.fact(peer, "kind") == RAW

    def peers(self) -> list[str]:
        """All that were to be measured, those without figures too."""
        return [fact.subject for fact in self.all_facts("title")]

    def workloads(self) -> list[Workload]:
        return [workload for workload in WORKLOADS if any(name == workload.name for name, _ in self._of)]

    def rounds(self, workload: Workload) -> int:
        return min((len(runs) for (name, _), runs in self._of.items() if name == workload.name), default=0)

    def all_rounds(self) -> int:
        """Of the workload that has the fewest."""
        return min(map(self.rounds, self.workloads()), default=0)

    def of(self, workload: Workload, peer: str) -> list[Run]:
        return self._of.get((workload.name, peer), [])

    def summaries(self, workload: Workload, column: Column) -> dict[str, Summary]:
        """In the order of merit; without those that have no such figure."""
        found = {}
        for (name, peer), runs in self._of.items():
            values = [value for value in map(column.of, runs) if value is not None]
            if name == workload.name and values:
                found[peer] = Summary.of_median(values)
        order = sorted(found, key=lambda peer: found[peer].median, reverse=column.high_is_good)
        return {peer: found[peer] for peer in order}

    def ranks(self, workload: Workload, column: Column) -> dict[str, tuple[int, int]]:
        """Among those that do the whole work: a constant has no rank."""
        summaries = self.summaries(workload, column)
        return ranks({peer: one for peer, one in summaries.items() if not self.is_raw(peer)}, column.high_is_good)

    def cpu_by_floor(self, workload: Workload) -> list[float]:
        """CPU time per request of ours by that of the floor, round by round."""
        floor = {run.round: run.cpu_per_request for run in self.of(workload, FLOOR)}
        return [run.cpu_per_request / floor[run.round] for run in self.of(workload, OURS) if run.round in floor]

    def cpu_by_floor_in_turns(self, workload: Workload) -> list[float]:
        """The same turn by turn."""
        ours, floor = (
            [Turn(each.requests, each.cpu_seconds) for each in self.turns if (each.workload, each.peer) == key]
            for key in ((workload.name, OURS), (workload.name, FLOOR))
        )
        return shares(ours, floor)

    def comparisons(self) -> Iterator[Comparison]:
        """Every column of every table."""
        for workload in self.workloads():
            for column in COMPARED:
                found = self.summaries(workload, column)
                yield Comparison(workload.name, workload.title, column.title, found, column.high_is_good)
        measured = [peer for peer in self.peers() if self.start(peer)]
        starts = {peer: one for peer in measured if (one := self.start(peer))}
        yield Comparison("start", "start", "first answer", starts)
        for when in ("idle", "loaded", "after"):
            sizes = {peer: one for peer in measured if (one := self.resident(peer, f"resident_{when}"))}
            yield Comparison("memory", "memory", when, sizes)
        for key, title in (("size_bytes", "size"), ("dependencies", "dependencies")):
            counts = {peer: Summary.of([float(self.fact(peer, key, "0"))]) for peer in measured}
            yield Comparison("weight", "weight", title, counts)

    def ahead_of_ours(self, compared: Comparison) -> dict[str, Summary]:
        """Who beats ours in a column beyond the spreads; nobody as long as there are too few rounds to say."""
        ours = compared.summaries.get(OURS)
        if ours is None or self.all_rounds() < FEWEST_ROUNDS:
            return {}
        return {
            peer: one
            for peer, one in compared.summaries.items()
            if not self.is_raw(peer) and ahead(one, ours, compared.high_is_good)
        }

    def starts(self, peer: str) -> list[float]:
        """Seconds from exec to the first answer."""
        return [float(fact.value) for fact in self.all_facts("start_seconds") if fact.subject == peer]

    def start(self, peer: str) -> Summary | None:
        values = self.starts(peer)
        return Summary.of_median(values) if values else None

    def resident(self, peer: str, field: str) -> Summary | None:
        """Bytes at keep-alive, the first workload of each start: what later ones leave behind is not in it."""
        values = [getattr(run, field) for run in self.of(WORKLOADS[0], peer)]
        return Summary.of_median(values) if values else None
