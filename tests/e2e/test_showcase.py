"""The showcase: the page, and every sample on it."""

import json
import pathlib
import re
import time
import unittest

import support

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "apps" / "showcase"
NAMES = sorted(path.stem for path in (FOLDER / "samples").glob("*.cpp"))


class Showcase(support.ProgramTest):
    program = "showcase"

    def sample(self, path, method="GET", body=None, headers=None):
        return self.request(method, "/samples/" + path, body, headers)


class Page(Showcase):
    def test_files_come_out_as_they_went_in(self):
        for path in sorted((FOLDER / "page").iterdir()):
            answer = self.get("/" if path.name == "index.html" else f"/page/{path.name}")
            self.assertAnswer(answer, 200)
            self.assertEqual(answer.body, path.read_bytes(), path)

    def test_types(self):
        for path, expected in (("/", "text/html; charset=utf-8"), ("/page/style.css", "text/css; charset=utf-8"),
                               ("/page/main.js", "text/javascript; charset=utf-8"), ("/page/icon.svg", "image/svg+xml"),
                               ("/source/basic.cpp", "text/plain; charset=utf-8")):
            self.assertEqual(self.get(path).headers["Content-Type"], expected)

    def test_the_source_of_each_sample_is_its_file(self):
        for name in NAMES:
            self.assertEqual(self.get(f"/source/{name}.cpp").body, (FOLDER / "samples" / f"{name}.cpp").read_bytes(), name)

    def test_the_page_shows_every_sample(self):
        shown = re.findall(r'\bname: "(\w+)"', self.get("/page/samples.js").text)
        self.assertEqual(sorted(shown), NAMES)

    def test_only_files_of_the_page_can_run(self):
        answer = self.get("/")
        policy = answer.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertIn("script-src 'self'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertNotRegex(answer.text, r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?://")

    def test_says_where_it_is(self):
        self.assertIn(f"listening on http://127.0.0.1:{self.server.port}", self.server.log)


