"""WebSockets as other implementations see them: Python's websockets, Node's ws, Chromium, and bytes said by hand."""

import asyncio
import base64
import hashlib
import os
import shutil
import signal
import struct
import subprocess
import sys
import unittest

import browser
import support
from crowd import frame

# Where Debian keeps packages, for a Python that does not come from Debian.
sys.path.append("/usr/lib/python3/dist-packages")
try:
    import websockets
except ImportError:
    websockets = None

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
MIB = 1024 * 1024


def needs(module, package):
    return unittest.skipIf(module is None, f"{package} is not installed")


class Testee(support.ProgramTest):
    program = "testee"
    path = "/ws"
    most = 16 * MIB  # of a message

    def url(self, path=None):
        return f"ws://{self.server.host}:{self.server.port}{path or self.path}"


class Showcase(Testee):
    program = "showcase"
    path = "/samples/websocket/echo"
    most = 4 * MIB


def talk(url, conversation, **options):
    """The result of `conversation(socket)`, a coroutine."""
    options.setdefault("max_size", None)

    async def run():
        async with websockets.connect(url, open_timeout=support.PATIENCE, close_timeout=support.PATIENCE, **options) as socket:
            return await asyncio.wait_for(conversation(socket), support.PATIENCE)

    return asyncio.run(run())


@needs(websockets, "python3-websockets")
class PythonTalksToTheTestee(Testee):
    def echo(self, messages, **options):
        async def conversation(socket):
            answers = []
            for message in messages:
                await socket.send(message)
                answers.append(await socket.recv())
            return answers

        return talk(self.url(), conversation, **options)

    def test_echoes_text_and_bytes(self):
        messages = ["hello", "grüße 😀", b"\x00\xff", "", b""]
        for compression in (None, "deflate"):
            self.assertEqual(self.echo(messages, compression=compression), messages)

    def test_echoes_the_largest_message(self):
        for message in ("x" * self.most, os.urandom(self.most)):
            for compression in (None, "deflate"):
                self.assertEqual(self.echo([message], compression=compression), [message])

    def test_echoes_fragments(self):
        async def conversation(socket):
            await socket.send(["frag", "men", "ted"])
            return await socket.recv()

        self.assertEqual(talk(self.url(), conversation), "fragmented")

    def test_every_parameter_of_deflate(self):
        from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
        messages = [("the same again and again " * 20) + str(i) for i in range(30)]
        for own in (9, 12, 15):
            for peer in (9, 15):
                for no_own in (False, True):
                    for no_peer in (False, True):
                        factory = ClientPerMessageDeflateFactory(
                            server_no_context_takeover=no_peer, client_no_context_takeover=no_own,
                            server_max_window_bits=peer, client_max_window_bits=own)
                        self.assertEqual(self.echo(messages, compression=None, extensions=[factory]), messages)

    def test_close_codes_and_reasons(self):
        async def conversation(socket):
            await socket.close(4001, "enough")
            return socket.close_code, socket.close_reason

        self.assertEqual(talk(self.url(), conversation)[0], 4001)

    def test_too_large_a_message_is_1009(self):
        async def conversation(socket):
            try:
                await socket.send(b"x" * (self.most + 1))
                await socket.recv()
            except websockets.ConnectionClosed:
                pass
            return socket.close_code

        self.assertEqual(talk(self.url(), conversation, compression=None), 1009)

    def test_pings_are_answered(self):
        async def conversation(socket):
            await (await socket.ping())
            return True

        self.assertTrue(talk(self.url(), conversation))

    def test_many_at_once(self):
        async def one(number):
            async with websockets.connect(self.url()) as socket:
                for i in range(20):
                    await socket.send(f"{number} {i}")
                    self.assertEqual(await socket.recv(), f"{number} {i}")

        async def run():
            await asyncio.gather(*(one(number) for number in range(50)))

        asyncio.run(run())


