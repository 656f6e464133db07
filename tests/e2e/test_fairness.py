"""One client that is always ready to take more does not stop the others of its loop."""

import socket
import threading
import unittest

import support


class Fairness(support.ProgramTest):
    program = "testee"
    arguments = ("--workers", "1")

    def download(self, path):
        """Reads as fast as it can; the event is set by the end."""
        ended = threading.Event()
        received = bytearray()

        def run():
            with socket.create_connection((self.server.host, self.server.port), timeout=support.PATIENCE * 4) as connection:
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
                while piece := connection.recv(1 << 20):
                    received.extend(piece)
            ended.set()

        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join)
        support.wait_until(lambda: len(received) > 1000, "the download to begin")
        return ended, received, thread

    def requests_during(self, path):
        ended, received, thread = self.download(path)
        answered = 0
        while not ended.is_set():
            self.assertEqual(self.get("/").status, 200)
            answered += 1
        thread.join()
        return answered, received

    # Whole downloads, not seconds: a loop that belongs to the download answers one request at most, when it has ended.
    def test_a_download_of_many_pieces(self):
        answered, received = self.requests_during("/stream?chunks=1000000")
        self.assertGreater(answered, 20)
        self.assertTrue(received.startswith(b"HTTP/1.1 200") and received.endswith(b"\r\n0\r\n\r\n"))

    def test_a_stream_of_many_events(self):
        answered, _ = self.requests_during("/sse?n=300000")
        self.assertGreater(answered, 20)


if __name__ == "__main__":
    unittest.main()
