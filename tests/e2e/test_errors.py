"""Errors in the form that the client asks for, with nothing inside that is not for it."""

import json
import shutil
import subprocess
import unittest

import support

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PROGRAM = {"Accept": "application/json"}


class Errors(support.ProgramTest):
    program = "errors"

    def problem(self, method, path, status, code):
        answer = self.request(method, path, None, PROGRAM)
        self.assertAnswer(answer, status)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        problem = json.loads(answer.body)
        self.assertEqual((problem["status"], problem["code"], problem["instance"]), (status, code, path))
        self.assertEqual(problem["request_id"], answer.headers["X-Request-ID"])
        self.assertEqual(problem["type"], "about:blank")
        return problem

    def test_programs_get_problem_details(self):
        self.problem("GET", "/none", 404, "not_found")
        self.problem("GET", "/order/1", 405, "method_not_allowed")
        self.problem("POST", "/order/x", 400, "bad_request")
        self.problem("POST", "/order/101", 409, "out_of_stock")
        self.assertEqual(self.problem("GET", "/orders/8", 404, "not_found")["detail"], "no such order")
        many = self.problem("POST", "/order/0", 422, "validation_failed")
        self.assertEqual(many["errors"], [{"in": "path", "pointer": "count", "detail": "must be at least 1"}])

    def test_browsers_get_a_page(self):
        answer = self.get("/none?<script>", BROWSER)
        self.assertEqual(answer.headers["Content-Type"], "text/html; charset=utf-8")
        self.assertIn("<h1>404 Not Found</h1>", answer.text)
        self.assertIn(answer.headers["X-Request-ID"], answer.text)
        self.assertNotIn("<script", answer.text)

    def test_curl_gets_a_line(self):
        self.assertAnswer(self.get("/orders/8", {"Accept": "*/*"}), 404, "no such order\n")
        if shutil.which("curl") is None:
            self.skipTest("no curl")
        url = f"http://{self.server.host}:{self.server.port}/orders/8"
        self.assertEqual(subprocess.run(["curl", "-s", url], capture_output=True, check=True).stdout, b"no such order\n")

    def test_a_mistake_is_in_the_log_and_nowhere_else(self):
        for headers in (BROWSER, PROGRAM, {"Accept": "*/*"}):
            answer = self.get("/crash", headers)
            self.assertAnswer(answer, 500)
            self.assertNotIn("password", answer.text)
            self.server.wait_for_log(f"[request {answer.headers['X-Request-ID']}]")
        self.assertIn("the password of the database is wrong", self.server.log)

    def test_what_fails_inside_is_no_mistake_of_the_client(self):
        self.assertAnswer(self.get("/stock"), 503, "the warehouse is closed\n")
        self.server.wait_for_log("GET /stock: the warehouse is closed: cannot connect to unix:/run/warehouse.sock")

    def test_exceptions_of_the_program_become_errors(self):
        answer = self.get("/pack")
        self.assertAnswer(answer, 503, "being restocked: try again tomorrow\n")
        self.server.wait_for_log("shelf 12 is empty")


if __name__ == "__main__":
    unittest.main()
