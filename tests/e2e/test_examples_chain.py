"""Examples about what runs around a handler: middleware, logging, errors, CORS, security."""

import re
import unittest

import support


class Auth(support.ProgramTest):
    program = "auth"
    ran = "the secret was told"

    def test_the_handler_runs_with_the_token_only(self):
        refused = self.get("/secret")
        self.assertAnswer(refused, 401, "Unauthorized")
        self.assertEqual(refused.headers["WWW-Authenticate"], "Bearer")
        self.assertEqual(refused.headers["X-Served-By"], "hyperlane")
        self.assertAnswer(self.get("/secret", {"Authorization": "Bearer wrong"}), 401)
        self.assertNotIn(self.ran, self.server.log)

        told = self.get("/secret", {"Authorization": "Bearer secret"})
        self.assertAnswer(told, 200, "the answer is 42")
        self.assertEqual(told.headers["X-Served-By"], "hyperlane")
        self.assertEqual(self.server.log.count(self.ran), 1)


class Logging(support.ProgramTest):
    program = "logging"

    def logged(self, path):
        """Status and milliseconds of the only line about a path."""
        self.server.wait_for_log(f"GET {path} ")
        found = re.findall(rf"GET {path} (\d+) (\d+) ms\n", self.server.log)
        self.assertEqual(len(found), 1, self.server.log)
        return int(found[0][0]), int(found[0][1])

    def test_writes_a_line_for_whatever_happens(self):
        for path, status in (("/quick", 200), ("/fails", 409), ("/gives_up", 503), ("/missing", 404)):
            self.assertAnswer(self.get(path), status)
            self.assertEqual(self.logged(path)[0], status)
        self.assertAnswer(self.request("DELETE", "/quick"), 405)
        self.server.wait_for_log("DELETE /quick 405 ")

    def test_the_duration_is_that_of_the_request(self):
        self.assertAnswer(self.get("/slow"), 200, "slow")
        status, took = self.logged("/slow")
        self.assertEqual(status, 200)
        self.assertGreaterEqual(took, 50)

    def test_a_path_cannot_forge_a_line(self):
        self.assertAnswer(self.get("/x%0aGET%20/forged%20200%201%20ms"), 404)
        self.assertNotIn("GET /forged", self.server.log)


class Middleware(support.ProgramTest):
    program = "middleware"
    full = "first > second > around-in > handler > around-out > last"

    def assertTrace(self, path, status, trace):
        answer = self.get(path)
        self.assertAnswer(answer, status)
        self.assertEqual(answer.headers["X-Trace"], trace)

    def test_order_with_a_match(self):
        self.assertTrace("/", 200, self.full)

    def test_order_without_a_match(self):
        self.assertTrace("/nowhere", 404, self.full.replace("handler > ", ""))

    def test_order_with_a_wrong_method(self):
        answer = self.request("POST", "/")
        self.assertAnswer(answer, 405)
        self.assertEqual(answer.headers["X-Trace"], self.full.replace("handler > ", ""))

    def test_order_with_an_error(self):
        self.assertTrace("/error", 500, self.full.replace("handler > ", ""))

    def test_order_when_a_middleware_aborts(self):
        self.assertTrace("/abort", 403, self.full.replace("handler > ", ""))

    def test_order_in_a_group(self):
        self.assertTrace("/group/", 200, "first > second > around-in > group-first > handler > around-out > group-last > last")


class Cors(support.ProgramTest):
    program = "cors"

    def test_the_three_fields_are_on_every_response(self):
        for answer, status in ((self.get("/data"), 200), (self.get("/missing"), 404), (self.request("PUT", "/data"), 405)):
            self.assertAnswer(answer, status)
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
            self.assertEqual(answer.headers["Access-Control-Allow-Methods"], "GET, POST, OPTIONS")
            self.assertEqual(answer.headers["Access-Control-Allow-Headers"], "Content-Type")


class SecurityHeaders(support.ProgramTest):
    program = "security_headers"

    def test_the_fields_are_on_every_response(self):
        for answer, status in ((self.get("/"), 200), (self.get("/fails"), 500), (self.get("/missing"), 404),
                               (self.request("POST", "/"), 405), (self.get("/%00"), 400)):
            self.assertAnswer(answer, status)
            self.assertEqual(answer.headers.get_all("Access-Control-Allow-Origin"), ["https://trusted-domain.com"])
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(answer.headers["X-Frame-Options"], "DENY")
            self.assertEqual(answer.headers["X-XSS-Protection"], "1; mode=block")


if __name__ == "__main__":
    unittest.main()
