"""Many connections at once, for a moment: nothing is refused, cut or answered wrongly."""

import re
import shutil
import subprocess
import unittest

import support


@unittest.skipUnless(shutil.which("wrk"), "wrk is not installed")
class Load(support.ProgramTest):
    program = "hello"
    arguments = ("--workers", "2")

    def run_wrk(self, path, *fields):
        """Requests that were answered, after a look at what wrk complains about."""
        arguments = [option for field in fields for option in ("-H", field)]
        done = subprocess.run(["wrk", "-t2", "-c360", "-d3s", "--timeout", "20s", *arguments,
                               f"http://127.0.0.1:{self.server.port}{path}"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("Socket errors", done.stdout)
        self.assertNotIn("Non-2xx", done.stdout)
        return int(re.search(r"(\d+) requests in", done.stdout)[1])

    def test_keep_alive(self):
        self.assertGreater(self.run_wrk("/"), 360)

    def test_keep_alive_with_a_route_parameter(self):
        self.assertGreater(self.run_wrk("/users/42"), 360)

    def test_connection_close(self):
        self.assertGreater(self.run_wrk("/", "Connection: close"), 360)

    def test_the_server_is_well_after_it(self):
        self.run_wrk("/")
        self.assertAnswer(self.get("/"), 200, "Hello, World!")


if __name__ == "__main__":
    unittest.main()
