"""This framework beside other servers: the same work, the same machine, the same run."""

from __future__ import annotations

import argparse
import contextlib
import shlex
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lib import machine, peer_load, peer_records, peer_server, peers, peers_page, toolchains, turns
from lib.client import BadAnswer
from lib.peer_records import Fact, PeerTurn, Run
from lib.peer_results import CPU, RATE, Results
from lib.peers import FLOOR, OURS, WORKLOADS, Peer, Workload
from lib.report import Report, microseconds, table, whole
from lib.server import Server, ServerFailed
from lib.toolchains import Built, CannotBuild
from lib.workspace import ROOT, Workspace

HELP = "this framework beside other servers (bench/peers); writes docs/benchmarks"
PAGES = ROOT / "docs/benchmarks"
PARTS = ROOT / "build/peers/results"  # where a run of only some servers or workloads goes
WARM_UP = WORKLOADS[0]
IN_TURNS = [workload for workload in WORKLOADS if workload.name in ("keep-alive", "pipelined")]  # beside the floor
STARTS = 20
START_SECONDS = 5.0  # a server that has taken as long is started only once more in each round
MEASURING = (BadAnswer, ServerFailed, OSError, RuntimeError)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    names = ", ".join(workload.name for workload in WORKLOADS)
    parser.add_argument("names", nargs="*", metavar="NAME", help="folders of bench/peers (default: all)")
    parser.add_argument("--seconds", type=int, default=1, help="length of one run (default: 1)")
    parser.add_argument("--rounds", type=int, default=11, help="runs of each (default: 11; fewer than 5 claim no ranks)")
    parser.add_argument("--connections", type=int, default=360)
    parser.add_argument("--warm-up", type=int, default=1, metavar="SECONDS", help="after each start (default: 1)")
    parser.add_argument("--workloads", metavar="A,B", help=f"of {names}")
    where = "default: docs/benchmarks, build/peers/results for a part"
    parser.add_argument("--output", type=Path, metavar="DIR", help=where)
    parser.add_argument("--jobs", type=int, default=2, help="compilers at a time (default: 2)")
    parser.add_argument("--build-only", action="store_true", help="build them and say which can be measured")
    parser.add_argument("--from-csv", action="store_true", help="write the page and the plots again from the CSV files")


def run(options: argparse.Namespace, place: Workspace) -> Report:
    whole_field = not options.names and not options.workloads
    output: Path = options.output or (PAGES if whole_field else PARTS)
    output.mkdir(parents=True, exist_ok=True)
    report = Report("peers")
    if not options.from_csv:
        machine.require("wrk")
        machine.raise_descriptor_limit(options.connections + 1000)
        field_of_peers = Field(options, place, output)
        field_of_peers.build()
        if options.build_only:
            report.tables.append(_built_table(field_of_peers))
            return report
        field_of_peers.measure()
    results = Results.load(output, PAGES)
    peers_page.write(results, output)
    _summarise(results, report)
    report.notes.append(f"\nwritten: {output}")
    return report