class PythonTalksToTheShowcase(Showcase, PythonTalksToTheTestee):
    def test_hears_why_the_server_closes(self):
        async def conversation(socket):
            text = await socket.recv()
            await socket.wait_closed()
            return text, socket.close_code, socket.close_reason

        self.assertEqual(talk(self.url("/samples/websocket/goodbye"), conversation),
                         ("that was all", 4001, "as the program wanted it"))

    def test_compression_is_agreed_on(self):
        async def conversation(socket):
            return [type(extension).__name__ for extension in socket.extensions]

        self.assertEqual(talk(self.url(), conversation), ["PerMessageDeflate"])
        self.assertEqual(talk(self.url("/samples/websocket/"), conversation), [])


@needs(websockets, "python3-websockets")
class Example(support.ProgramTest):
    program = "websocket"

    def test_answers_each_message(self):
        async def conversation(socket):
            await socket.send("Client time: now")
            return await socket.recv()

        self.assertEqual(talk(f"ws://{self.server.host}:{self.server.port}/websocket", conversation),
                         "received Client time: now")

    def test_counts_the_bytes_of_a_message_that_is_never_whole(self):
        async def conversation(socket):
            await socket.send(b"x" * (20 * MIB))
            return await socket.recv()

        self.assertEqual(talk(f"ws://{self.server.host}:{self.server.port}/upload", conversation, compression=None),
                         f"{20 * MIB} bytes")

    def test_says_goodbye_when_the_server_ends(self):
        program = support.start(self, "websocket")

        async def conversation(socket):
            await socket.send("x")
            await socket.recv()
            program.signal(signal.SIGTERM)
            await socket.wait_closed()
            return socket.close_code

        self.assertEqual(talk(f"ws://{program.host}:{program.port}/websocket", conversation), 1001)
        self.assertEqual(program.wait(), 0)


NODE = r"""
const WebSocket = require("ws");
const [url, deflate] = [process.argv[1], process.argv[2] === "deflate"];
const socket = new WebSocket(url, { perMessageDeflate: deflate ? { threshold: 0 } : false, maxPayload: 0 });
const large = "0123456789".repeat(200000);
const messages = ["hello", "grüße 😀", large, Buffer.from([0, 255, 1]), ""];
let next = 0;
const fail = (why) => { console.log("FAILED " + why); process.exit(1); };
setTimeout(() => fail("time"), 25000).unref();
socket.on("open", () => {
    if (deflate !== socket.extensions.includes("permessage-deflate")) fail("extensions " + socket.extensions);
    socket.ping("are you there");
});
socket.on("pong", (data) => {
    if (data.toString() !== "are you there") fail("pong " + data);
    socket.send(messages[0]);
});
socket.on("message", (data, binary) => {
    const sent = messages[next++];
    if (binary !== Buffer.isBuffer(sent) || Buffer.compare(data, Buffer.from(sent)) !== 0) fail("message " + next);
    if (next < messages.length) socket.send(messages[next]); else socket.close(4000, "enough");
});
socket.on("close", (code, reason) => { console.log("closed " + code); });
socket.on("error", (error) => fail(error));
"""


def node_missing():
    if not shutil.which("node"):
        return "node is not installed"
    found = subprocess.run(["node", "-e", "require('ws')"], capture_output=True, env=node_environment())
    return "" if found.returncode == 0 else "node-ws is not installed"


def node_environment():
    # Where Debian keeps packages, for a node that does not come from Debian.
    return {**os.environ, "NODE_PATH": "/usr/share/nodejs"}


@unittest.skipIf(node_missing(), node_missing())
class NodeTalksToTheTestee(Testee):
    def test_echo_close_and_compression(self):
        for deflate in ("plain", "deflate"):
            done = subprocess.run(["node", "-e", NODE, self.url(), deflate], capture_output=True, text=True,
                                  timeout=support.PATIENCE, env=node_environment())
            self.assertEqual((done.stdout, done.stderr), ("closed 4000\n", ""))


class NodeTalksToTheShowcase(Showcase, NodeTalksToTheTestee):
    def test_hears_why_the_server_closes(self):
        script = """const WebSocket = require("ws");
            new WebSocket(process.argv[1]).on("close", (code, reason) => console.log(code + " " + reason))"""
        done = subprocess.run(["node", "-e", script, self.url("/samples/websocket/goodbye")], capture_output=True, text=True,
                              timeout=support.PATIENCE, env=node_environment())
        self.assertEqual((done.stdout, done.stderr), ("4001 as the program wanted it\n", ""))


