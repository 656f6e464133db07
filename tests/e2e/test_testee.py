"""The conformance server: every endpoint, and every way HTTP/1.1 has to ask."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import support

MIB = 1024 * 1024


class Testee(support.ProgramTest):
    program = "testee"


class Endpoints(Testee):
    def test_root(self):
        self.assertAnswer(self.get("/"), 200, "OK")
        self.assertAnswer(self.request("POST", "/", b"decoded body"), 200, "decoded body")

    def test_what_is_not_listed_echoes_for_any_method(self):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "PURGE", "x-own!method"):
            self.assertAnswer(self.request(method, "/some/where?x=1", b"a body"), 200, "a body")

    def test_echo_gives_back_the_fields_in_order(self):
        connection = self.raw()
        fields = "Host: a.example\nX-One: 1\nx-two: b, c\nX-One: again"
        connection.send("GET /echo HTTP/1.1\r\n" + fields.replace("\n", "\r\n") + "\r\n\r\n")
        self.assertAnswer(connection.answer(), 200, fields + "\n")

    def test_cookies(self):
        self.assertAnswer(self.get("/cookie", {"Cookie": "a=1; b=two; a=3"}), 200, "a=1\nb=two\na=3\n")
        self.assertAnswer(self.get("/cookie"), 200, "")

    def test_users(self):
        self.assertAnswer(self.get("/users/a%20b"), 200, "a b")

    def test_slow(self):
        self.assertAnswer(self.get("/slow?ms=5"), 200, "slept")
        self.assertAnswer(self.get("/slow?ms=never"), 400)

    def test_stream(self):
        self.assertAnswer(self.get("/stream?chunks=3"), 200, "chunk 0\nchunk 1\nchunk 2\n")
        self.assertAnswer(self.get("/stream?chunks=0"), 200, "")

    def test_many_chunks(self):
        expected = "".join(f"chunk {i}\n" for i in range(100_000)).encode()
        self.assertEqual(self.get("/stream?chunks=100000").body, expected)


class Static(support.ProgramTest):
    program = "testee"

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.content = bytes(range(256)) * 1000
        (folder / "public").mkdir()
        (folder / "public" / "data.bin").write_bytes(cls.content)
        (folder / "public" / "page.html").write_text("<p>page")
        (folder / "secret.txt").write_text("secret")
        (folder / "public" / "link.txt").symlink_to("../secret.txt")
        old = 1_000_000_000
        os.utime(folder / "public" / "page.html", (old, old))
        cls.env = {"TESTEE_STATIC": str(folder / "public")}
        super().setUpClass()

    def test_type_length_and_content(self):
        page = self.get("/static/page.html")
        self.assertAnswer(page, 200, "<p>page")
        self.assertEqual(page.headers["Content-Type"], "text/html; charset=utf-8")
        data = self.get("/static/data.bin")
        self.assertEqual(data.body, self.content)
        self.assertEqual(data.headers["Content-Type"], "application/octet-stream")

    def test_ranges(self):
        for asked, start, end in (("bytes=0-0", 0, 1), ("bytes=100-199", 100, 200), ("bytes=255000-", 255000, 256000),
                                  ("bytes=-5", 255995, 256000)):
            answer = self.get("/static/data.bin", {"Range": asked})
            self.assertAnswer(answer, 206)
            self.assertEqual(answer.body, self.content[start:end])
            self.assertEqual(answer.headers["Content-Range"], f"bytes {start}-{end - 1}/256000")
        refused = self.get("/static/data.bin", {"Range": "bytes=256000-"})
        self.assertAnswer(refused, 416)
        self.assertEqual(refused.headers["Content-Range"], "bytes */256000")

    def test_an_etag_spares_the_body(self):
        # A file that has just been written has no ETag yet.
        etag = support.wait_until(lambda: self.get("/static/page.html").headers["ETag"], "an ETag")
        spared = self.get("/static/page.html", {"If-None-Match": etag})
        self.assertAnswer(spared, 304, "")
        self.assertEqual(spared.headers["ETag"], etag)

    def test_there_is_no_way_out(self):
        for path in ("../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "link.txt", "x/../../secret.txt", ""):
            self.assertAnswer(self.get("/static/" + path), 404)


class Connections(Testee):
    def test_one_connection_serves_many_requests(self):
        connection = self.raw()
        for i in range(50):
            body = f"number {i}"
            connection.send(f"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n{body}")
            self.assertAnswer(connection.answer(), 200, body)

    def test_pipelined_requests_are_answered_in_order(self):
        connection = self.raw()
        for i in range(100):
            path = "/slow?ms=20" if i % 50 == 0 else f"/users/{i}"
            connection.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")
        for i in range(100):
            self.assertAnswer(connection.answer(), 200, "slept" if i % 50 == 0 else str(i))

    def test_connection_close_closes(self):
        connection = self.raw().send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = connection.answer()
        self.assertAnswer(answer, 200, "OK")
        self.assertEqual(answer.headers["Connection"], "close")
        self.assertEqual(connection.rest(), b"")

    def test_http_1_0(self):
        connection = self.raw().send("GET / HTTP/1.0\r\n\r\n")
        self.assertAnswer(connection.answer(), 200, "OK")
        self.assertEqual(connection.rest(), b"")
        connection = self.raw()
        for _ in range(2):
            connection.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            self.assertEqual(connection.answer().headers["Connection"].lower(), "keep-alive")
        # A client of that version knows no chunks: the end of the connection is the end of the body.
        connection = self.raw().send("GET /stream?chunks=2 HTTP/1.0\r\n\r\n")
        answer = connection.answer()
        self.assertAnswer(answer, 200, "chunk 0\nchunk 1\n")
        self.assertIsNone(answer.headers["Transfer-Encoding"])

    def test_head_has_the_fields_of_get_and_no_body(self):
        connection = self.raw().send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
        head = connection.answer("HEAD")
        self.assertAnswer(head, 200, "")
        self.assertEqual(head.headers["Content-Length"], "2")
        self.assertAnswer(connection.answer(), 200, "OK")

    def test_forms_of_the_target(self):
        connection = self.raw().send("GET http://a.example/echo?q HTTP/1.1\r\nHost: a.example\r\n\r\n")
        self.assertAnswer(connection.answer(), 200, "Host: a.example\n")
        connection = self.raw().send("OPTIONS * HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        self.assertIn(connection.answer().status, (200, 204))


class Uploads(Testee):
    def test_chunked_bodies_are_decoded(self):
        connection = self.raw()
        head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.send(head + "5\r\nhello\r\n7;ext=\"a;b\"\r\n, world\r\n0\r\nX-Trailer: t\r\n\r\n")
        self.assertAnswer(connection.answer(), 200, "hello, world")
        for byte in head + "3\r\nabc\r\n0\r\n\r\n":
            connection.send(byte)
        self.assertAnswer(connection.answer(), 200, "abc")

    def test_expect_100_continue(self):
        connection = self.raw().send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        self.assertEqual(connection.file.readline(), b"HTTP/1.1 100 Continue\r\n")
        self.assertEqual(connection.file.readline(), b"\r\n")
        self.assertAnswer(connection.send("body").answer(), 200, "body")

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_curl_waits_for_100(self):
        done = subprocess.run(["curl", "-sv", "-H", "Expect: 100-continue", "--data-binary", "@-", "--expect100-timeout", "20",
                               f"http://127.0.0.1:{self.server.port}/x"], input=b"z" * 1000, capture_output=True, timeout=60)
        self.assertEqual(done.stdout, b"z" * 1000)
        self.assertIn(b"< HTTP/1.1 100 Continue", done.stderr)

    def test_a_body_that_is_too_large_is_413(self):
        answer = self.raw().send(f"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: {3 * MIB}\r\n\r\n").answer()
        self.assertAnswer(answer, 413)

    def test_100_mib_pass_through_in_little_memory(self):
        self.request("POST", "/upload", b"warm")
        before = self.server.peak_memory()
        connection = self.raw().send(f"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: {100 * MIB}\r\n\r\n")
        piece = b"\0" * MIB
        for _ in range(100):
            connection.send(piece)
        self.assertAnswer(connection.answer(), 200, str(100 * MIB))
        self.assertLess(self.server.peak_memory() - before, 8 * MIB)


if __name__ == "__main__":
    unittest.main()
