"""Examples about routes, methods, parameters and bodies, as a client sees them."""

import json
import unittest

import support


class BasicServer(support.ProgramTest):
    program = "basic_server"

    def test_greets(self):
        answer = self.get("/")
        self.assertAnswer(answer, 200, "Hello, World!")
        self.assertEqual(answer.headers["Content-Type"], "text/plain; charset=utf-8")
        self.assertEqual(answer.headers["Content-Length"], "13")
        self.assertIsNotNone(answer.headers["Date"])

    def test_knows_no_other_page(self):
        self.assertAnswer(self.get("/other"), 404)


class Hello(support.ProgramTest):
    program = "hello"
    arguments = ()

    def test_answers_with_and_without_a_parameter(self):
        self.assertAnswer(self.get("/"), 200, "Hello, World!")
        self.assertAnswer(self.get("/users/m%C3%BCller"), 200, "müller")


class Methods(support.ProgramTest):
    program = "methods"
    paths = {"GET": "/get", "POST": "/post", "PUT": "/put", "PATCH": "/patch", "DELETE": "/delete", "OPTIONS": "/options",
             "TRACE": "/trace"}

    def test_each_combinator_answers_its_method(self):
        for method, path in self.paths.items():
            self.assertAnswer(self.request(method, path), 200, f"answered {method}")
        self.assertAnswer(self.request("HEAD", "/head"), 200, "")
        for method in ("GET", "POST"):
            self.assertAnswer(self.request(method, "/get_or_post"), 200, f"answered {method}")

    def test_a_wrong_method_is_405_with_allow(self):
        for path, allowed in (("/get", {"GET", "HEAD", "OPTIONS"}), ("/post", {"POST", "OPTIONS"}),
                              ("/get_or_post", {"GET", "HEAD", "POST", "OPTIONS"}), ("/delete", {"DELETE", "OPTIONS"})):
            answer = self.request("PUT", path)
            self.assertAnswer(answer, 405)
            self.assertEqual(set(answer.headers["Allow"].split(", ")), allowed, path)

    def test_options_comes_by_itself(self):
        answer = self.request("OPTIONS", "/post")
        self.assertIn(answer.status, (200, 204))
        self.assertEqual(set(answer.headers["Allow"].split(", ")), {"POST", "OPTIONS"})

    def test_head_comes_with_get(self):
        answer = self.request("HEAD", "/get")
        self.assertAnswer(answer, 200, "")
        self.assertEqual(answer.headers["Content-Length"], str(len("answered HEAD")))

    def test_a_route_without_a_combinator_answers_any_method(self):
        for method in ("GET", "POST", "PURGE", "X-OWN.1"):
            self.assertAnswer(self.request(method, "/any"), 200, f"answered {method}")
        self.assertAnswer(self.request("PURGE", "/get"), 405)


class Routes(support.ProgramTest):
    program = "routes"

    def test_the_more_special_route_wins(self):
        for path, text in (("/api/users/me", "the current user"), ("/api/users/42", "user number 42"),
                           ("/api/users/abc", "user named abc"), ("/api/users/4a", "user named 4a"),
                           ("/api/users/m%2Fe", "user named m/e"), ("/files/a/b.txt", "file a/b.txt"),
                           ("/api/v2/orders", "no orders")):
            self.assertAnswer(self.get(path), 200, text)

    def test_there_is_nothing_elsewhere(self):
        for path in ("/", "/api/users/", "/api/users", "/api/users/1/2", "/api/v2", "/API/users/me"):
            self.assertAnswer(self.get(path), 404)


class UserJson(support.ProgramTest):
    program = "user_json"

    def test_answers_json(self):
        answer = self.get("/users/7")
        self.assertAnswer(answer, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(json.loads(answer.body), {"id": 7, "name": "User 7"})


class SecureHandler(support.ProgramTest):
    program = "secure_handler"

    def test_answers_a_number(self):
        self.assertAnswer(self.get("/users/4294967295"), 200, "user 4294967295")

    def test_refuses_anything_else_and_names_the_parameter(self):
        for bad in ("abc", "-1", "4294967296", "1.5", "1%20", "%31a", "0x10", "+1"):
            answer = self.get(f"/users/{bad}")
            self.assertAnswer(answer, 400)
            self.assertIn("id", answer.text)


class Bodies(support.ProgramTest):
    program = "bodies"

    def test_sends_a_literal_a_string_and_a_large_one(self):
        self.assertAnswer(self.get("/literal"), 200, "this literal is never copied to the heap")
        self.assertAnswer(self.get("/formatted?what=tea+%26%20cake"), 200, "you asked for tea & cake")
        self.assertAnswer(self.get("/formatted"), 200, "you asked for nothing")
        self.assertAnswer(self.get("/moved"), 200, "x" * 1_000_000)


if __name__ == "__main__":
    unittest.main()