@dataclass
class Field:
    """All that take part, and what has been found out about them so far."""

    options: argparse.Namespace
    place: Workspace
    output: Path
    runs: list[Run] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    turns: list[PeerTurn] = field(default_factory=list)
    built: dict[str, Built] = field(default_factory=dict)
    peers: dict[str, Peer] = field(init=False)
    workloads: list[Workload] = field(init=False)
    refused: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        every = peers.load_all()
        chosen = self.options.names or list(every)
        wanted = self.options.workloads.split(",") if self.options.workloads else list(peers.BY_NAME)
        for kind, unknown in (("peer", {*chosen} - {*every}), ("workload", {*wanted} - {*peers.BY_NAME})):
            if unknown:
                raise RuntimeError(f"no such {kind}: {', '.join(sorted(unknown))}")
        self.peers = {name: peer for name, peer in every.items() if name in chosen}
        self.workloads = [workload for workload in WORKLOADS if workload.name in wanted]

    def build(self) -> None:
        for number, (name, peer) in enumerate(self.peers.items(), 1):
            say(f"building {number}/{len(self.peers)} {name}")
            for key in ("title", "language", "kind", "note", "article"):
                if value := getattr(peer, key):
                    self.facts.append(Fact(name, key, value))
            try:
                built = toolchains.build(peer, self.place.binaries, self.options.jobs)
            except (CannotBuild, OSError) as failure:
                say(f"  {name}: {failure}")
                self.facts.append(Fact(name, "reason", tidy(str(failure))))
                continue
            self.built[name] = built
            self.facts.append(Fact(name, "version", built.version))
            self.facts.append(Fact(name, "size_bytes", str(built.size())))
            self.facts.append(Fact(name, "dependencies", str(built.dependencies)))
            for workload in self.workloads:
                if reason := peer.refuses(workload):
                    self.facts.append(Fact(name, f"without:{workload.name}", reason))
                    self.refused.add((name, workload.name))

    def measure(self) -> None:
        self.facts[:0] = self._conditions()
        names = list(self.built)
        self._time_starts(names)
        self._beside_the_floor()
        progress = Progress(self.options.rounds * sum(len(list(self._asked(name))) for name in names))
        for number in range(1, self.options.rounds + 1):
            # Every second round runs backwards: a machine that slows down over time then slows all of them alike.
            for name in names if number % 2 else reversed(names):
                self._turn(number, name, progress)
            self.save()

    def _time_starts(self, names: list[str]) -> None:
        """They take turns here too. A few milliseconds want more than one look in each round."""
        say(f"starting each up to {STARTS} times")
        spent = dict.fromkeys(names, 0.0)
        for number in range(max(STARTS, self.options.rounds)):
            for name in [each for each in names if number < self.options.rounds or spent[each] < START_SECONDS]:
                try:
                    seconds = peer_server.start_seconds(self.built[name], WARM_UP)
                except MEASURING as failure:
                    say(f"  {name}: start: {failure}")
                    spent[name] = float("inf")
                    continue
                spent[name] += seconds
                self.facts.append(Fact(name, "start_seconds", f"{seconds:.6f}"))

    def _beside_the_floor(self) -> None:
        """Rounds are too far apart for a ratio of a few hundredths."""
        pair = [name for name in (OURS, FLOOR) if name in self.built]
        for workload in [each for each in IN_TURNS if each in self.workloads and len(pair) == 2]:
            load = turns.Load(workload.path, self.options.connections, workload.depth)
            say(f"{' and '.join(pair)} in turns, {workload.title}: {2 * load.seconds:.0f} s")
            with contextlib.ExitStack() as stack:
                serving = [peer_server.serving(name, self.built[name], self.place.scratch, WARM_UP) for name in pair]
                found = turns.run(self.place.binaries, load, [stack.enter_context(each) for each in serving])
            for name, taken in zip(pair, found, strict=True):
                self.turns += [
                    PeerTurn(number, name, workload.name, turn.requests, turn.cpu_seconds)
                    for number, turn in enumerate(taken, 1)
                ]

    def save(self) -> None:
        """After each round: a run that is broken off has not been for nothing."""
        peer_records.write(self.output, self.runs, self.facts, self.turns)

    def _asked(self, name: str) -> Iterator[Workload]:
        return (workload for workload in self.workloads if (name, workload.name) not in self.refused)

    def _turn(self, number: int, name: str, progress: Progress) -> None:
        """One start of one server, and all its workloads; a server that dies in one is started again for the next."""
        waiting = list(self._asked(name))
        while waiting:
            try:
                with peer_server.serving(name, self.built[name], self.place.scratch, WARM_UP) as server:
                    idle = server.resident_bytes()
                    self._warm_up(server, max(self.options.warm_up, self.peers[name].warm_up))
                    while waiting:
                        self._one(number, name, server, waiting[0], idle, progress)
                        waiting.pop(0)
            except MEASURING as failure:
                self._refuse(name, waiting.pop(0), str(failure) or type(failure).__name__)
                progress.done()

    def _warm_up(self, server: Server, seconds: int) -> None:
        if seconds > 0:
            peer_load.run(server.port, WARM_UP, self.options.connections, seconds, lambda: None)

    def _one(self, number: int, name: str, server: Server, workload: Workload, idle: int, progress: Progress) -> None:
        peers.check(server.port, workload)
        loaded: list[int] = []
        before = peer_server.cpu_time(server)
        found = peer_load.run(
            server.port,
            workload,
            self.options.connections,
            self.options.seconds,
            lambda: loaded.append(server.resident_bytes()),
        )
        used = peer_server.cpu_time(server) - before
        if found.requests == 0:
            raise ServerFailed(f"no request was answered in {found.seconds:.0f} s under load")
        run = Run(
            round=number,
            peer=name,
            workload=workload.name,
            seconds=found.seconds,
            requests=found.requests,
            bytes=found.bytes,
            cpu_seconds=used.total,
            user_seconds=split(used.total, used.user, used.system),
            system_seconds=split(used.total, used.system, used.user),
            load_cpu_seconds=found.cpu_seconds,
            p50=found.p50,
            p99=found.p99,
            p999=found.p999,
            socket_errors=found.socket_errors,
            bad_statuses=found.bad_statuses,
            resident_idle=idle,
            resident_loaded=loaded[0],
            resident_after=server.resident_bytes(),
        )
        self.runs.append(run)
        progress.done()
        say(f"{progress.left()}  round {number}  {name:20} {workload.name:10} {run.rate:>10,.0f} requests/s")

    def _refuse(self, name: str, workload: Workload, reason: str) -> None:
        """It is not asked again, and what it did in earlier rounds does not count."""
        say(f"  {name}: {workload.name}: {reason}")
        self.refused.add((name, workload.name))
        self.facts.append(Fact(name, f"failed:{workload.name}", tidy(reason)))
        self.runs = [run for run in self.runs if (run.peer, run.workload) != (name, workload.name)]

    def _conditions(self) -> list[Fact]:
        described = machine.describe()
        described.pop("load")
        described |= {
            "date": datetime.now(UTC).strftime("%Y-%m-%d"),
            "load generator": toolchains.first_line("wrk", "--version").partition(" [")[0],
            "connections": str(self.options.connections),
            "seconds a run": str(self.options.seconds),
            "command": "`./dev bench " + shlex.join(word for word in sys.argv[1:]) + "`",
        }
        return [Fact("", key, value) for key, value in described.items()]