@unittest.skipIf(browser.missing(), browser.missing())
class Chromium(support.ProgramTest):
    program = "websocket"

    def test_sends_the_time_each_second(self):
        chromium = browser.Browser(self.addCleanup)
        chromium.open(f"http://{self.server.host}:{self.server.port}/")
        answers = "return [...document.querySelectorAll('li')].map(item => item.textContent)"
        support.wait_until(lambda: len(chromium.run(answers)) >= 2, "two answers")
        self.assertTrue(all(text.startswith("received Client time: 2") for text in chromium.run(answers)))
        self.assertEqual(chromium.run("return socket.readyState"), 1)
        chromium.run("socket.close(4000, 'enough')")
        chromium.wait_for("return document.querySelector('#state').textContent === 'closed 4000 '")
        self.assertEqual(chromium.console(), [])

    def test_compresses_large_messages_and_closes(self):
        showcase = support.start(self, "showcase")
        chromium = browser.Browser(self.addCleanup)
        chromium.open(f"http://{showcase.host}:{showcase.port}/")
        chromium.run("""
            const texts = [...Array(50).keys()].map((i) => "again and again ".repeat(100) + i);
            texts.push("0123456789".repeat(400000));
            window.got = [];
            window.socket = new WebSocket(arguments[0]);
            socket.onopen = () => texts.forEach((text) => socket.send(text));
            socket.onmessage = ({ data }) => { if (got.push(data === texts[got.length]) === texts.length) socket.close(4000, "enough"); };
            socket.onclose = ({ code, wasClean }) => { window.ended = `${code} ${wasClean}`; };
        """, f"ws://{showcase.host}:{showcase.port}/samples/websocket/echo")
        chromium.wait_for("return window.ended === '4000 true'")
        self.assertEqual(chromium.run("return [got.length, got.every(Boolean), socket.extensions.split(';')[0]]"), [51, True, "permessage-deflate"])
        self.assertEqual(chromium.console(), [])


class Bytes(Testee):
    """What no client library would do."""

    KEY = base64.b64encode(b"0123456789abcdef")

    def request(self, more=""):
        return (f"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{more}"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {self.KEY.decode()}\r\n\r\n").encode()

    def upgraded(self, early=b""):
        connection = self.raw()
        connection.send(self.request() + early)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.file.read(1)
        self.assertTrue(head.startswith(b"HTTP/1.1 101 "), head)
        accept = base64.b64encode(hashlib.sha1(self.KEY + GUID).digest())
        self.assertIn(b"Sec-WebSocket-Accept: " + accept, head)
        return connection

    def test_a_frame_comes_with_the_request(self):
        connection = self.upgraded(frame(1, b"early") + frame(8, struct.pack(">H", 1000)))
        self.assertEqual(connection.rest(), b"\x81\x05early\x88\x02\x03\xe8")

    def test_a_request_before_the_upgrade(self):
        connection = self.raw()
        connection.send(b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n" + self.request() + frame(1, b"hi"))
        self.assertEqual(connection.answer().status, 200)
        rest = connection.file.read(len(b"HTTP/1.1 101"))
        self.assertEqual(rest, b"HTTP/1.1 101")

    def test_wrong_utf8_is_answered_before_the_frame_is_whole(self):
        connection = self.upgraded()
        connection.send(frame(1, b"\xce\xba\xe1\xbd\xb9\xf4\x90" + b"x" * 100)[:6 + 7])
        rest = connection.rest()
        self.assertEqual(rest[:4], b"\x88" + rest[1:2] + struct.pack(">H", 1007))

    def test_many_vanish(self):
        for _ in range(200):
            connection = self.upgraded(frame(1, b"x" * 50, fin=False))
            connection.close()
        connection = self.upgraded(frame(1, b"alive") + frame(8))
        self.assertEqual(connection.rest(), b"\x81\x05alive\x88\x00")


if __name__ == "__main__":
    unittest.main()
