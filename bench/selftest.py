#!/usr/bin/env python3
"""Tests of the benchmarks themselves: a wrong ruler makes every figure wrong.

    bench/selftest.py [path of floor]        (default: build/release/bin/floor)
"""

from __future__ import annotations

import os
import platform
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from lib import allocations, build, callgrind, client, peer_load, peer_records, peer_server, peers  # noqa: E402
from lib import peers_page, starting, svg, toolchains, turns, wrk  # noqa: E402
from lib.client import HOST, Connection, Request  # noqa: E402
from lib.peer_records import Fact, PeerTurn, Run  # noqa: E402
from lib.peer_results import RATE, Comparison, Results  # noqa: E402
from lib.ranks import rank_text, ranks  # noqa: E402
from lib.report import Summary, table  # noqa: E402
from lib.server import Server, ServerFailed, ServerSpec, running  # noqa: E402
from lib.workspace import BODY, ROOT  # noqa: E402
from suites import micro  # noqa: E402
from suites import peers as suite_of_peers  # noqa: E402

FLOOR = Path(sys.argv.pop(1)) if len(sys.argv) > 1 else ROOT / "build/release/bin/floor"
BURST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\n\r\n"


class Floor(unittest.TestCase):
    """What a client sees of the hand-written server."""

    server: Server
    running: AbstractContextManager[Server]
    scratch: tempfile.TemporaryDirectory[str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.scratch = tempfile.TemporaryDirectory()
        spec = ServerSpec.parse(str(FLOOR.resolve()), ROOT)
        cls.running = running(spec, Path(cls.scratch.name), workers=2)
        cls.server = cls.running.__enter__()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.running.__exit__(None, None, None)
        cls.scratch.cleanup()

    def test_answers_the_constant_with_todays_date(self) -> None:
        answer = client.fetch(self.server.port, Request())
        self.assertEqual((answer.status, answer.body), (200, BODY))
        self.assertEqual(answer.header("Content-Type"), "text/plain; charset=utf-8")
        self.assertIsNone(answer.header("Connection"))
        date = parsedate_to_datetime(answer.header("Date") or "")
        self.assertLess(abs(date.timestamp() - time.time()), 3)

    def test_answers_each_request_at_every_split_of_a_burst(self) -> None:
        for split in range(1, len(BURST)):
            with Connection(self.server.port) as connection:
                connection.send(BURST[:split])
                head_complete = split >= BURST.index(b"\r\n\r\n") + 4
                if head_complete:  # the server has certainly read the first part
                    self.assertEqual(connection.receive().body, BODY)
                connection.send(BURST[split:] + b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
                for _ in range(1 if head_complete else 2):
                    self.assertIsNone(connection.receive().header("Connection"))
                self.assertEqual(connection.receive().header("Connection"), "close")
                self.assertTrue(connection.ends())

    def test_answers_a_request_that_comes_byte_by_byte(self) -> None:
        with Connection(self.server.port) as connection:
            for byte in BURST:
                connection.send(bytes([byte]))
            self.assertEqual([connection.receive().body for _ in range(2)], [BODY, BODY])

    def test_honours_close_in_any_case_and_only_as_a_field(self) -> None:
        for line, closes in ((b"cOnnection:CLOSE ", True), (b"Connection: closed", False), (b"X: close", False)):
            with Connection(self.server.port) as connection:
                connection.send(b"GET /?Connection:close HTTP/1.1\r\n" + line + b"\r\n\r\n")
                self.assertEqual(connection.receive().header("Connection") == "close", closes, line)

    def test_keeps_what_a_slow_reader_does_not_take(self) -> None:
        count = 100_000
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # before connecting: it sets the window
            slow.settimeout(10)
            slow.connect((HOST, self.server.port))
            sender = threading.Thread(target=slow.sendall, args=(Request().encode(self.server.port) * count,))
            sender.start()
            received = answers = 0
            tail = b""
            answer = client.fetch(self.server.port, Request())
            whole = count * (len(answer.head) + len(answer.body))
            while received < whole and (data := slow.recv(1 << 16)):
                received += len(data)
                answers += (tail + data).count(BODY)
                tail = data[-len(BODY) + 1 :]
            sender.join()
        self.assertEqual((received, answers), (whole, count))

    def test_closes_on_a_head_that_does_not_end(self) -> None:
        with Connection(self.server.port) as connection, self.assertRaises((client.BadAnswer, ConnectionError)):
            for _ in range(8):
                connection.send(b"GET /" + b"x" * (1 << 15))
            connection.receive()


class Ruler(unittest.TestCase):
    """The parts that measure."""

    def test_reads_the_report_of_wrk(self) -> None:
        text = (
            "Running 2s test @ http://127.0.0.1:8080/\n  Latency Distribution\n     50%    4.29ms\n     99%    1.07s \n"
            "  120059 requests in 2.00s, 16.5MB read\n  Socket errors: connect 1, read 2, write 3, timeout 4\n"
            "  Non-2xx or 3xx responses: 5\nRequests/sec:  59816.50\n"
        )
        report = wrk.parse_report(text)
        self.assertEqual(report, wrk.WrkReport(120059, 59816.5, report.p50, 1.07, 10, 5))
        self.assertAlmostEqual(report.p50, 0.00429)
        self.assertEqual(report.errors, 15)
        with self.assertRaises(RuntimeError):
            wrk.parse_report("unable to connect to 127.0.0.1:8080 Connection refused\n")

    def test_reads_the_output_of_callgrind(self) -> None:
        self.assertEqual(callgrind.parse_total("events: Ir\nfn=(1)\n1 5\nsummary: 123\ntotals: 456\n"), 456)
        annotated = (
            "9,000 (100.0%)  PROGRAM TOTALS\n 1,234 (5.6%)  ./a/b.cpp:run(int) [/usr/bin/x]\n   12 ( 0.1%)  ???:f\n"
        )
        self.assertEqual(dict(callgrind.parse_functions(annotated)), {"b.cpp:run(int) [x]": 1234, "???:f": 12})

    def test_says_which_compiler_built_the_programs(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            binaries = Path(folder) / "bin"
            self.assertEqual(build.compiler_of(binaries), "unknown compiler")
            cache = Path(folder) / "CMakeCache.txt"
            cache.write_text(f"CMAKE_BUILD_TYPE:STRING=Release\nCMAKE_CXX_COMPILER:FILEPATH={sys.executable}\n")
            self.assertEqual(build.compiler_of(binaries), f"Python {platform.python_version()}")
            with cache.open("a") as more:
                more.write("HYPERLANE_PROGRAM_COMPILER:FILEPATH=/bin/bash\n")
            self.assertRegex(build.compiler_of(binaries), r"^Python [\d.]+ \(library\) and GNU bash")

    def test_reads_medians_of_google_benchmark(self) -> None:
        text = (
            '{"benchmarks": [{"name": "a_mean", "run_name": "a", "aggregate_name": "mean", "cpu_time": 1},'
            '{"name": "a_median", "run_name": "a", "aggregate_name": "median", "cpu_time": 2}]}'
        )
        self.assertEqual([(each["name"], each["cpu_time"]) for each in micro.read_medians(text)], [("a", 2)])
        self.assertEqual(micro.read_medians(""), [])

    def test_counts_every_heap_call(self) -> None:
        program = (
            "import ctypes, mmap, os\n"
            "libc = ctypes.CDLL(None)\n"
            "for f in (libc.malloc, libc.calloc, libc.realloc, libc.aligned_alloc): f.restype = ctypes.c_void_p\n"
            "view = memoryview(mmap.mmap(os.open(os.environ['COUNT_MALLOC_FILE'], os.O_RDWR), 40)).cast('Q')\n"
            "def turn():\n"
            "    block = libc.malloc(1000); block = libc.realloc(ctypes.c_void_p(block), 2000)\n"
            "    libc.free(ctypes.c_void_p(block)); libc.calloc(10, 100); libc.aligned_alloc(64, 640)\n"
            "turn()\n"
            "before = list(view)\n"
            "for _ in range(1000): turn()\n"
            "print(*(b - a for a, b in zip(before, view)))\n"
        )
        with tempfile.TemporaryDirectory() as folder:
            library = allocations.build_counter(Path(folder))
            file = Path(folder) / "counts"
            environment = {**os.environ, "LD_PRELOAD": str(library), "COUNT_MALLOC_FILE": str(file)}
            done = subprocess.run(
                [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
            )
        found = [int(word) for word in done.stdout.split()]
        # Python's own calls add a few; a call that is not counted would be 1,000 short.
        for count, least in zip(found, (3000, 1000, 1000, 1000 + 2000 * 1000, 1000), strict=False):
            self.assertGreaterEqual(count, least)
            self.assertLess(count, least * 2.7)

    def test_gives_servers_turns_and_counts_what_each_did(self) -> None:
        spec = ServerSpec.parse(str(FLOOR.resolve()), ROOT)
        for depth in (1, 4):
            load = turns.Load(connections=8, depth=depth, milliseconds=5, turns=6)
            with tempfile.TemporaryDirectory() as folder:
                with running(spec, Path(folder)) as one, running(spec, Path(folder)) as other:
                    before = peer_server.cpu_time(one)
                    found = turns.run(FLOOR.parent, load, [one, other])
                    used = peer_server.cpu_time(one) - before
            self.assertEqual([len(taken) for taken in found], [6, 6])
            for turn in sum(found, []):
                self.assertGreaterEqual(turn.requests, 8 * depth)
                self.assertEqual(turn.requests % depth, 0)
                self.assertGreater(turn.cpu_seconds, 0)
            self.assertLess(sum(turn.cpu_seconds for turn in found[0]), used.total)
        self.assertEqual(turns.shares([turns.Turn(10, 3.0)], [turns.Turn(20, 3.0)]), [2.0])

    def test_takes_no_turn_of_a_server_that_answers_wrongly(self) -> None:
        wrong = {
            b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n": "unexpected answer",
            b"HTTP/1.1 200 OK\r\n\r\n": "no Content-Length",
            b"": "the server ended a connection",
        }
        for answer, reason in wrong.items():
            with answering(answer, ends=not answer) as port:
                server = Server(ServerSpec("wrong", ()), subprocess.Popen(["sleep", "9"]), port, Path("no such log"))
                try:
                    with self.assertRaisesRegex(RuntimeError, reason):
                        turns.run(FLOOR.parent, turns.Load(connections=1, turns=1), [server])
                finally:
                    server.kill()

    def test_says_why_a_server_does_not_start(self) -> None:
        spec = ServerSpec("broken", ("/bin/sh", "-c", "echo no such luck; exit 3"))
        with tempfile.TemporaryDirectory() as folder:
            server = running(spec, Path(folder))
            self.assertRaisesRegex(ServerFailed, "no such luck", server.__enter__)

    def test_summarises_and_aligns(self) -> None:
        self.assertEqual(Summary.of([3, 1, 2]), Summary(2, 1, 3))
        self.assertEqual(Summary.of([3, 1, 2]).text(), "2.00 (1.00..3.00)")
        # Order statistics: of eleven, two at either end lie outside with a confidence of 0.935, three only of 0.77.
        for count, low, high in ((1, 1, 1), (4, 1, 4), (5, 1, 5), (8, 1, 8), (9, 2, 8), (11, 3, 9), (20, 6, 15)):
            found = Summary.of_median(reversed(range(1, count + 1)))
            self.assertEqual((found.low, found.high), (low, high), count)
        self.assertEqual(table(["a", "b"], [["long", "1"]]), "a     b\n----  -\nlong  1")


RUN = Run(1, "a", "keep-alive", 2.0, 100_000, 10_000_000, 1.5, 0.5, 1.0, 1.9, 0.001, 0.002, 0.004, 0, 0, 10, 20, 15)


def records() -> tuple[list[Run], list[Fact]]:
    """Five rounds of three servers: ours, a faster one, and one that the spreads do not tell from ours."""
    runs = []
    for number in range(5):
        for name, requests in ((peers.OURS, 1000 + number), ("fast", 2000 + number), ("near", 1003 + number)):
            runs.append(replace(RUN, round=number + 1, peer=name, requests=requests))
    facts = [Fact(name, "title", name.title()) for name in (peers.OURS, "fast", "near")]
    facts += [Fact("gone", "title", "Gone"), Fact("gone", "reason", "cargo is not installed")]
    facts += [Fact("fast", "start_seconds", "0.0123"), Fact("near", "without:json", "cannot")]
    return runs, facts


def rate_of(results: Results) -> Comparison:
    return next(each for each in results.comparisons() if each.column == RATE.title)


class PeerRecords(unittest.TestCase):
    """From runs of peers to what the page says about them."""

    def test_claims_a_rank_only_where_the_spreads_do_not_overlap(self) -> None:
        spreads = {"a": Summary(10, 9, 11), "b": Summary(8, 7, 9), "c": Summary(5, 4, 6), "d": Summary(1, 1, 1)}
        self.assertEqual(ranks(spreads, high_is_good=True), {"a": (1, 2), "b": (1, 2), "c": (3, 3), "d": (4, 4)})
        self.assertEqual(ranks(spreads, high_is_good=False), {"a": (3, 4), "b": (3, 4), "c": (2, 2), "d": (1, 1)})
        # In the middle of a chain of overlaps, a server may be at either end of it.
        chain = {"a": Summary(10, 8, 12), "b": Summary(8, 6, 9), "c": Summary(6, 5, 7)}
        self.assertEqual(ranks(chain, high_is_good=True), {"a": (1, 2), "b": (1, 3), "c": (2, 3)})

    def test_claims_no_rank_with_too_few_rounds(self) -> None:
        self.assertEqual([rank_text((1, 1), rounds) for rounds in (4, 5)], ["–", "1"])
        self.assertEqual(rank_text((2, 4), 5), "2–4")

    def test_names_those_ahead_of_ours_beyond_the_spreads(self) -> None:
        results = Results(*records(), [], Path("no such folder"))
        self.assertEqual(list(results.ahead_of_ours(rate_of(results))), ["fast"])
        short = Results([run for run in records()[0] if run.round < 5], records()[1], [], Path("no such folder"))
        self.assertEqual(short.ahead_of_ours(rate_of(short)), {})
        raw = Results(records()[0], [*records()[1], Fact("fast", "kind", "raw")], [], Path("no such folder"))
        self.assertEqual(raw.ahead_of_ours(rate_of(raw)), {})
        self.assertNotIn("fast", raw.ranks(peers.WORKLOADS[0], RATE))

    def test_sets_ours_beside_the_floor_round_by_round(self) -> None:
        runs = [replace(RUN, round=number, peer=peers.FLOOR) for number in range(1, 6)]
        runs += [replace(RUN, round=run.round, peer=peers.OURS, cpu_seconds=1.5 + run.round) for run in runs]
        taken = [PeerTurn(turn, peers.FLOOR, "keep-alive", 100, 1.0) for turn in range(1, 4)]
        taken += [PeerTurn(turn, peers.OURS, "keep-alive", 50, 0.5 * turn) for turn in range(1, 4)]
        results = Results(runs, records()[1], taken, Path("no such folder"))
        shares = results.cpu_by_floor(peers.WORKLOADS[0])
        self.assertEqual([round(share, 3) for share in shares], [1.667, 2.333, 3.0, 3.667, 4.333])
        self.assertEqual(results.cpu_by_floor_in_turns(peers.WORKLOADS[0]), [1, 2, 3])
        self.assertIn("| keep-alive | 3.000 (1.667–4.333) | 2.000 (1.000–3.000) |", peers_page.page(results))

    def test_reads_back_what_it_wrote(self) -> None:
        runs, facts = records()
        runs.append(replace(RUN, workload="pipelined", p50=None, p99=None, p999=None))
        with tempfile.TemporaryDirectory() as folder:
            taken = [PeerTurn(1, "fast", "keep-alive", 100, 0.25)]
            peer_records.write(Path(folder), runs, facts, taken)
            self.assertEqual(peer_records.read_runs(Path(folder)), runs)
            self.assertEqual(peer_records.read_facts(Path(folder)), facts)
            self.assertEqual(peer_records.read_turns(Path(folder)), taken)

    def test_every_figure_of_the_page_follows_the_records(self) -> None:
        runs, facts = records()
        page = peers_page.page(Results(runs, facts, [], Path("no such folder")))
        self.assertIn("cargo is not installed", page)
        twice = [replace(run, requests=run.requests * 2, resident_loaded=run.resident_loaded * 2) for run in runs]
        self.assertNotEqual(page, peers_page.page(Results(twice, facts, [], Path("no such folder"))))
        # What stands in the page without any record may count nothing and time nothing.
        empty = peers_page.page(Results([], [], [], Path("no such folder")))
        self.assertEqual(set(re.findall(r"(?<![\w.])\d[\d.,]*", empty)), {"2", "4", "93", "100"})

    def test_the_published_page_comes_from_its_records(self) -> None:
        folder = suite_of_peers.PAGES
        if not (folder / peer_records.RUNS).exists():
            self.skipTest("nothing is published")
        results = Results.load(folder, folder)
        self.assertEqual((folder / peers_page.PAGE).read_text(encoding="utf-8"), peers_page.page(results))
        for name, drawing in peers_page.plots(results).items():
            self.assertEqual((folder / name).read_text(encoding="utf-8"), drawing, name)

    def test_draws_well_formed_plots(self) -> None:
        bars = [svg.Bar("<a & b>", (1.0, 2.0), 2.5, 3.5, strong=True), svg.Bar("none", (0.0, 0.0))]
        drawings = [svg.stacked("t", ("x", "y"), bars, str), svg.dots("t", ("x",), bars, str)]
        for drawing in [*drawings, svg.stacked("", (), [], str), svg.dots("", (), [], str)]:
            self.assertTrue(ElementTree.fromstring(drawing).tag.endswith("svg"))
        whisker = ElementTree.fromstring(svg.stacked("t", (), bars, str)).findall("{*}line")
        self.assertEqual(len(whisker), 3)

    def test_cuts_a_bar_that_would_hide_the_others(self) -> None:
        bars = [svg.Bar(str(value), (value,)) for value in (1.0, 2.0, 3.0, 1000.0)]
        drawn = ElementTree.fromstring(svg.stacked("t", (), bars, str))
        self.assertIn("… 1000.0", [each.text for each in drawn.findall("{*}text")])
        widths = [float(each.attrib["width"]) for each in drawn.findall("{*}rect")]
        self.assertEqual(widths[2], widths[3])
        self.assertAlmostEqual(widths[0] * 3, widths[2], delta=0.2)


@contextmanager
def answering(data: bytes, ends: bool = False) -> Iterator[int]:
    """The port of a server that sends `data` once to one client and leaves the connection open, or ends it."""
    with socket.create_server((HOST, 0)) as listener:
        done = threading.Event()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(data)
                if not ends:
                    done.wait(5)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            done.set()
            thread.join()


class Peers(unittest.TestCase):
    """Servers beside ours: how they are described, built, checked and loaded."""

    def test_every_peer_is_complete_and_its_versions_are_locked(self) -> None:
        locks = {"cargo": "Cargo.lock", "maven": "pom.xml", "go": "go.mod"}
        found = peers.load_all()
        self.assertEqual(next(iter(found)), peers.OURS)
        for name, peer in found.items():
            self.assertIn(peer.kind, ("framework", "library", "server", "raw"), name)
            self.assertTrue((peer.folder / locks.get(peer.toolchain, "peer.json")).exists(), name)
            if (peer.folder / "package.json").exists():
                self.assertTrue((peer.folder / "package-lock.json").exists(), name)
            if peer.toolchain == "go" and peer.package:
                self.assertTrue((peer.folder / "go.sum").exists(), name)

    def test_reports_versions_and_the_reason_of_a_failed_build(self) -> None:
        lock = 'name = "ntex"\nversion = "0.0.0"\n\n[[package]]\nname = "ntex"\nversion = "3.1"\nsource = "x"\n'
        self.assertEqual(toolchains.cargo_version(lock, "ntex"), "3.1")
        self.assertEqual(toolchains.failure_line("a\nerror: no such crate\n\nnote\n"), "error: no such crate")
        self.assertEqual(toolchains.failure_line("\nlast\n\n"), "last")
        broken = replace(peers.load_all()[peers.OURS], details={"program": "no-such-program"})
        self.assertRaisesRegex(toolchains.CannotBuild, "no-such-program", toolchains.build, broken, Path("."), 1)

    def test_times_a_start_and_ends_the_server(self) -> None:
        command = (str(FLOOR.resolve()), "--host", "127.0.0.1", "--port", "{port}", "--workers", "1")
        with tempfile.TemporaryDirectory() as folder:
            floor = toolchains.Built(command, Path(folder), "", 0, ())
            self.assertLess(peer_server.start_seconds(floor, peers.BY_NAME["keep-alive"]), 5)
        self.assertRaises(ChildProcessError, os.waitpid, -1, os.WNOHANG)
        with self.assertRaisesRegex(ServerFailed, "ended before its first answer"):
            starting.first_answer(("true",), 1, b"")

    def test_refuses_a_wrong_answer(self) -> None:
        command = (str(FLOOR.resolve()), "--host", "127.0.0.1", "--port", "{port}", "--workers", "1")
        with tempfile.TemporaryDirectory() as folder:
            floor = toolchains.Built(command, Path(folder), "", 0, ())
            keep_alive = peers.BY_NAME["keep-alive"]
            with peer_server.serving("floor", floor, Path(folder), keep_alive) as server:
                for name in ("keep-alive", "close", "pipelined"):
                    peers.check(server.port, peers.BY_NAME[name])
                for wrong in map(peers.BY_NAME.get, ("users", "json", "1k")):
                    self.assertRaisesRegex(client.BadAnswer, "wrong body", peers.check, server.port, wrong)
                before = peer_server.cpu_time(server)
                peers.check(server.port, keep_alive)
                self.assertGreater(peer_server.cpu_time(server).total, before.total)

    def test_refuses_a_status_a_missing_end_and_what_follows_an_answer(self) -> None:
        whole = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nHello, World!"
        keep_alive, close, pipelined = (peers.BY_NAME[name] for name in ("keep-alive", "close", "pipelined"))
        refused = [
            (whole.replace(b"200", b"500"), keep_alive, "status 500"),
            (whole, close, "leaves the connection open"),
            (whole + b"x", close, "bytes after the answer"),
            (whole, pipelined, "request 2 of 16"),
        ]
        for answer, workload, reason in refused:
            with answering(answer) as port:
                self.assertRaisesRegex(client.BadAnswer, reason, peers.check, port, workload, 0.2)
        with answering(whole) as port:
            peers.check(port, keep_alive, 0.2)

    def test_reads_the_numbers_of_the_load(self) -> None:
        text = (
            "Running 1s test\npeers: duration_us=2000000 requests=10 bytes=5 "
            "connect=1 read=2 write=3 timeout=4 status=5 p50=1500 p99=2500 p999=3500\n"
        )
        found = peer_load.parse(text, 0.5, pipelined=False)
        self.assertEqual(found, peer_load.LoadResult(2.0, 10, 5, 10, 5, 0.0015, 0.0025, 0.0035, 0.5))
        self.assertIsNone(peer_load.parse(text, 0.5, pipelined=True).p99)
        self.assertRaisesRegex(RuntimeError, "refused", peer_load.parse, "connection refused", 0.0, False)


if __name__ == "__main__":
    unittest.main()
