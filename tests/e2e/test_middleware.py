"""Middleware that comes with the framework, as clients see it: curl, a browser's questions, gzip of the standard library."""

import base64
import gzip
import shutil
import subprocess
import time
import unittest
import zlib

import support

APP = {"Origin": "https://app.example"}
TOKEN = {"Authorization": "Bearer secret"}


class Cors(support.ProgramTest):
    program = "cors"

    def preflight(self, path, method, headers=None):
        return self.request("OPTIONS", path, None, {**APP, "Access-Control-Request-Method": method, **(headers or {})})

    def test_a_preflight_is_answered_for_the_group(self):
        answer = self.preflight("/api/account", "PUT", {"Access-Control-Request-Headers": "content-type"})
        self.assertAnswer(answer, 204, "")
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "https://app.example")
        self.assertEqual(answer.headers["Access-Control-Allow-Credentials"], "true")
        self.assertEqual(answer.headers["Access-Control-Allow-Methods"], "GET, HEAD, PUT, OPTIONS")
        self.assertEqual(answer.headers["Access-Control-Allow-Headers"], "content-type")

    def test_errors_of_the_group_can_be_read_too(self):
        for answer, status in ((self.get("/api/none", APP), 404), (self.request("DELETE", "/api/account", None, APP), 405)):
            self.assertAnswer(answer, status)
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "https://app.example")

    def test_the_rest_is_as_it_was(self):
        answer = self.get("/data")
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        self.assertIsNone(answer.headers["Access-Control-Allow-Credentials"])


class SecureHeaders(support.ProgramTest):
    program = "security_headers"

    def test_they_are_on_what_is_there_and_on_what_is_not(self):
        for answer, status in ((self.get("/app/"), 200), (self.get("/app/none"), 404)):
            self.assertAnswer(answer, status)
            self.assertEqual(answer.headers["X-Frame-Options"], "SAMEORIGIN")
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("default-src 'self'", answer.headers["Content-Security-Policy"])
            self.assertIsNone(answer.headers["X-XSS-Protection"])


class Pair(support.ProgramTest):
    program = "middleware"

    def test_both_halves_run_and_the_order_is_told(self):
        trace = "first > second > around-in > group-first > pair-in > handler > around-out > pair-out > group-last > last"
        self.assertEqual(self.get("/group/pair").headers["X-Trace"], trace)
        missing = self.get("/group/missing")
        self.assertAnswer(missing, 404)
        self.assertEqual(missing.headers["X-Trace"], "first > second > around-in > group-first > around-out > group-last > last")


class Compression(support.ProgramTest):
    program = "compression"

    def test_a_page_is_compressed_and_kept(self):
        plain = self.get("/page")
        packed = self.get("/page", {"Accept-Encoding": "gzip"})
        self.assertEqual(gzip.decompress(packed.body), plain.body)
        self.assertEqual(packed.headers["Content-Encoding"], "gzip")
        self.assertEqual(packed.headers["Vary"], "Accept-Encoding")
        self.assertEqual(plain.headers["Vary"], "Accept-Encoding")
        self.assertLess(len(packed.body), len(plain.body) / 3)
        again = self.get("/page", {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})
        self.assertAnswer(again, 304, "")

    def test_other_programs_can_read_every_coding(self):
        plain = self.get("/page").body
        for coding, command in (("br", ["brotli", "-dc"]), ("zstd", ["zstd", "-dc"]), ("gzip", ["gzip", "-dc"])):
            if shutil.which(command[0]) is None:
                continue
            packed = self.get("/page", {"Accept-Encoding": coding})
            self.assertEqual(packed.headers["Content-Encoding"], coding)
            unpacked = subprocess.run(command, input=packed.body, capture_output=True, check=True).stdout
            self.assertEqual(unpacked, plain, coding)

    def test_curl_asks_for_it_and_reads_it(self):
        if shutil.which("curl") is None:
            self.skipTest("no curl")
        url = f"http://{self.server.host}:{self.server.port}/page"
        got = subprocess.run(["curl", "-s", "--compressed", url], capture_output=True, check=True).stdout
        self.assertEqual(got, self.get("/page").body)

    def test_a_stream_comes_line_by_line(self):
        raw = self.raw().send("GET /stream HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")
        decoder = zlib.decompressobj(31)
        times, text = [], b""
        raw.socket.settimeout(support.PATIENCE)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += raw.file.read(1)
        self.assertIn(b"Content-Encoding: gzip", head)
        while (size := int(raw.file.readline(), 16)) > 0:
            text += decoder.decompress(raw.file.read(size))
            raw.file.readline()
            times.append((time.monotonic(), text))
        self.assertEqual(text, b"line 0\nline 1\nline 2\n")
        self.assertIn(b"line 0\n", [seen for _, seen in times], "the first line alone")

    def test_bodies_of_requests_are_unpacked_within_limits(self):
        packed = gzip.compress(b"hello")
        self.assertAnswer(self.request("POST", "/echo", packed, {"Content-Encoding": "gzip"}), 200, "hello")
        bomb = gzip.compress(bytes(100_000_000))
        self.assertAnswer(self.request("POST", "/echo", bomb, {"Content-Encoding": "gzip"}), 413)
        refused = self.request("POST", "/echo", b"x", {"Content-Encoding": "compress"})
        self.assertAnswer(refused, 415)
        self.assertEqual(refused.headers["Accept-Encoding"], "gzip, br, zstd, deflate")
        if not support.SANITIZED:
            self.assertLess(self.server.peak_memory(), 60_000_000)


