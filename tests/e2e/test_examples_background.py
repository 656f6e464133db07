"""Examples of what a server does beside answering, and of work that blocks."""

import signal
import unittest

import support


class Background(support.ProgramTest):
    program = "background"

    def test_hooks_have_run_and_tasks_go_on(self):
        self.assertTrue(self.get("/").body.startswith(b"3 entries, "))
        support.wait_until(lambda: b" 0 sweeps" not in self.get("/").body, "a sweep")


class Stopping(unittest.TestCase):
    def test_shutdown_hooks_run(self):
        program = support.Program("background")
        program.signal(signal.SIGTERM)
        self.assertEqual(program.wait(), 0)
        self.assertIn("swept ", program.last_words or program.log)


class Blocking(support.ProgramTest):
    program = "blocking"
    arguments = ("--workers", "1")

    def test_jobs_are_done_elsewhere(self):
        self.assertAnswer(self.get("/report"), 200, "report\n")
        self.assertAnswer(self.get("/thumbnail/7"), 200, "image 7\n")
        self.assertIn(b" jobs, ", self.get("/pools").body)

    def test_a_handler_that_blocks_is_named(self):
        self.assertAnswer(self.get("/wrong"), 200, "report\n")
        self.server.wait_for_log("last handler entered: /wrong")


if __name__ == "__main__":
    unittest.main()
