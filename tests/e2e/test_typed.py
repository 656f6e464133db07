"""JSON, forms, uploads and the to-do API, as a client sees them."""

import base64
import json
import pathlib
import re
import shutil
import subprocess
import unittest
import urllib.parse

import support

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

# All of JSONTestSuite stands in tables of this file: {"name", "text", and whether it is taken where there is a choice}.
SUITE = pathlib.Path(__file__).parents[1] / "json" / "suite_test.cpp"
LITERAL = r'"(?:[^"\\\n]|\\.)*"'
CASE = re.compile(rf'\{{"([yni]_[^"]+)",\s*((?:{LITERAL}(?:sv)?\s*)+)(?:,\s*(true|false))?\}}')


def suite():
    """(name, body, whether it is taken)"""
    for name, literals, choice in CASE.findall(SUITE.read_text()):
        pieces = (piece[1:-1].encode().decode("unicode_escape").encode("latin-1") for piece in re.findall(LITERAL, literals))
        body = b"".join(pieces)
        if name == "i_structure_500_nested_arrays":
            body = b"[" * 500 + b"]" * 500
        yield name, body, choice == "true" if choice else name.startswith("y_")
    yield "n_structure_100000_opening_arrays", b"[" * 100_000, False
    yield "n_structure_open_array_object", b'[{"":' * 50_000, False


def multipart(boundary, *parts):
    body = b""
    for fields, data in parts:
        body += f"--{boundary}\r\nContent-Disposition: form-data; {fields}\r\n\r\n".encode() + data + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={boundary}"}