class Protection(support.ProgramTest):
    program = "protected_api"

    def api(self, path, client, method="GET", body=None, headers=None):
        return self.request(method, path, body, {**TOKEN, "X-Forwarded-For": client, **(headers or {})})

    def test_the_client_is_who_the_proxy_says(self):
        self.assertAnswer(self.get("/who", {"X-Forwarded-For": "6.6.6.6, 192.0.2.1"}), 200, "192.0.2.1")
        self.assertAnswer(self.get("/who", {"Forwarded": "for=192.0.2.1"}), 200, "127.0.0.1")

    def test_tokens(self):
        refused = self.get("/api/search")
        self.assertAnswer(refused, 401)
        self.assertTrue(refused.headers["WWW-Authenticate"].startswith("Bearer "))
        self.assertAnswer(self.api("/api/search", "192.0.2.2"), 200, "found")
        answer = self.request("OPTIONS", "/api/search", None, {**APP, "Access-Control-Request-Method": "GET"})
        self.assertAnswer(answer, 204)

    def test_passwords(self):
        good = base64.b64encode(b"ann:open sesame").decode()
        bad = base64.b64encode(b"ann:close sesame").decode()
        self.assertAnswer(self.get("/admin/", {"Authorization": f"Basic {good}"}), 200, "hello ann")
        self.assertAnswer(self.get("/admin/", {"Authorization": f"Basic {bad}"}), 401)
        self.assertAnswer(self.get("/admin/none"), 401)

    def test_the_limit_counts_for_each_client_over_all_loops(self):
        answers = [self.api("/api/search", "192.0.2.3") for _ in range(8)]
        self.assertEqual([answer.status for answer in answers], [200] * 5 + [429] * 3)
        self.assertEqual(answers[0].headers["RateLimit-Policy"], '"default";q=5;w=3600')
        self.assertGreaterEqual(int(answers[-1].headers["Retry-After"]), 600)
        self.assertAnswer(self.api("/api/search", "192.0.2.4"), 200)

    def test_time_and_size(self):
        self.assertAnswer(self.api("/api/slow", "192.0.2.5"), 503)
        self.assertAnswer(self.api("/api/upload", "192.0.2.5", "POST", b"x" * 1000), 200, "1000 bytes")
        self.assertAnswer(self.api("/api/upload", "192.0.2.5", "POST", b"x" * 1001), 413)

    def test_pages_of_other_sites_change_nothing(self):
        self.assertAnswer(self.request("POST", "/change", b"", {"Sec-Fetch-Site": "cross-site", **APP}), 403)
        self.assertAnswer(self.request("POST", "/change", b"", {"Sec-Fetch-Site": "same-origin"}), 200, "changed")
        self.assertAnswer(self.request("POST", "/change", b""), 200, "changed")

    def test_the_page_that_cors_lets_in_may_change_what_is_there(self):
        page = {"Sec-Fetch-Site": "cross-site", **APP}
        asked = {**APP, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        self.assertAnswer(self.request("OPTIONS", "/api/upload", None, asked), 204)
        answer = self.api("/api/upload", "192.0.2.6", "POST", b"x", page)
        self.assertAnswer(answer, 200, "1 bytes")
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], APP["Origin"])
        page["Origin"] = "https://evil.example"
        refused = self.api("/api/upload", "192.0.2.6", "POST", b"x", page)
        self.assertAnswer(refused, 403)
        self.assertIn("Access-Control-Allow-Origin", refused.headers, "one origin is named to everybody")

    def test_the_log_has_lines_with_the_id(self):
        answer = self.get("/who", {"X-Forwarded-For": "192.0.2.77"})
        self.server.wait_for_log(f"id={answer.headers['X-Request-ID']}")
        line = next(line for line in self.server.log.split("\n") if answer.headers["X-Request-ID"] in line)
        self.assertIn(" 192.0.2.77 ", line)
        self.get("/health")
        self.assertNotIn("/health", self.server.log)


if __name__ == "__main__":
    unittest.main()
