"""Many clients of one topic over sockets: one that is stuck, thousands that vanish, and what a message costs."""

import http.client
import json
import pathlib
import shutil
import socket
import statistics
import struct
import sys
import tempfile
import time
import unittest

import crowd
import support

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
from lib import allocations  # noqa: E402

MIB = 1024 * 1024
MOST_FILES = crowd.allow_many_files()


def needs_files(count):
    return unittest.skipIf(MOST_FILES < count, f"a process may open {MOST_FILES} files here, this needs {count}")


class Topics:
    """The ticker of the showcase: publishes to any topic, and asks for the hub's counters."""

    def __init__(self, case, server):
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=support.PATIENCE)
        case.addCleanup(self.connection.close)

    @staticmethod
    def path(good, websocket=True):
        return f"/samples/ticker/goods/{good}" + ("/socket" if websocket else "")

    def ask(self, method, path, body=None):
        self.connection.request(method, path, body)
        return self.connection.getresponse().read()

    def publish(self, good, text):
        self.ask("POST", self.path(good, False), text)

    def counters(self):
        return json.loads(self.ask("GET", "/samples/ticker/counters"))


class OneStuckAmongAThousand(support.ProgramTest):
    program = "showcase"
    count = 100 if support.SANITIZED else 999
    text = b"x" * 4000

    def delay(self, good):
        """How long the clients of a topic wait for a message, in the median."""
        started = time.perf_counter()
        self.topics.publish(good, self.text)
        return statistics.median(self.crowds[good].read(crowd.frame_bytes(len(self.text)))) - started

    def pair(self, turn):
        """Delays with and without a stuck client, in the same moment; either comes first as often."""
        goods = ("stuck", "free") if turn % 2 else ("free", "stuck")
        found = {good: self.delay(good) for good in goods}
        return found["stuck"] / found["free"]

    def until_it_is_ended(self):
        """Ratios of the delays from where a client stops to read up to its end, and what it made the server hold."""
        stuck = crowd.connect(self.server, crowd.HANDSHAKE.format(path=Topics.path("stuck")).encode(), narrow=True)
        self.addCleanup(stuck.close)
        crowd.read_head(stuck)
        before = self.topics.counters()
        memory = [crowd.own_memory(self.server)]
        ratios = []
        while self.topics.counters()["disconnected"] == before["disconnected"]:
            self.assertLess(len(ratios), 1000, "nothing ends the stuck client")
            if len(ratios) % 20 == 0:
                for each in self.crowds.values():
                    each.show_life()
            ratios.append(self.pair(len(ratios)))
            memory.append(crowd.own_memory(self.server))
        after = self.topics.counters()
        self.assertEqual(after["disconnected"], before["disconnected"] + 1)
        self.assertGreater(after["dropped"], before["dropped"])
        return stuck, ratios, max(memory) - memory[0]

    def assertTold(self, stuck):
        """When it reads on there is a close frame that says why, unless it has been reset by then."""
        received = b""
        try:
            while b"\x88" not in received:  # which no other frame here has in it
                piece = stuck.recv(1 << 16)
                self.assertNotEqual(piece, b"", "ended without a close frame")
                received += piece
            while len(received) < received.index(b"\x88") + 4:
                received += stuck.recv(1 << 16)
        except ConnectionResetError:
            return
        self.assertEqual(received[received.index(b"\x88") + 2:][:2], struct.pack(">H", 1013))

    @needs_files(2200)
    def test_the_others_do_not_notice_and_the_policy_ends_it(self):
        self.topics = Topics(self, self.server)
        self.crowds = {good: crowd.Crowd(self, self.server, Topics.path(good), self.count) for good in ("free", "stuck")}
        for turn in range(20):  # so that everything has grown that grows
            self.pair(turn)
        ratios, growths = [], []
        # The median of pairs does not depend on how busy the machine is. One that is busy enough to blur it gets more.
        for _ in range(6):
            stuck, more, growth = self.until_it_is_ended()
            ratios += more
            growths.append(growth)
            self.assertTold(stuck)
            if statistics.median(ratios) <= 1.1 and (support.SANITIZED or min(growths) < MIB):
                break
        self.assertLessEqual(statistics.median(ratios), 1.1)
        if not support.SANITIZED:  # whose allocator keeps what is freed
            self.assertLess(min(growths), MIB)


