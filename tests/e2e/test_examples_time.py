"""Examples in which time passes: time-outs, joins, streams, events, uploads."""

import time
import unittest

import support


def timed(function, *arguments):
    started = time.monotonic()
    result = function(*arguments)
    return result, time.monotonic() - started


class Timeout(support.ProgramTest):
    program = "timeout"
    cancelled = "the slow handler was cancelled"

    def test_a_slow_handler_is_cancelled_and_nothing_is_sent_twice(self):
        connection = self.raw()
        started = time.monotonic()
        answer = connection.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").answer()
        self.assertAnswer(answer, 504, "timeout")
        self.assertGreaterEqual(time.monotonic() - started, 0.1)
        self.assertLess(time.monotonic() - started, 9)  # the handler sleeps for 10 s
        self.server.wait_for_log(self.cancelled)
        self.assertEqual(self.server.log.count(self.cancelled), 1)

        # Whatever else were sent would stand in front of this answer, or behind it.
        connection.send("GET /fast HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertAnswer(connection.answer(), 200, "fast")
        self.assertEqual(connection.rest(), b"")

    def test_fast_handlers_do_not_notice(self):
        connection = self.raw()
        for _ in range(20):
            self.assertAnswer(connection.send("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n").answer(), 200, "fast")
        time.sleep(0.15)  # the watchers of those requests come to their end meanwhile
        self.assertAnswer(connection.send("GET /fast HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").answer(), 200, "fast")
        self.assertEqual(connection.rest(), b"")


class AsyncOperations(support.ProgramTest):
    program = "async_operations"

    def test_join_takes_the_longer_not_the_sum(self):
        # One after another they take 300 ms at least, so a single run below that proves it; a busy machine gets more tries.
        times = []
        for _ in range(20):
            answer, took = timed(self.get, "/join")
            self.assertAnswer(answer, 200, "user and orders")
            self.assertGreaterEqual(took, 0.2)
            times.append(took)
            if took < 0.3:
                return
        self.fail(f"never less than the sum: {times}")

    def test_a_time_out_answers_408_long_before_the_operation_ends(self):
        answer, took = timed(self.get, "/timeout")
        self.assertAnswer(answer, 408, "the operation took too long\n")
        self.assertGreaterEqual(took, 0.3)
        self.assertLess(took, 20)


class Streaming(support.ProgramTest):
    program = "streaming"

    def test_pieces_are_sent_as_chunks(self):
        answer = self.get("/countdown")
        self.assertAnswer(answer, 200, "".join(f"{i}\n" for i in range(10, 0, -1)))
        self.assertEqual(answer.headers["Transfer-Encoding"], "chunked")

    def test_events_come_before_the_end(self):
        connection = self.raw()
        started = time.monotonic()
        connection.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.file.readline()
        self.assertIn(b"content-type: text/event-stream\r\n", head.lower())
        self.assertEqual(connection.file.readline(), b"8\r\n")
        self.assertEqual(connection.file.read(10), b"data:0\n\n\r\n")
        self.assertEqual(connection.file.readline(), b"8\r\n")
        self.assertEqual(connection.file.read(10), b"data:1\n\n\r\n")
        self.assertGreaterEqual(time.monotonic() - started, 1)
        self.assertLess(time.monotonic() - started, 9)  # all ten take 10 s

    def test_a_client_that_leaves_stops_the_loop(self):
        # A server that were still sending events would wait for them before it ends.
        program = support.Program("streaming", "--workers", "1")
        connection = program.connect()
        connection.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.file.readline()
        connection.close()
        _, took = timed(program.stop)
        self.assertLess(took, 8)

    def test_uploads_are_counted(self):
        self.assertAnswer(self.request("POST", "/upload", b"x" * 300_000), 200, "300000 bytes")
        pieces = (b"y" * 1000 for _ in range(500))
        self.assertAnswer(self.request("POST", "/upload", pieces), 200, "500000 bytes")
        self.assertAnswer(self.request("POST", "/upload"), 200, "0 bytes")


class Events(unittest.TestCase):
    def test_all_ten_come_a_second_apart_and_then_the_end(self):
        program = support.start(self, "streaming")
        with program.connect() as connection:
            connection.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            answer, took = timed(connection.answer)
            self.assertEqual(answer.text, "".join(f"data:{i}\n\n" for i in range(10)))
            self.assertGreaterEqual(took, 9)
            self.assertEqual(connection.rest(), b"")


if __name__ == "__main__":
    unittest.main()
