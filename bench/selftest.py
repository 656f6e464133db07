#!/usr/bin/env python3
"""Tests of the benchmarks themselves: a wrong ruler makes every figure wrong.

    bench/selftest.py [path of floor]        (default: build/release/bin/floor)
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from contextlib import AbstractContextManager
from email.utils import parsedate_to_datetime
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from lib import allocations, callgrind, client, wrk  # noqa: E402
from lib.client import HOST, Connection, Request  # noqa: E402
from lib.report import Summary, table  # noqa: E402
from lib.server import Server, ServerFailed, ServerSpec, running  # noqa: E402
from lib.workspace import BODY, ROOT  # noqa: E402
from suites import micro  # noqa: E402

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

    def test_says_why_a_server_does_not_start(self) -> None:
        spec = ServerSpec("broken", ("/bin/sh", "-c", "echo no such luck; exit 3"))
        with tempfile.TemporaryDirectory() as folder:
            server = running(spec, Path(folder))
            self.assertRaisesRegex(ServerFailed, "no such luck", server.__enter__)

    def test_summarises_and_aligns(self) -> None:
        self.assertEqual(Summary.of([3, 1, 2]), Summary(2, 1, 3))
        self.assertEqual(Summary.of([3, 1, 2]).text(), "2.00 (1.00..3.00)")
        self.assertEqual(table(["a", "b"], [["long", "1"]]), "a     b\n----  -\nlong  1")


if __name__ == "__main__":
    unittest.main()