@dataclass
class Progress:
    total: int
    finished: int = 0
    began: float = field(default_factory=time.monotonic)

    def done(self) -> None:
        self.finished += 1

    def left(self) -> str:
        each = (time.monotonic() - self.began) / max(self.finished, 1)
        minutes, seconds = divmod(int(each * (self.total - self.finished)), 60)
        return f"{minutes:3}:{seconds:02} left"


def split(total: float, part: float, other: float) -> float:
    """The exact total in the proportion of the sampled parts."""
    return total * part / (part + other) if part + other else 0.0


def tidy(reason: str) -> str:
    """One line, without this machine's folders."""
    return " ".join(reason.replace(f"{ROOT}/", "").split())[:200]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _built_table(measured: Field) -> str:
    reasons = {fact.subject: fact.value for fact in measured.facts if fact.key == "reason"}
    rows = [[name, built.version, f"{built.size() / 1e6:.2f}"] for name, built in measured.built.items()]
    rows += [[name, f"cannot be built: {why}", ""] for name, why in reasons.items()]
    return table(["server", "version", "MB"], rows)


def _summarise(results: Results, report: Report) -> None:
    """For the terminal; the page has the rest."""
    for workload in results.workloads():
        rates = results.summaries(workload, RATE)
        cpu = results.summaries(workload, CPU)
        rows = [[results.title(peer), whole(one.median), microseconds(cpu[peer].median)] for peer, one in rates.items()]
        report.tables.append("\n" + table([workload.name, "requests/s", "cpu us/request"], rows))
    for fact in results.facts:
        if fact.key == "reason" or fact.key.startswith("failed:"):
            report.notes.append(f"{fact.subject}: {fact.key}: {fact.value}")
    report.failed = any(run.errors for run in results.runs if run.peer == OURS)
