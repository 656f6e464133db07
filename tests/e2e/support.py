"""Starts the programs of this repository and talks to them as a client does.

    class Basic(support.ProgramTest):
        program = "basic_server"

        def test_greets(self):
            self.assertEqual(self.get("/").body, b"Hello, World!")

A program listens on a port that the system chose, is started once per class and stopped with SIGTERM; it must then exit with 0,
and must not have printed a sanitizer's report.
"""

import http.client
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ.get("HYPERLANE_BIN", "build/release/bin"))
SANITIZED = os.environ.get("HYPERLANE_SANITIZE", "") != ""
PATIENCE = 60 if SANITIZED else 30  # seconds; machines that run tests can be very busy
REPORT = re.compile(r"(ERROR|WARNING): \w+Sanitizer|runtime error:|Assertion .* failed")


def wait_until(condition, what, patience=PATIENCE):
    """The first true value of `condition`."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.005)
    raise AssertionError(f"waited {patience} s for {what}")


class Program:
    """A running program; `log` is what it has printed so far."""

    def __init__(self, name, *arguments, env=None, listening=True, **options):
        if "--port" not in arguments and "--listen" not in arguments:
            arguments += ("--port", "0")
        self.output = tempfile.TemporaryFile()
        self.last_words = None
        self.told = False
        self.process = subprocess.Popen([BIN / name, *arguments], stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output,
                                        env={**os.environ, **(env or {})}, **options)
        self.host, self.port = "127.0.0.1", 0
        if listening:
            line = wait_until(self.listening_line, f"{name} to listen")
            if address := re.search(r"http://(\[.*\]|[^:\s]+):(\d+)", line):
                self.host, self.port = address[1].strip("[]"), int(address[2])

    @property
    def log(self):
        if self.last_words is not None:
            return self.last_words
        size = os.fstat(self.output.fileno()).st_size
        return os.pread(self.output.fileno(), size, 0).decode(errors="replace")

    def listening_line(self):
        if self.process.poll() is not None:
            raise AssertionError(f"ended with {self.process.returncode}: {self.log}")
        return next((line for line in self.log.split("\n")[:-1] if "listening on" in line), None)

    def wait_for_log(self, text):
        wait_until(lambda: text in self.log, f"{text!r} in the log")

    def signal(self, number=signal.SIGTERM):
        self.told = True
        self.process.send_signal(number)

    def wait(self):
        """The exit code, after a look for reports of sanitizers."""
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"did not end in {PATIENCE} s: {self.log}") from None
        self.last_words = self.log
        self.output.close()
        if REPORT.search(self.log):
            raise AssertionError(self.log)
        return code

    def stop(self):
        # One that has been told to end already may be past its handlers, where another signal would kill it.
        if self.process.poll() is None and not self.told:
            self.signal()
        code = self.wait()
        if code != 0:
            raise AssertionError(f"exit code {code}: {self.log}")

    def connect(self):
        return Raw(socket.create_connection((self.host, self.port), PATIENCE))

    def peak_memory(self):
        """VmHWM, in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


class Answer:
    """A response: `status`, `reason`, `body`, and `headers` that are asked for by name."""

    def __init__(self, response, method=None):
        self.status, self.reason, self.version = response.status, response.reason, response.version
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode()

    def __repr__(self):
        return f"{self.status} {self.reason} {dict(self.headers)} {self.body[:200]}"


class Raw:
    """A connection on which a test says every byte itself."""

    def __init__(self, sock):
        self.socket = sock
        self.file = sock.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)
        return self

    def answer(self, method="GET"):
        """Read one response, as far as its framing says."""
        response = http.client.HTTPResponse(self, method=method)
        response.begin()
        return Answer(response)

    def makefile(self, _):
        """HTTPResponse asks for a file of its own and closes it; all responses share one buffer here."""
        return _Unclosed(self.file)

    def rest(self):
        """Everything until the server closes."""
        try:
            return self.file.read()
        except ConnectionResetError:
            return b""


class _Unclosed:
    def __init__(self, file):
        self.file = file

    def __getattr__(self, name):
        return getattr(self.file, name)

    def close(self):
        pass


def start(case, name, *arguments, **options):
    """A program for one test, stopped and checked at its end."""
    program = Program(name, *arguments, **options)
    case.addCleanup(program.stop)
    return program


class ProgramTest(unittest.TestCase):
    program = ""
    arguments = ("--workers", "2")
    env = {}

    @classmethod
    def setUpClass(cls):
        cls.server = Program(cls.program, *cls.arguments, env=cls.env)
        cls.addClassCleanup(cls.server.stop)

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, headers=None):
        return self.request("GET", path, None, headers)

    def raw(self):
        connection = self.server.connect()
        self.addCleanup(connection.close)
        return connection

    def assertAnswer(self, answer, status, text=None):
        self.assertEqual(answer.status, status, answer)
        if text is not None:
            self.assertEqual(answer.text, text)
