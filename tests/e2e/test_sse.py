"""Server-Sent Events as clients see them: bytes, curl, Node's eventsource package, and a browser."""

import http.client
import json
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import threading
import time
import unittest

import browser
import support

NODE_MODULES = "/usr/share/nodejs"


class Events:
    """A connection that reads an event stream, one block of lines after the other."""

    def __init__(self, case, server, path, last_id=None):
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=support.PATIENCE)
        case.addCleanup(self.connection.close)
        self.connection.request("GET", path, headers={"Last-Event-ID": last_id} if last_id else {})
        self.response = self.connection.getresponse()

    def block(self):
        """The fields of the next block: {"id": "7", "data": "x"}; None at the end."""
        fields = {}
        while line := self.response.readline():
            if line == b"\n":
                return fields
            name, _, value = line.decode().rstrip("\n").partition(": ")
            fields[name] = fields[name] + "\n" + value if name in fields else value
        return None

    def close(self):
        self.response.close()
        self.connection.close()


class Testee(support.ProgramTest):
    program = "testee"

    def test_numbers_its_events_and_ends(self):
        answer = self.get("/sse?n=3")
        self.assertAnswer(answer, 200, "".join(f"id: {i}\ndata: {i}\n\n" for i in (1, 2, 3)))
        self.assertEqual(answer.headers["Content-Type"], "text/event-stream")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(answer.headers["X-Accel-Buffering"], "no")
        self.assertEqual(answer.headers["Content-Encoding"], None)
        self.assertEqual(self.get("/sse?n=0").body, b"")
        self.assertEqual(self.get("/sse?n=many").status, 400)

    def test_a_connection_lives_on_after_a_stream(self):
        connection = self.raw()
        for _ in range(3):
            connection.send("GET /sse?n=2 HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual(connection.answer().text.count("data:"), 2)

    def test_a_long_stream_to_a_slow_reader_is_whole(self):
        stream = Events(self, self.server, "/sse?n=100000")
        for i in range(1, 100_001):
            self.assertEqual(stream.block(), {"id": str(i), "data": str(i)})
        self.assertIsNone(stream.block())


class ByHand(support.ProgramTest):
    program = "server_sent_events"

    def test_ten_events_then_a_clean_end(self):
        connection = self.raw()
        answer = connection.send("GET /events/10 HTTP/1.1\r\nHost: x\r\n\r\n").answer()
        self.assertAnswer(answer, 200, "".join(f"data:{i}\n\n" for i in range(10)))
        self.assertEqual(answer.headers["Content-Type"], "text/event-stream")
        self.assertEqual(connection.rest(), b"")

    def test_each_comes_before_the_next_is_made(self):
        stream = Events(self, self.server, "/events")
        self.assertEqual(stream.block(), {"data:0": ""})
        stream.close()

    def test_a_client_that_leaves_stops_the_loop(self):
        program = support.Program("server_sent_events", "--workers", "1")
        stream = Events(self, program, "/events/65535")
        self.assertEqual(stream.block(), {"data:0": ""})
        stream.close()
        started = time.monotonic()
        program.stop()
        self.assertLess(time.monotonic() - started, 25)  # a loop that went on would hold it for the 30 s of draining

    @unittest.skipUnless(shutil.which("curl"), "not installed: curl")
    def test_curl_shows_them(self):
        url = f"http://{self.server.host}:{self.server.port}/events/10"
        shown = subprocess.run(["curl", "-sN", url], capture_output=True, text=True, timeout=support.PATIENCE, check=True)
        self.assertEqual(shown.stdout, "".join(f"data:{i}\n\n" for i in range(10)))


class Ticker(support.ProgramTest):
    program = "ticker"

    def add(self, *prices):
        for price in prices:
            self.assertAnswer(self.request("POST", "/prices", price.encode()), 204)

    def read_until(self, stream, price):
        """All blocks up to the one with that price."""
        blocks = []
        while not blocks or blocks[-1].get("data") != price:
            block = stream.block()
            if "data" in block:
                blocks.append(block)
        return blocks

    def assertContiguous(self, blocks):
        ids = [int(block["id"]) for block in blocks]
        self.assertEqual(ids, list(range(ids[0], ids[0] + len(ids))))

    def test_a_server_that_ends_closes_its_streams_cleanly(self):
        program = support.Program(self.program)
        connection = program.connect()
        self.addCleanup(connection.close)
        connection.send("GET /prices HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertIn(b"200 OK", connection.file.readline())
        started = time.monotonic()
        program.signal()
        self.assertTrue(connection.rest().endswith(b"\r\n0\r\n\r\n"))
        self.assertEqual(program.wait(), 0)
        self.assertLess(time.monotonic() - started, 25)  # it would wait for 30 s for a request that goes on

    def test_who_comes_back_gets_what_was_missed_once_and_in_order(self):
        stream = Events(self, self.server, "/prices")
        self.add("first")
        blocks = self.read_until(stream, "first")
        for round_number in range(5):
            stream.close()
            missed = [f"missed {round_number}.{i}" for i in range(3)]
            self.add(*missed)
            stream = Events(self, self.server, "/prices", blocks[-1]["id"])
            live = f"live {round_number}"
            self.add(live)
            blocks += self.read_until(stream, live)
            added = [block["data"] for block in blocks if block["data"].startswith(f"missed {round_number}")]
            self.assertEqual(added, missed)
        self.assertContiguous(blocks)
        self.assertEqual({block["event"] for block in blocks}, {"price"})

    def test_who_connects_is_told_where_to_go_on_from(self):
        stream = Events(self, self.server, "/prices")
        place = stream.block()
        self.assertEqual(list(place), ["id"])
        stream.close()
        self.add("unseen")
        stream = Events(self, self.server, "/prices", place["id"])
        self.assertIn("unseen", [block["data"] for block in self.read_until(stream, "unseen")])

    def test_by_query_for_clients_that_cannot_set_fields(self):
        stream = Events(self, self.server, "/prices")
        place = stream.block()["id"]
        stream.close()
        self.add("by query")
        for name in ("lastEventId", "last_event_id"):
            again = Events(self, self.server, f"/prices?{name}={place}")
            self.read_until(again, "by query")
            again.close()

    def test_reset_when_it_is_gone(self):
        for last_id in ("1", "99999999999999999", "not a number"):
            stream = Events(self, self.server, "/prices", last_id)
            block = stream.block()
            self.assertEqual(block["event"], "reset")
            stream.close()
            back = Events(self, self.server, "/prices", block["id"])
            self.add("after the reset")
            self.assertNotIn("reset", [found["event"] for found in self.read_until(back, "after the reset")])
            back.close()

    def test_each_comes_once_and_in_order_however_often_the_connection_is_lost(self):
        total, ahead = 600, threading.Semaphore(40)  # a topic keeps its latest 64 messages
        failures = []

        def publish():
            connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=support.PATIENCE)
            try:
                for i in range(total):
                    ahead.acquire(timeout=support.PATIENCE)
                    connection.request("POST", "/prices", f"number {i}")
                    connection.getresponse().read()
            except OSError as error:
                failures.append(error)
            finally:
                connection.close()

        stream = Events(self, self.server, "/prices")
        last_id = stream.block()["id"]
        publisher = threading.Thread(target=publish)
        publisher.start()
        self.addCleanup(publisher.join, support.PATIENCE)
        chance = random.Random(1)
        heard, reconnects = [], 0
        while len(heard) < total:
            for _ in range(chance.randrange(8)):
                if len(heard) == total:
                    break
                block = stream.block()
                self.assertIn(block["event"], ("price", "reset"))
                last_id = block["id"]
                if block["data"].startswith("number "):
                    heard.append(block["data"])
                    ahead.release()
            stream.close()
            stream = Events(self, self.server, "/prices", last_id)
            reconnects += 1
        stream.close()
        self.assertEqual(heard, [f"number {i}" for i in range(total)])
        self.assertGreater(reconnects, 100)
        self.assertEqual(failures, [])

    def test_a_hundred_listeners_hear_the_same(self):
        streams = [Events(self, self.server, "/prices") for _ in range(100)]
        for stream in streams:
            stream.block()
        heard = []
        threads = [threading.Thread(target=lambda s=stream: heard.append(self.read_until(s, "end"))) for stream in streams]
        for thread in threads:
            thread.start()
        self.add(*(f"price {i}" for i in range(20)), "end")
        for thread in threads:
            thread.join(support.PATIENCE)
        self.assertEqual(len(heard), 100)
        for blocks in heard:
            self.assertContiguous(blocks)
            self.assertEqual([b["data"] for b in blocks if b["data"].startswith("price ")], [f"price {i}" for i in range(20)])


NODE_CLIENT = """
const EventSource = require("eventsource");
const source = new EventSource(process.argv[1], { headers: { "Last-Event-ID": process.argv[2] } });
const tell = (type) => ({ data, lastEventId }) => console.log(JSON.stringify({ type, data, id: lastEventId }));
for (const type of ["price", "reset", "message"]) source.addEventListener(type, tell(type));
source.onopen = () => console.log(JSON.stringify({ type: "open" }));
"""


@unittest.skipUnless(shutil.which("node") and pathlib.Path(NODE_MODULES, "eventsource").exists(), "not installed: node-eventsource")
class Node(support.ProgramTest):
    program = "showcase"
    path = "/samples/ticker/goods/coffee"

    def listen(self, last_id, port=None):
        url = f"http://{self.server.host}:{port or self.server.port}{self.path}"
        node = subprocess.Popen(["node", "-e", NODE_CLIENT, "--", url, last_id], stdout=subprocess.PIPE, text=True,
                                env={**os.environ, "NODE_PATH": NODE_MODULES})
        self.addCleanup(node.stdout.close)
        self.addCleanup(node.wait)
        self.addCleanup(node.kill)
        watchdog = threading.Timer(support.PATIENCE, node.kill)
        watchdog.start()
        self.addCleanup(watchdog.cancel)
        return lambda: json.loads(node.stdout.readline())

    def test_resumes_and_hears_of_resets(self):
        stream = Events(self, self.server, self.path)
        place = stream.block()["id"]
        self.request("POST", self.path, b"missed by node")
        told = self.listen(place)
        self.assertEqual(told()["type"], "open")
        while (event := told())["data"] != "missed by node":
            self.assertEqual(event["type"], "price")
        told = self.listen("1")
        self.assertEqual([told()["type"], told()["type"]], ["open", "reset"])

    def test_comes_back_by_itself_and_misses_nothing(self):
        proxy = Proxy(self, self.server)
        told = self.listen("", proxy.port)
        self.assertEqual(told()["type"], "open")
        self.request("POST", self.path, b"before")
        self.assertEqual(told()["data"], "before")
        heard = []
        for turn in range(2):  # it waits for a second each time
            proxy.cut()
            missed = [f"missed {turn}.{i}" for i in range(20)]
            for price in missed:
                self.request("POST", self.path, price.encode())
            proxy.mend()
            self.assertEqual(told()["type"], "open")
            heard = [told() for _ in missed]
            self.assertEqual([event["data"] for event in heard], missed)
        ids = [int(event["id"]) for event in heard]
        self.assertEqual(ids, list(range(ids[0], ids[0] + len(ids))))


class ChatRoom(support.ProgramTest):
    program = "chat_room"

    def test_tells_who_is_there_and_what_is_said(self):
        ann = Events(self, self.server, "/rooms/tea/events?name=ann")
        ann.block()
        bob = Events(self, self.server, "/rooms/tea/events?name=bob")
        self.assertEqual(ann.block(), {"event": "joined", "data": "bob"})
        self.assertAnswer(self.get("/rooms/tea/people"), 200, "ann\nbob\n")
        self.assertAnswer(self.request("POST", "/rooms/tea/messages?name=bob", "hi\nall".encode()), 204)
        self.assertEqual(ann.block()["data"], "bob: hi\nall")
        bob.close()
        self.assertEqual(ann.block(), {"event": "left", "data": "bob"})
        self.assertAnswer(self.get("/rooms/tea/people"), 200, "ann\n")
        self.assertAnswer(self.get("/rooms/empty/people"), 200, "")

    def test_rooms_do_not_hear_each_other(self):
        here, there = (Events(self, self.server, f"/rooms/{room}/events?name=x") for room in ("a", "b"))
        here.block(), there.block()
        self.request("POST", "/rooms/b/messages?name=x", b"in b")
        self.request("POST", "/rooms/a/messages?name=x", b"in a")
        self.assertEqual(here.block()["data"], "x: in a")
        self.assertEqual(there.block()["data"], "x: in b")

    def test_a_name_is_asked_for(self):
        self.assertEqual(self.get("/rooms/tea/events").status, 400)
        self.assertEqual(self.get("/rooms/tea/events?name=a%0Ab").status, 400)
        self.assertEqual(self.request("POST", "/rooms/tea/messages", b"x").status, 400)


class Proxy:
    """Passes bytes on, until it cuts every connection: a network that fails while the server goes on."""

    def __init__(self, case, server):
        self.target = (server.host, server.port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connections, self.open = [], True
        threading.Thread(target=self.accept, daemon=True).start()
        case.addCleanup(self.close)

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if not self.open:
                client.close()
                continue
            server = socket.create_connection(self.target)
            self.connections += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self.carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def carry(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def cut(self):
        self.open = False
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()
        self.connections.clear()

    def mend(self):
        self.open = True

    def close(self):
        self.cut()
        self.listener.close()


@unittest.skipIf(browser.missing(), browser.missing())
class InABrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = browser.Browser(cls.addClassCleanup)

    def tearDown(self):
        self.browser.open("about:blank")  # lets go of the streams, so that the server can end

    def test_shows_the_ten_events_by_hand(self):
        program = support.start(self, "server_sent_events")
        self.addCleanup(self.browser.open, "about:blank")
        self.browser.open(f"http://127.0.0.1:{program.port}/?50")
        self.browser.wait_for("return document.querySelectorAll('#events li').length === 10")
        shown = self.browser.run("return document.querySelector('#events').textContent")
        self.assertEqual(shown, "0123456789")

    def test_comes_back_by_itself_and_misses_nothing(self):
        program = support.start(self, "showcase")
        self.addCleanup(self.browser.open, "about:blank")
        proxy = Proxy(self, program)
        self.browser.open(f"http://127.0.0.1:{proxy.port}/")
        shown = "return document.querySelector('#ticker .result .body').textContent"
        self.browser.wait_for("return document.querySelector('#ticker .presets button')")
        self.browser.run("document.querySelector('#ticker .presets button').click()")
        self.browser.wait_for(shown + ".includes('price')")
        proxy.cut()
        connection = http.client.HTTPConnection(program.host, program.port, timeout=support.PATIENCE)
        self.addCleanup(connection.close)
        for i in range(5):
            connection.request("POST", "/samples/ticker/goods/tea", f"missed {i}")
            connection.getresponse().read()
        proxy.mend()
        self.browser.wait_for(shown + ".includes('missed 4')")
        text = self.browser.run(shown)
        self.assertIn("connection lost", text)
        self.assertNotIn("reset", text)
        prices = re.findall(r"price (\d+): (.+)", text)
        ids = [int(number) for number, _ in prices]
        self.assertEqual(ids, list(range(ids[0], ids[0] + len(ids))))
        self.assertEqual([price for _, price in prices if price.startswith("missed")], [f"missed {i}" for i in range(5)])


if __name__ == "__main__":
    unittest.main()