class Json(support.ProgramTest):
    program = "testee"

    def test_json_test_suite(self):
        seen = {"y": 0, "n": 0, "i": 0}
        for name, body, taken in suite():
            answer = self.request("POST", "/json", body, JSON)
            # 422 for numbers that are JSON and that no double holds, which are among the i_ cases only.
            refusals = (400, 422) if name.startswith("i_") else (400,)
            self.assertIn(answer.status, (200,) if taken else refusals, f"{name}: {body[:80]} {answer}")
            seen[name[0]] += 1
        self.assertGreaterEqual(seen["y"], 95, seen)
        self.assertGreaterEqual(seen["n"], 180, seen)
        self.assertGreaterEqual(seen["i"], 30, seen)

    def test_what_is_accepted_comes_back_as_it_was(self):
        for name, body, taken in suite():
            if taken and name.startswith("y_"):
                self.assertEqual(json.loads(self.request("POST", "/json", body, JSON).body), json.loads(body), name)

    def test_ten_million_brackets_are_refused(self):
        for bracket in (b"[", b'{"a":'):
            answer = self.request("POST", "/json", bracket * 10_000_000, JSON)
            self.assertEqual(answer.status, 400, answer)
            self.assertIn("nested too deeply", answer.text)
        self.assertEqual(self.request("POST", "/json", b"[" * 10 + b"]" * 10, JSON).status, 200, "it lives")

    def test_more_than_the_route_takes(self):
        connection = self.raw().send(b"POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                     b"Content-Length: 100000000\r\n\r\n")
        self.assertEqual(connection.answer().status, 413)

    def test_it_must_be_declared(self):
        for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx"):
            self.assertEqual(self.request("POST", "/json", b"[]", {"Content-Type": content_type}).status, 415)
        self.assertEqual(self.request("POST", "/json", b"[]", {"Content-Type": "application/geo+json"}).status, 200)


class Forms(support.ProgramTest):
    program = "testee"

    def test_form(self):
        body = urllib.parse.urlencode([("name", "m\u00fcller & co"), ("age", "7"), ("tag", "a"), ("tag", "b")]).encode()
        answer = self.request("POST", "/form", body, FORM)
        self.assertAnswer(answer, 200)
        self.assertEqual(json.loads(answer.body), {"name": "m\u00fcller & co", "age": 7, "tag": ["a", "b"]})

    def test_wrong_forms(self):
        self.assertEqual(self.request("POST", "/form", b"age=7", FORM).status, 422)
        self.assertEqual(self.request("POST", "/form", b"name=%zz", FORM).status, 400)
        self.assertEqual(self.request("POST", "/form", b"name=x", JSON).status, 415)

    def test_multipart(self):
        data = bytes(range(256)) * 300
        body, headers = multipart("b-0", ('name="a"', b"text"), ('name="f"; filename="x %22y%22.bin"', data), ('name="e"', b""))
        answer = self.request("POST", "/multipart", body, headers)
        self.assertAnswer(answer, 200)
        parts = [(part["name"], part["file_name"], base64.b64decode(part["data"])) for part in json.loads(answer.body)]
        self.assertEqual(parts, [("a", None, b"text"), ("f", 'x "y".bin', data), ("e", None, b"")])

    def test_every_cut_of_a_multipart_is_refused(self):
        body, headers = multipart("cut", ('name="a"', b"text"), ('name="b"; filename="c"', b"\r\n--cu\r\n"))
        whole = len(body) - len("\r\n")
        for end in range(whole):
            self.assertEqual(self.request("POST", "/multipart", body[:end], headers).status, 400, body[:end])
        self.assertEqual(self.request("POST", "/multipart", body[:whole], headers).status, 200)

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_curl(self):
        done = subprocess.run(["curl", "-s", "-F", "title=a title", "-F", "file=@-;filename=in.txt",
                               f"http://127.0.0.1:{self.server.port}/multipart"], input=b"from curl", capture_output=True, timeout=60)
        parts = [(part["name"], part["file_name"], base64.b64decode(part["data"])) for part in json.loads(done.stdout)]
        self.assertEqual(parts, [("title", None, b"a title"), ("file", "in.txt", b"from curl")])


class TodoApi(support.ProgramTest):
    program = "todo_api"

    def call(self, method, path, value=None):
        body = None if value is None else json.dumps(value).encode()
        answer = self.request(method, path, body, JSON if value is not None else {})
        content_type = answer.headers["Content-Type"] or ""
        return answer.status, json.loads(answer.body) if content_type.startswith("application/json") else answer.text

    def test_its_own_tests_pass(self):
        done = subprocess.run([str(support.BIN / "todo_api"), "--test"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_life_of_a_to_do(self):
        status, todo = self.call("POST", "/todos", {"title": "buy milk", "tags": ["shop"]})
        self.assertEqual(status, 201)
        path = f"/todos/{todo['id']}"
        self.assertEqual(self.call("GET", path), (200, todo))
        self.assertEqual(self.call("PATCH", path, {"done": True}), (200, {**todo, "done": True}))
        self.assertIn({**todo, "done": True}, self.call("GET", "/todos?done=true")[1])
        self.assertEqual(self.call("DELETE", path)[0], 204)
        self.assertEqual(self.call("GET", path)[0], 404)

    def test_null_clears_and_absence_keeps(self):
        due = "2026-12-24T18:00:00Z"
        _, todo = self.call("POST", "/todos", {"title": "wrap presents", "due": due})
        path = f"/todos/{todo['id']}"
        self.assertEqual(self.call("PATCH", path, {"done": True})[1]["due"], due)
        self.assertEqual(self.call("PATCH", path, {})[1]["due"], due)
        self.assertEqual(self.call("PATCH", path, {"due": None})[1]["due"], None)
        self.assertEqual(self.call("GET", path)[1]["due"], None)
        self.assertEqual(self.call("PATCH", path, {"due": due})[1]["due"], due)
        self.assertEqual(self.call("PATCH", path, {"due": "soon"})[0], 422)
        change = json.loads(self.get("/openapi.json").body)["components"]["schemas"]["Change"]
        self.assertEqual(change["properties"]["due"]["type"], ["string", "null"])
        self.assertNotIn("required", change)

    def test_all_that_is_wrong_is_told_at_once(self):
        status, text = self.call("POST", "/todos", {"title": "", "tags": ["UPPER", "a", "a"]})
        self.assertEqual(status, 422)
        for pointer in ("/title", "/tags/0", "/tags"):
            self.assertIn(pointer, text)
        status, text = self.call("GET", "/todos?limit=1000&done=perhaps")
        self.assertEqual(status, 400)
        self.assertIn("limit", text)
        self.assertIn("done", text)


class RobustHandler(support.ProgramTest):
    program = "robust_handler"

    def test_bad_json_says_where_and_an_error_shows_its_text(self):
        for path in ("/orders", "/typed/orders"):
            answer = self.request("POST", path, b'{"item":"tea","count":3}', JSON)
            self.assertEqual(json.loads(answer.body), {"number": 1, "item": "tea"})
            answer = self.request("POST", path, b'{"item":"tea",\n "count":}', JSON)
            self.assertAnswer(answer, 400)
            self.assertIn("line 2", answer.text)
            answer = self.request("POST", path, b'{"item":"tea","count":"three"}', JSON)
            self.assertAnswer(answer, 422)
            self.assertIn("/count", answer.text)
            answer = self.request("POST", path, b'{"item":"tea","count":11}', JSON)
            self.assertAnswer(answer, 500)
            self.assertIn("only 10 of", answer.text)


class UploadForm(support.ProgramTest):
    program = "upload_form"

    def test_files_go_to_the_disk(self):
        self.assertIn("multipart/form-data", self.get("/").text)
        body, headers = multipart("up", ('name="title"', b"photos"), ('name="file"; filename="../a.bin"', b"x" * 3_000_000),
                                  ('name="file"; filename="b.bin"', b""))
        answer = self.request("POST", "/upload", body, headers)
        self.assertAnswer(answer, 200)
        self.assertEqual(json.loads(answer.body), {"title": "photos", "files": [{"name": "../a.bin", "bytes": 3_000_000},
                                                                               {"name": "b.bin", "bytes": 0}]})


class HtmlForms(support.ProgramTest):
    program = "html_forms"

    def send(self, *fields):
        return self.request("POST", "/guests", urllib.parse.urlencode(fields).encode(), FORM)

    def test_a_form_as_a_browser_sends_it(self):
        self.assertIn("datetime-local", self.get("/").text)
        answer = self.send(("name", "Zo\u00eb & Co"), ("friends", ""), ("from", "2026-12-24T18:00"), ("born", ""),
                           ("vegetarian", "on"), ("brings", "salad"), ("brings", "music"), ("note", "one\r\ntwo"))
        self.assertEqual(answer.status, 303)
        path = answer.headers["Location"]
        self.assertEqual(json.loads(self.get(path).body),
                         {"name": "Zo\u00eb & Co", "friends": None, "from": "2026-12-24T18:00:00", "born": None,
                          "vegetarian": True, "brings": ["salad", "music"], "note": "one\ntwo"})
        note = self.get(path + "/note")
        self.assertEqual(note.headers["Content-Disposition"],
                         "attachment; filename=\"Zo_ & Co.txt\"; filename*=UTF-8''Zo%C3%AB%20&%20Co.txt")
        self.assertEqual(note.text, "one\ntwo")

    def test_an_empty_form_as_a_browser_sends_it(self):
        path = self.send(("name", "A"), ("friends", ""), ("from", ""), ("born", ""), ("note", "")).headers["Location"]
        guest = json.loads(self.get(path).body)
        self.assertEqual((guest["vegetarian"], guest["brings"], guest["friends"]), (False, [], None))
        self.assertEqual(self.send(("name", ""), ("note", "")).status, 422)


class StructuredBody(support.ProgramTest):
    program = "bodies"

    def test_a_struct_is_json(self):
        answer = self.get("/structured")
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(json.loads(answer.body), {"message": "hello", "count": 3})


if __name__ == "__main__":
    unittest.main()
