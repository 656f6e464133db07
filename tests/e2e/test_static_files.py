"""Talks to examples/static_files from outside: raw sockets and curl."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

BIN = os.environ["HYPERLANE_BIN"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class StaticFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        top = pathlib.Path(cls.folder.name)
        cls.root = top / "public"
        (cls.root / "a").mkdir(parents=True)
        (cls.root / "docs").mkdir()
        (top / "secret.txt").write_text("secret")
        (cls.root / "a" / "b.txt").write_text("a/b.txt")
        (cls.root / "index.html").write_text("<p>root")
        (cls.root / "docs" / "index.html").write_text("<p>docs")
        (cls.root / "app.js").write_text("plain")
        (cls.root / "app.js.gz").write_bytes(b"packed")
        (cls.root / ".env").write_text("hidden")
        cls.large = os.urandom(1 << 20) * 8
        (cls.root / "large.bin").write_bytes(cls.large)
        (cls.root / "out").symlink_to("../secret.txt")
        os.mkfifo(cls.root / "pipe")
        time.sleep(1.1)  # a file that has just changed has no ETag
        cls.port = free_port()
        cls.server = subprocess.Popen(
            [os.path.join(BIN, "static_files"), "--port", str(cls.port)],
            env={**os.environ, "STATIC_ROOT": str(cls.root)},
        )
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", cls.port), 1).close()
                return
            except OSError:
                if cls.server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        cls.ended = cls.server.wait(30)
        cls.folder.cleanup()
        assert cls.ended == 0, f"the server ended with {cls.ended}"

    def ask(self, target, method="GET", **fields):
        """Status, fields and body; the target goes out as it is."""
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        with socket.create_connection(("127.0.0.1", self.port), 10) as client:
            client.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            answer = b"".join(iter(lambda: client.recv(1 << 16), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        got = dict(line.split(": ", 1) for line in rest)
        return int(first.split(" ")[1]), got, body

    def test_a_file_by_a_handler(self):
        status, fields, body = self.ask("/files/a/b.txt")
        self.assertEqual((status, body), (200, b"a/b.txt"))
        self.assertEqual(fields["Content-Type"], "text/plain; charset=utf-8")
        self.assertEqual(fields["Content-Length"], "7")
        self.assertEqual(fields["Accept-Ranges"], "bytes")

    def test_nothing_outside_the_root(self):
        for path in ("../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "..%5csecret.txt", "a/../../secret.txt",
                     "out", ".env", "/etc/passwd", "%2fetc%2fpasswd", "pipe", "a", "a/", "missing"):
            for prefix in ("/files/", "/static/"):
                with self.subTest(path=path, prefix=prefix):
                    status, _, body = self.ask(prefix + path)
                    self.assertEqual(status, 404)
                    self.assertNotIn(b"secret", body)

    def test_validators(self):
        _, fields, _ = self.ask("/static/a/b.txt")
        self.assertEqual(fields["Cache-Control"], "public, max-age=3600")
        status, again, body = self.ask("/static/a/b.txt", If_None_Match=fields["ETag"])
        self.assertEqual((status, body, again["ETag"]), (304, b"", fields["ETag"]))
        self.assertEqual(self.ask("/static/a/b.txt", If_Modified_Since=fields["Last-Modified"])[0], 304)
        self.assertEqual(self.ask("/static/a/b.txt", If_Match='"other"')[0], 412)

    def test_ranges(self):
        status, fields, body = self.ask("/static/large.bin", Range="bytes=5000000-5000099")
        self.assertEqual((status, body), (206, self.large[5000000:5000100]))
        self.assertEqual(fields["Content-Range"], f"bytes 5000000-5000099/{len(self.large)}")
        status, fields, body = self.ask("/static/large.bin", Range="bytes=0-1,-2")
        self.assertEqual(status, 206)
        boundary = fields["Content-Type"].split("boundary=")[1].encode()
        parts = body.split(b"--" + boundary)
        self.assertEqual([len(parts), parts[3]], [4, b"--\r\n"])
        self.assertTrue(parts[2].endswith(b"\r\n\r\n" + self.large[-2:] + b"\r\n"))
        status, fields, _ = self.ask("/static/large.bin", Range=f"bytes={len(self.large)}-")
        self.assertEqual((status, fields["Content-Range"]), (416, f"bytes */{len(self.large)}"))

    def test_a_compressed_sibling(self):
        status, fields, body = self.ask("/static/app.js", Accept_Encoding="gzip, br")
        self.assertEqual((status, body, fields["Content-Encoding"]), (200, b"packed", "gzip"))
        self.assertEqual(fields["Content-Type"], "text/javascript; charset=utf-8")
        self.assertEqual(fields["Vary"], "Accept-Encoding")
        self.assertEqual(self.ask("/static/app.js")[2], b"plain")

    def test_head_and_other_methods(self):
        status, fields, body = self.ask("/static/large.bin", method="HEAD")
        self.assertEqual((status, body, fields["Content-Length"]), (200, b"", str(len(self.large))))
        self.assertEqual(self.ask("/static/large.bin", method="POST")[0], 405)

    def test_an_application(self):
        self.assertEqual(self.ask("/app/")[2], b"<p>root")
        self.assertEqual(self.ask("/app/users/42")[2], b"<p>root")
        self.assertEqual(self.ask("/app/none.js")[0], 404)
        status, fields, _ = self.ask("/app/docs?x=1")
        self.assertEqual((status, fields["Location"]), (301, "./docs/?x=1"))

    def test_a_large_file_whole(self):
        self.assertEqual(self.ask("/static/large.bin")[2], self.large)

    @unittest.skipUnless(shutil.which("curl"), "needs curl")
    def test_curl(self):
        base = f"http://127.0.0.1:{self.port}"
        def curl(*arguments):
            return subprocess.run(["curl", "-sS", "--max-time", "20", *arguments], check=True, capture_output=True).stdout
        self.assertEqual(curl(base + "/static/large.bin"), self.large)
        self.assertEqual(curl("-L", base + "/app/docs"), b"<p>docs")
        self.assertEqual(curl("-r", "0-9", base + "/static/large.bin"), self.large[:10])
        self.assertEqual(curl("--path-as-is", "-o", "/dev/null", "-w", "%{http_code}", base + "/static/../secret.txt"), b"404")
        with tempfile.TemporaryDirectory() as folder:
            part = pathlib.Path(folder) / "part"
            part.write_bytes(self.large[:3_000_000])
            curl("-C", "-", "-o", str(part), base + "/static/large.bin")
            self.assertEqual(part.read_bytes(), self.large)

    def test_a_missing_root_names_it(self):
        ended = subprocess.run([os.path.join(BIN, "static_files"), "--port", str(free_port())],
                               env={**os.environ, "STATIC_ROOT": "/no/such/place"}, capture_output=True, timeout=30)
        self.assertNotEqual(ended.returncode, 0)
        self.assertIn(b'cannot open the directory "/no/such/place"', ended.stderr)


if __name__ == "__main__":
    unittest.main()