class Vanished(support.ProgramTest):
    program = "websocket"
    at_once = 100 if support.SANITIZED else 1000
    rounds = 3 if support.SANITIZED else 10

    def waiting(self):
        return int(self.get("/waiting").text)

    def vanish(self, turn):
        """Open sockets and never say a word on them again, not even the end of a message that has begun."""
        early = crowd.frame(1, b"half of it", fin=False) if turn % 2 else b""
        silent = crowd.Crowd(self, self.server, "/impatient", self.at_once, early=early)
        support.wait_until(lambda: self.waiting() == 0, "handlers to be cancelled")
        ended = 0
        for made in silent.sockets:
            made.setblocking(True)
            made.settimeout(support.PATIENCE)
            try:
                while made.recv(4096):
                    pass
            except ConnectionResetError:
                ended += 1
        self.assertEqual(ended, self.at_once, "the server resets a connection whose peer it takes for gone")
        silent.close()

    @needs_files(1200)
    def test_ten_thousand_are_noticed_and_leave_nothing(self):
        self.vanish(0)
        files, memory = crowd.open_files(self.server), crowd.own_memory(self.server)
        for turn in range(1, self.rounds):
            self.vanish(turn)
        support.wait_until(lambda: crowd.open_files(self.server) <= files, "descriptors to be closed")
        if not support.SANITIZED:
            self.assertLess(crowd.own_memory(self.server), memory + MIB)

    def test_those_who_are_cut_off_leave_nothing_either(self):
        files = crowd.open_files(self.server)
        gone = crowd.Crowd(self, self.server, "/websocket", self.at_once)
        for made in gone.sockets:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close() resets
        gone.close()
        support.wait_until(lambda: crowd.open_files(self.server) <= files, "descriptors to be closed")


@unittest.skipIf(support.SANITIZED or not shutil.which("g++"), "needs a program that does its own counting, and g++")
class Allocations(unittest.TestCase):
    messages = 100

    def heap_calls(self, count, websocket):
        """Allocations for some messages to so many clients, once everything has grown that grows."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        counts = pathlib.Path(folder.name, "counts")
        library = allocations.build_counter(pathlib.Path(folder.name))
        server = support.Program("showcase", "--workers", "2", env={"LD_PRELOAD": str(library), "COUNT_MALLOC_FILE": str(counts)})
        self.addCleanup(server.stop)
        topics = Topics(self, server)
        clients = crowd.Crowd(self, server, Topics.path("x", websocket), count, websocket)
        clients.settle()
        text = b"x" * 100
        size = crowd.frame_bytes(len(text))
        if not websocket:  # an id has 16 digits; the size of a chunk stands in two
            topics.publish("x", text)
            size = len(b"a0\r\n") + len(b"id: 0123456789012345\nevent: price\ndata: \n\n") + len(text) + len(b"\r\n")
        for _ in range(50):
            topics.publish("x", text)
        clients.settle()
        before = struct.unpack_from("=Q", counts.read_bytes())[0]
        for _ in range(self.messages):
            topics.publish("x", text)
            clients.read(size)
        return struct.unpack_from("=Q", counts.read_bytes())[0] - before

    def check(self, websocket):
        few, many = (self.heap_calls(count, websocket) for count in (10, 1000))
        # A hundredth of a call: now and then a message meets a socket that must wait, and a timer fires.
        self.assertLess(many - few, self.messages * 990 / 100)

    @needs_files(1200)
    def test_none_per_websocket_and_message(self):
        self.check(True)

    @needs_files(1200)
    def test_none_per_event_stream_and_message(self):
        self.check(False)


if __name__ == "__main__":
    unittest.main()
