"""What may not be answered as if it were fine: requests on whose framing two programs could disagree (RFC 9112)."""

import unittest

import support

BAD = [
    # (name, bytes, status)
    ("no Host", "GET / HTTP/1.1\r\n\r\n", 400),
    ("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
    ("bad Host", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    ("space before colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
    ("folded field", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
    ("first field indented", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400),
    ("empty field name", "GET / HTTP/1.1\r\nHost: x\r\n: v\r\n\r\n", 400),
    ("control character in name", "GET / HTTP/1.1\r\nHost: x\r\nA\x01: b\r\n\r\n", 400),
    ("NUL in value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 400),
    ("bare CR in value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", 400),
    ("bare CR in request line", "GET /\rx HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("two spaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("space in target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("fragment in target", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("no slash", "GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("bad method", "GE(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("lower-case protocol", "GET / http/1.1\r\nHost: x\r\n\r\n", 400),
    ("HTTP/2 in version 1", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
    ("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    ("two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    ("list of different lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\nab", 400),
    ("signed length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", 400),
    ("negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
    ("hexadecimal length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\na", 400),
    ("empty length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n", 400),
    ("overflowing length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551617\r\n\r\na", (400, 413)),
    ("length and chunks", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("chunked twice", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", (400, 501)),
    ("chunked not last", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", (400, 501)),
    ("unknown coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", (400, 501)),
    ("chunks in HTTP/1.0", "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("request line too long", "GET /" + "a" * 9000 + " HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    ("head too large", "GET / HTTP/1.1\r\nHost: x\r\nA: " + "a" * 33000 + "\r\n\r\n", 431),
    ("too many fields", "GET / HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n" * 101 + "\r\n", 431),
    ("unknown expectation", "POST / HTTP/1.1\r\nHost: x\r\nExpect: magic\r\nContent-Length: 0\r\n\r\n", 417),
]

BAD_CHUNKS = ["g\r\n", "-1\r\n", "+1\r\na\r\n", "0x1\r\na\r\n", " 1\r\na\r\n", "1\na\r\n", "1\r\nab\r\n", "1\r\na\n", "\r\n",
              "ffffffffffffffffff\r\n", "1;a\nb\r\na\r\n", "1;a=\"x\r\na\r\n", "0\r\nBad Trailer: x\r\n\r\n", "0\r\n folded\r\n\r\n"]

SMUGGLED = "GET /users/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


class Strictness(support.ProgramTest):
    program = "testee"

    def assertRefused(self, data, status):
        """One response with that status, then the end: what follows the bad request is never taken for one."""
        connection = self.raw()
        try:
            connection.send(data.encode("latin-1") + SMUGGLED.encode())
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before it was all sent; the answer may still be read
        answer = connection.answer()
        self.assertIn(answer.status, status if isinstance(status, tuple) else (status,), answer)
        rest = connection.rest()
        connection.close()
        return answer, rest

    def test_bad_heads_are_refused_and_the_connection_closed(self):
        for name, data, status in BAD:
            with self.subTest(name):
                answer, rest = self.assertRefused(data, status)
                self.assertNotIn("smuggled", answer.text)
                if status != 417:  # that one is understood; its connection may live
                    self.assertEqual(rest, b"")
                    self.assertEqual(answer.headers["Connection"], "close")

    def test_bad_chunks_are_refused_and_the_connection_closed(self):
        for chunk in BAD_CHUNKS:
            with self.subTest(chunk):
                answer, rest = self.assertRefused("POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk, 400)
                self.assertEqual(answer.headers["Connection"], "close")
                self.assertEqual(rest, b"")

    def test_what_looks_odd_but_is_valid_is_answered(self):
        for name, data in (
                ("empty line first", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"),
                ("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
                ("no space after colon", "GET / HTTP/1.1\r\nHost:x\r\n\r\n"),
                ("tabs around a value", "GET / HTTP/1.1\r\nHost:\t x \t\r\n\r\n"),
                ("bytes above 127", "GET / HTTP/1.1\r\nHost: x\r\nA: \xff\xe4\r\n\r\n"),
                ("later minor version", "GET / HTTP/1.2\r\nHost: x\r\n\r\n"),
                ("upper-case coding", "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n"),
                ("zeros before a length", "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0001\r\n\r\na"),
                ("zeros before a chunk", "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0001\r\na\r\n00\r\n\r\n")):
            with self.subTest(name):
                connection = self.raw().send(data.encode("latin-1") + b"GET /users/next HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertAnswer(connection.answer(), 200)
                self.assertAnswer(connection.answer(), 200, "next")
                connection.close()


if __name__ == "__main__":
    unittest.main()
