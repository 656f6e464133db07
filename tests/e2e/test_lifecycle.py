"""How a server starts, ends, and lives through what its machine does to it."""

import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import support


def get(path, *fields):
    return "".join(f"{line}\r\n" for line in (f"GET {path} HTTP/1.1", "Host: x", *fields, ""))


def start_slow(case, program, ms):
    """A connection on which a slow request runs: it came in one packet with the one that has been answered."""
    connection = program.connect()
    case.addCleanup(connection.close)
    case.assertEqual(connection.send(get("/") + get(f"/slow?ms={ms}")).answer().text, "OK")
    return connection


class Draining(unittest.TestCase):
    def test_a_slow_request_is_finished_before_the_end(self):
        program = support.start(self, "testee")
        slow = start_slow(self, program, 1000)
        with program.connect() as idle:
            self.assertEqual(idle.send(get("/")).answer().text, "OK")
            program.signal()
            self.assertEqual(idle.rest(), b"")
        answer = slow.answer()
        self.assertEqual((answer.status, answer.text), (200, "slept"))
        self.assertEqual(answer.headers["Connection"], "close")
        self.assertEqual(slow.rest(), b"")
        self.assertEqual(program.wait(), 0)

    def test_nobody_new_is_let_in(self):
        program = support.start(self, "testee")
        slow = start_slow(self, program, 1500)
        program.signal(signal.SIGINT)
        support.wait_until(lambda: self.refused(program), "connections to be refused")
        self.assertEqual(slow.answer().text, "slept")

    @staticmethod
    def refused(program):
        try:
            program.connect().close()
        except OSError:
            return True
        return False

    def test_a_second_signal_ends_at_once(self):
        program = support.Program("testee")
        slow = start_slow(self, program, 60000)
        started = time.monotonic()
        program.signal()
        program.wait_for_log("stopping: finishing what runs")
        program.signal()
        self.assertEqual(program.wait(), 0)
        self.assertLess(time.monotonic() - started, 25)  # the drain would take 30 s
        self.assertEqual(slow.rest(), b"")

    def test_2000_idle_connections_are_closed(self):
        raise_descriptor_limit(self, 5000)
        program = support.start(self, "testee")
        connections = [program.connect() for _ in range(2000)]
        for connection in connections:
            self.addCleanup(connection.close)
        for connection in connections:
            self.assertEqual(connection.send(get("/")).answer().text, "OK")
        program.signal()
        self.assertEqual(program.wait(), 0)
        self.assertTrue(all(connection.rest() == b"" for connection in connections))


