"""Very many connections of one test: WebSockets or event streams that all hear the same."""

import os
import re
import resource
import selectors
import socket
import struct
import time

import support

HANDSHAKE = ("GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n")
PLAIN = "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"
KEY = b"\x11\x22\x33\x44"


def frame(opcode, payload=b"", fin=True):
    """A frame of a client."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack(">H", size) if size < 65536 else b"\xff" + struct.pack(">Q", size)
    masked = bytes(byte ^ KEY[i % 4] for i, byte in enumerate(payload))
    return bytes([(0x80 if fin else 0) | opcode]) + length + KEY + masked


def allow_many_files():
    """For this process and the programs that it starts."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def connect(server, request, narrow=False):
    """A connection on which a request has been sent. `narrow`: the kernels on the way hold little for it."""
    made = socket.socket()
    if narrow:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)  # the sender's buffer grows with it
    made.settimeout(support.PATIENCE)
    made.connect((server.host, server.port))
    made.sendall(request)
    return made


def read_head(made):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = made.recv(1)
        if not piece:
            raise AssertionError(f"ended in the head: {head}")
        head += piece
    return head


class Crowd:
    """`count` clients on one path. What they receive is counted, not looked at.

    in: `early` is what each sends behind its request
    """

    def __init__(self, case, server, path, count, websocket=True, early=b""):
        request = (HANDSHAKE if websocket else PLAIN).format(path=path).encode() + early
        self.sockets = [connect(server, request) for _ in range(count)]
        case.addCleanup(self.close)
        self.selector = selectors.EpollSelector()
        case.addCleanup(self.selector.close)
        for number, made in enumerate(self.sockets):
            head = read_head(made)
            if not head.startswith(b"HTTP/1.1 101 " if websocket else b"HTTP/1.1 200 "):
                raise AssertionError(head)
            made.setblocking(False)
            self.selector.register(made, selectors.EVENT_READ, number)
        self.got = [0] * count

    def close(self):
        for made in self.sockets:
            made.close()

    def show_life(self):
        """What a client that never looks at pings must say now and then."""
        for made in self.sockets:
            made.send(frame(10))

    def settle(self, quiet=0.3):
        """Read until nothing has come for `quiet` seconds; the counts begin anew."""
        while ready := self.selector.select(quiet):
            for key, _ in ready:
                key.fileobj.recv(1 << 18)
        self.got = [0] * len(self.got)

    def read(self, size):
        """Read until everybody has got `size` more bytes. Returns when each of them had."""
        wanted = [got + size for got in self.got]
        times = [0.0] * len(wanted)
        missing = len(wanted)
        end = time.monotonic() + support.PATIENCE
        while missing:
            ready = self.selector.select(1)
            if not ready and time.monotonic() > end:
                raise AssertionError(f"{missing} of {len(wanted)} clients wait for {size} bytes")
            for key, _ in ready:
                number = key.data
                piece = key.fileobj.recv(1 << 18)
                if not piece:
                    raise AssertionError("the server has ended a connection")
                self.got[number] += len(piece)
                if times[number] == 0.0 and self.got[number] >= wanted[number]:
                    times[number] = time.perf_counter()
                    missing -= 1
        return times


def frame_bytes(size):
    """The length of a frame from the server with a payload of that size."""
    return size + (2 if size < 126 else 4 if size < 65536 else 10)


def open_files(program):
    """How many files and sockets a program has open."""
    return len(os.listdir(f"/proc/{program.process.pid}/fd"))


def own_memory(program):
    """RssAnon, in bytes: what the program itself holds, without the pages of files."""
    with open(f"/proc/{program.process.pid}/status", encoding="ascii") as status:
        return int(re.search(r"RssAnon:\s+(\d+) kB", status.read())[1]) * 1024