class Samples(Showcase):
    def test_basic(self):
        self.assertAnswer(self.sample("basic/"), 200, "Hello, World!")

    def test_routes(self):
        for path, text in (("users/me", "static: the current user"), ("users/42", "regex: user number 42"),
                           ("users/abc", "dynamic: user named abc"), ("files/a/b.txt", "tail: a/b.txt")):
            self.assertAnswer(self.sample("routes/" + path), 200, text)
        self.assertAnswer(self.sample("routes/nowhere"), 404)

    def test_methods(self):
        for method, path in (("GET", "get"), ("POST", "post"), ("POST", "get_or_post"), ("PUT", "item"), ("PATCH", "item"),
                             ("DELETE", "item"), ("PURGE", "any")):
            self.assertAnswer(self.sample("methods/" + path, method), 200, f"answered {method}")
        wrong = self.sample("methods/item")
        self.assertAnswer(wrong, 405)
        self.assertEqual(set(wrong.headers["Allow"].split(", ")), {"PUT", "PATCH", "DELETE", "OPTIONS"})

    def test_parameters(self):
        self.assertAnswer(self.sample("parameters/users/42"), 200, "user 42")
        for bad in ("abc", "-1", "4294967296"):
            answer = self.sample(f"parameters/users/{bad}")
            self.assertAnswer(answer, 400)
            self.assertIn("id", answer.text)

    def test_user_json(self):
        self.assertEqual(json.loads(self.sample("user_json/users/7").body), {"id": 7, "name": "User 7"})

    def test_bodies(self):
        self.assertAnswer(self.sample("bodies/literal"), 200)
        self.assertAnswer(self.sample("bodies/formatted?what=a+b"), 200, "you asked for a b")
        self.assertAnswer(self.sample("bodies/moved"), 200, "x" * 100_000)
        self.assertAnswer(self.sample("bodies/echo", "POST", b"e" * 1000), 200, "e" * 1000)
        self.assertAnswer(self.sample("bodies/echo", "POST", b"e" * 1001), 413)

    def test_auth(self):
        refused = self.sample("auth/secret")
        self.assertAnswer(refused, 401, "Unauthorized")
        told = self.sample("auth/secret", headers={"Authorization": "Bearer secret"})
        self.assertAnswer(told, 200, "the answer is 42")
        self.assertEqual((refused.headers["X-Handler"], told.headers["X-Handler"]), (None, "ran"))
        self.assertEqual((refused.headers["X-Served-By"], told.headers["X-Served-By"]), ("hyperlane", "hyperlane"))

    def test_middleware(self):
        full = "first > second > around-in > handler > around-out > last"
        for path, status, trace in (("", 200, full), ("error", 500, full.replace("handler > ", "")),
                                    ("refused", 403, full.replace("handler > ", "")), ("aborted", 403, full.replace("handler > ", ""))):
            answer = self.sample("middleware/" + path)
            self.assertAnswer(answer, status)
            self.assertEqual(answer.headers["X-Trace"], trace, path)

    def test_logging(self):
        for name, status in (("quick", 200), ("slow", 200), ("fails", 409), ("gives_up", 503)):
            answer = self.sample("logging/" + name)
            self.assertAnswer(answer, status)
            self.assertRegex(answer.headers["X-Log"], rf"^GET /samples/logging/{name} {status} \d+ us$")
            self.server.wait_for_log(answer.headers["X-Log"])

    def test_cors(self):
        for method, status in (("GET", 200), ("POST", 200), ("OPTIONS", 204)):
            answer = self.sample("cors/data", method)
            self.assertAnswer(answer, status)
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
            self.assertEqual(answer.headers["Access-Control-Allow-Methods"], "GET, POST, OPTIONS")

    def test_security(self):
        for path, status in (("security/", 200), ("security/fails", 500)):
            answer = self.sample(path)
            self.assertAnswer(answer, status)
            self.assertEqual(answer.headers["X-Frame-Options"], "DENY")
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    def test_timeout(self):
        self.assertAnswer(self.sample("timeout/fast"), 200, "fast")
        started = time.monotonic()
        self.assertAnswer(self.sample("timeout/slow"), 504, "timeout")
        self.assertGreaterEqual(time.monotonic() - started, 0.1)
        self.server.wait_for_log("the slow handler was cancelled")

    def test_async(self):
        self.assertAnswer(self.sample("async/join"), 200, "user and orders")
        self.assertAnswer(self.sample("async/timeout"), 408)

    def test_typed(self):
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        made = self.sample("typed_todos/", "POST", b'{"title":"x"}', headers)
        self.assertEqual(made.status, 201)
        todo = json.loads(made.body)
        self.assertEqual((todo["title"], todo["priority"], todo["done"]), ("x", "normal", False))
        self.assertTrue(json.loads(self.sample(f"typed_todos/{todo['id']}/done", "PUT").body)["done"])
        self.assertEqual(json.loads(self.sample("typed_todos/?done=true").body)[-1], {**todo, "done": True})
        wrong = b'{"first_night":0,"last_night":"400","guests":[{"name":"","email":"ada"},{"name":7,"email":"a@b.c"}]}'
        answer = self.sample("typed_rules/bookings", "POST", wrong, headers)
        self.assertEqual(answer.status, 422)
        self.assertEqual({each["pointer"] for each in json.loads(answer.body)["errors"]},
                         {"/first_night", "/last_night", "/guests/0/name", "/guests/0/email", "/guests/1/name"})
        answer = self.sample("typed_rules/bookings", "POST", b'{"first_night":1,"last_night":30,"guests":[{"name":"A","email":"a@b.c"}]}', headers)
        self.assertEqual((answer.status, json.loads(answer.body)["code"]), (409, "fully_booked"))
        form = b'--f\r\nContent-Disposition: form-data; name="a"; filename="b.txt"\r\n\r\ntext\r\n--f--\r\n'
        answer = self.sample("typed_form/", "POST", form, {"Content-Type": "multipart/form-data; boundary=f"})
        self.assertEqual(json.loads(answer.body), [{"name": "a", "file_name": "b.txt", "content_type": "", "bytes": 4}])

    def test_upload(self):
        answer = self.sample("upload/", "POST", b"u" * 1_000_000)
        self.assertAnswer(answer, 200)
        self.assertRegex(answer.text, r"^1000000 bytes in \d+ pieces$")

    def test_stream(self):
        started = time.monotonic()
        self.assertAnswer(self.sample("stream/countdown"), 200, "".join(f"{i}\n" for i in range(10, 0, -1)))
        self.assertGreaterEqual(time.monotonic() - started, 2)

    def test_events(self):
        with self.server.connect() as connection:
            connection.send("GET /samples/events/ HTTP/1.1\r\nHost: x\r\n\r\n")
            while connection.file.readline() != b"data:0\n":
                pass

    def test_ticker(self):
        before = json.loads(self.sample("ticker/counters").body)["published"]
        self.assertAnswer(self.sample("ticker/goods/cake", "POST", b"3.50"), 204)
        self.assertGreater(json.loads(self.sample("ticker/counters").body)["published"], before)
        with self.server.connect() as connection:
            connection.send("GET /samples/ticker/goods/cake?last_event_id=1 HTTP/1.1\r\nHost: x\r\n\r\n")
            while connection.file.readline() != b"event: reset\n":
                pass

    def test_sockets_are_for_websockets_only(self):
        for path in ("websocket/", "websocket/echo", "websocket/goodbye", "ticker/goods/cake/socket", "chat/hall?name=ann", "chat/hall"):
            answer = self.sample(path)
            self.assertAnswer(answer, 426)
            self.assertEqual(answer.headers["Upgrade"], "websocket")
        self.assertAnswer(self.sample("chat/hall/people"), 200, "")

    def test_files(self):
        self.assertEqual(json.loads(self.sample("files/data.json").body), {"served": "from a file"})
        self.assertAnswer(self.sample("files/poem.txt", headers={"Range": "bytes=0-13"}), 206, "Roses are red,")
        self.assertAnswer(self.sample("files/poem.txt", headers={"Range": "bytes=5000-"}), 416)
        self.assertAnswer(self.sample("files/..%2f..%2fetc%2fpasswd"), 404)


class Folder(unittest.TestCase):
    def test_the_folder_of_the_files_sample_is_removed_at_the_end(self):
        with support.tempfile.TemporaryDirectory() as folder:
            program = support.Program("showcase", env={"TMPDIR": folder})
            self.assertEqual(len(list(pathlib.Path(folder).iterdir())), 1)
            program.stop()
            self.assertEqual(list(pathlib.Path(folder).iterdir()), [])


if __name__ == "__main__":
    unittest.main()