def raise_descriptor_limit(case, wanted):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        case.skipTest(f"only {hard} descriptors are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    case.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))


class Starting(unittest.TestCase):
    def assertFails(self, *arguments, saying):
        program = support.Program("testee", *arguments, listening=False)
        self.assertEqual(program.wait(), 1, program.log)
        for text in saying:
            self.assertIn(text, program.log)

    def test_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assertFails("--port", str(port), saying=(f"127.0.0.1:{port}", "Address already in use"))
            self.assertFails("--port", str(port), "--workers", "1", saying=(f"127.0.0.1:{port}", "Address already in use"))

    def test_an_address_of_another_machine(self):
        self.assertFails("--host", "192.0.2.1", "--port", "0", saying=("192.0.2.1", "Cannot assign requested address"))

    def test_options_that_make_no_sense(self):
        self.assertFails("--colour", "red", saying=("--colour", "red", "--port PORT"))
        for port in ("65536", "-1", "http", "80x", ""):
            self.assertFails("--port", port, saying=("--port",))
        self.assertFails("--workers", "many", saying=("--workers", "many"))
        self.assertFails("--port", saying=("--port",))

    def test_help(self):
        done = subprocess.run([support.BIN / "testee", "--help"], capture_output=True, text=True, timeout=support.PATIENCE)
        self.assertEqual(done.returncode, 0)
        for option in ("--host", "--port", "--workers", "--listen"):
            self.assertIn(option, done.stdout)


class Listening(unittest.TestCase):
    def test_a_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "app.sock"
            program = support.start(self, "testee", "--listen", f"unix:{path}")
            for _ in range(2):  # with several loops, connections may end up on any of them
                client = socket.socket(socket.AF_UNIX)
                client.settimeout(support.PATIENCE)
                client.connect(str(path))
                with support.Raw(client) as connection:
                    self.assertEqual(connection.send(get("/")).answer().text, "OK")
            program.stop()
            self.assertFalse(path.exists())

    @unittest.skipUnless(pathlib.Path("/proc/net/if_inet6").exists() and pathlib.Path("/proc/net/if_inet6").read_text(), "no IPv6 here")
    def test_ipv6(self):
        program = support.start(self, "testee", "--host", "::1", "--port", "0")
        self.assertIn("http://[::1]:", program.log)
        with program.connect() as connection:
            self.assertEqual(connection.send(get("/")).answer().text, "OK")

    def test_several_addresses(self):
        program = support.start(self, "testee", "--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0")
        support.wait_until(lambda: program.log.count("listening on") == 2, "both addresses")
        ports = re.findall(r"listening on http://127.0.0.1:(\d+)", program.log)
        self.assertEqual(len(set(ports)), 2)
        for program.port in ports:
            with program.connect() as connection:
                self.assertEqual(connection.send(get("/")).answer().text, "OK")

    def test_a_socket_from_the_service_manager(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            # The shell stays the process, so that LISTEN_PID is that of the server.
            script = f'exec 3<&{listener.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "{support.BIN.resolve()}/testee" --port 1'
            with tempfile.TemporaryDirectory() as folder:
                shell = pathlib.Path(folder) / "start"
                shell.write_text(f"#!/bin/bash\n{script}\n")
                shell.chmod(0o755)
                program = support.start(self, shell, "--port", "unused", pass_fds=(listener.fileno(),))
            self.assertEqual(program.port, listener.getsockname()[1])
            for _ in range(4):
                with program.connect() as connection:
                    self.assertEqual(connection.send(get("/")).answer().text, "OK")


class Descriptors(unittest.TestCase):
    most = 90  # of which the server keeps 64 to itself, so that it serves 26 at once

    def limited(self):
        return support.start(self, "testee", "--workers", "1",
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (self.most, self.most)))

    def connect_many(self, program, count, *fields):
        connections = [program.connect() for _ in range(count)]
        for connection in connections:
            self.addCleanup(connection.close)
            connection.send(get("/", *fields))
        return connections

    def test_clients_beyond_the_limit_wait_and_are_served_then(self):
        program = self.limited()
        for connection in self.connect_many(program, 100, "Connection: close"):
            self.assertEqual(connection.answer().text, "OK")
            connection.close()

    def assertServedOnlyWhenOthersLeave(self, program, early, late):
        late.socket.settimeout(0.3)
        with self.assertRaises(TimeoutError):
            late.socket.recv(1, socket.MSG_PEEK)
        for connection in early:
            connection.close()
        late.socket.settimeout(support.PATIENCE)
        self.assertEqual(late.answer().text, "OK")
        self.assertIsNone(program.process.poll())

    def test_idle_clients_that_leave_make_room(self):
        program = self.limited()
        *early, late = self.connect_many(program, 40)
        program.wait_for_log("accepting pauses")
        self.assertServedOnlyWhenOthersLeave(program, early, late)

    @unittest.skipIf(support.SANITIZED, "the undefined-behaviour sanitizer needs descriptors for its own checks")
    def test_descriptors_that_run_out_stop_nobody_for_good(self):
        # A limit that falls while the server runs is one that its own bound on connections knows nothing of.
        program = support.start(self, "testee", "--workers", "1")
        used = len(os.listdir(f"/proc/{program.process.pid}/fd"))
        resource.prlimit(program.process.pid, resource.RLIMIT_NOFILE, (used + 10, used + 10))
        *early, late = self.connect_many(program, 30)
        self.assertEqual(early[0].answer().text, "OK")
        self.assertServedOnlyWhenOthersLeave(program, early, late)


if __name__ == "__main__":
    unittest.main()
