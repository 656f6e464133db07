"""The checks of `./dev check` find what they are there to find, and leave good code alone."""

import json
import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

import check_coroutines
import check_docs
import check_layers
import check_text
import count_tests
import repo


def problems(code):
    return [problem.split(":")[0] for _, problem in check_coroutines.problems_in(code)]


class Coroutines(unittest.TestCase):
    def test_finds_a_lambda_in_an_await(self):
        self.assertEqual(problems("Task<> f() { co_await g([x] { return x; }); }"), ["lambda in a co_await expression"])
        self.assertEqual(problems("Task<> f() { auto y = co_await g(1, [](int) {}); }"),
                         ["lambda in a co_await expression"])

    def test_finds_braces_in_an_await(self):
        self.assertEqual(problems("Task<> f() { co_await g(Options{.x = 1}); }"), ["braces in a co_await expression"])
        self.assertEqual(problems("Task<> f() { int n = 0; if (co_await g({})) h(n); }"), ["braces in a co_await expression"])

    def test_finds_a_structured_binding(self):
        self.assertEqual(problems("Task<> f() { auto [a, b] = co_await g(); }"),
                         ["structured binding of a co_await expression"])
        self.assertEqual(problems("Task<> f() { const auto& [a, b] = co_await g(); }"),
                         ["structured binding of a co_await expression"])

    def test_finds_a_condition_that_awaits_without_a_variable_beside_it(self):
        found = ["co_await in a condition of a coroutine that declares no variable at its top level"]
        self.assertEqual(problems("Task<> f(Context ctx) { ctx.x(); if (!co_await g()) co_return; h(); }"), found)
        self.assertEqual(problems("Task<> f() { for (int i = 0; i < 3; ++i) { while (co_await g()) {} } }"), found)
        self.assertEqual(problems("auto f = [](int) -> Task<> { if (co_await g()) h(); };"), found)
        for good in ("const std::size_t n = 1; if (co_await g()) h();", "if (co_await g()) h(); Foo foo(1);", "auto x = a; while (co_await g()) {}",
                     "while (const auto x = co_await g()) h();", "io::Scope scope; if (co_await g()) h();"):
            self.assertEqual(problems("Task<> f() { " + good + " }"), [], good)

    def test_leaves_good_awaits_alone(self):
        for code in ("int n = 1; if (co_await g()) { h(n); }", "co_await g(a[1], b[i]);", "for (;;) { co_await x; } auto l = [] {};",
                     "while (auto n = co_await s.read()) { use({n}); }", "auto [a, b] = f(); co_await g(a);",
                     "// co_await g({})\n", 'co_await g("{");', "Awaiter operator co_await() && { return {}; }",
                     "const int n = 1; switch (co_await g()) { case 1: break; }", "char q = '{'; co_await g('{');"):
            self.assertEqual(problems("Task<> f() { " + code + "\n}"), [], code)

    def test_finds_borrowed_parameters(self):
        for parameter in ("const std::string& s", "std::string_view s", "std::span<int> s", "Thing&& t", "const char* s"):
            self.assertEqual(len(problems(f"Task<int> f(int a, {parameter}) {{ co_return 1; }}")), 1, parameter)
            self.assertEqual(len(problems(f"Task<> Thing::f({parameter});")), 1, parameter)
        self.assertEqual(len(problems("static Detached f(Group* g, const X& x) { co_await x; }")), 1)
        self.assertEqual(len(problems("auto f = [](const X& x) -> Task<> { co_await x.y(); };")), 1)

    def test_leaves_values_and_plain_functions_alone(self):
        for code in ("Task<> f(std::string s, std::vector<std::string_view> v, std::function<void(int&)> g);",
                     "Task<> f(const X& x) { return x.g(); }", "void f(const X& x);",
                     "Task<std::pair<int, X>> f(int a = g(b & c));",
                     "// borrows: the caller awaits\nTask<> f(std::span<char> s);",
                     "Task<> f(std::span<char> s);  // borrows: the caller awaits"):
            self.assertEqual(problems(code), [], code)


class Layers(unittest.TestCase):
    rooms = check_layers.table_of_rooms("| room | x |\n|---|---|\n| `base` | - | a |\n| `io` | base | b |\n| `web` | base io | |\n")

    def layer(self, path, target):
        return check_layers.layer_problem(pathlib.Path(path), pathlib.Path(target), self.rooms)

    def test_reads_the_table(self):
        self.assertEqual(self.rooms, {"base": set(), "io": {"base"}, "web": {"base", "io"}})
        self.assertEqual(set(check_layers.table_of_rooms(repo.read("docs/rooms.md"))),
                         {"base", "json", "io", "net", "http", "http/coding", "http/h1", "ws", "hub", "web", "web/files",
                          "web/middleware", "web/openapi", "web/realtime", "web/routing", "web/testing", "web/typed"})

    def test_finds_steps_up(self):
        self.assertIsNone(self.layer("src/web/a.cpp", "include/hyperlane/io/b.hpp"))
        self.assertIsNotNone(self.layer("src/io/a.cpp", "include/hyperlane/web/b.hpp"))
        self.assertIsNotNone(self.layer("include/hyperlane/base/a.hpp", "include/hyperlane/io/b.hpp"))
        self.assertIsNotNone(self.layer("src/io/a.cpp", "src/web/b.hpp"))

    def test_a_folder_with_a_row_of_its_own_is_a_room(self):
        rooms = {**self.rooms, "web/files": {"base", "web"}}
        layer = lambda path, target: check_layers.layer_problem(pathlib.Path(path), pathlib.Path(target), rooms)
        self.assertIsNone(layer("src/web/files/a.cpp", "src/web/b.hpp"))
        self.assertIsNotNone(layer("src/web/a.cpp", "src/web/files/b.hpp"))
        self.assertIsNotNone(layer("src/web/files/a.cpp", "include/hyperlane/io/b.hpp"))
        self.assertIsNone(layer("src/web/deeper/a.cpp", "include/hyperlane/io/b.hpp"))

    def test_finds_private_headers_in_public_ones_and_the_face_in_rooms(self):
        self.assertIsNotNone(self.layer("include/hyperlane/io/a.hpp", "src/io/b.hpp"))
        self.assertIsNotNone(self.layer("src/io/a.cpp", "include/hyperlane/hyperlane.hpp"))
        self.assertIsNone(self.layer("src/io/a.cpp", "include/hyperlane/version.hpp"))
        self.assertIsNone(self.layer("include/hyperlane/hyperlane.hpp", "include/hyperlane/web/a.hpp"))

    def test_finds_expensive_and_foreign_headers(self):
        for name in ("regex", "iostream", "sys/socket.h", "unistd.h", "re2/re2.h", "fmt/core.h", "simdjson.h", "memory",
                     "functional", "bits/chrono.h"):
            self.assertIsNotNone(check_layers.header_problem(name), name)
        for name in ("string", "coroutine", "cstdint"):
            self.assertIsNone(check_layers.header_problem(name), name)
        self.assertIsNone(check_layers.header_problem("bits/chrono.h", "include/hyperlane/base/clock.hpp"))
        self.assertIsNone(check_layers.header_problem("chrono", "include/hyperlane/base/clock.hpp"))

    def test_compares_the_rooms_of_cmake(self):
        good = "hyperlane_room(base)\nhyperlane_room(io USES base\n    HEADERS_OF x::x)\nhyperlane_room(web USES base io)\n"
        self.assertEqual(list(check_layers.problems_in_cmake(good, self.rooms)), [])
        self.assertEqual(len(list(check_layers.problems_in_cmake(good.replace("base io", "base"), self.rooms))), 1)
        self.assertEqual(len(list(check_layers.problems_in_cmake(good + "hyperlane_room(x)\n", self.rooms))), 1)


class Text(unittest.TestCase):
    def found(self, text, path="src/base/a.cpp", excused=()):
        return [p for _, p in check_text.problems_in_text(pathlib.Path(path), text, excused)]

    def test_finds_long_files(self):
        self.assertEqual(len(self.found("x\n" * 501)), 1)
        self.assertEqual(self.found("x\n" * 500), [])
        self.assertEqual(self.found("x\n" * 501, excused={"src/base/a.cpp"}), [])

    def test_finds_wide_lines_machine_paths_and_unfinished_business(self):
        self.assertEqual(len(self.found("x" * 121 + "\n")), 1)
        self.assertEqual(self.found("// " + "é" * 117 + "\n"), [])
        self.assertEqual(self.found('"/ho' + 'me/somebody/x"\n'), ["path of somebody's machine"])
        self.assertEqual(self.found('"/api/ho' + 'me/x"\n'), [])
        self.assertEqual(len(self.found("// TO" + "DO: later\n")), 1)

    def test_knows_build_output(self):
        for name in ("build/release/x", "a/b.o", "lib/x.a", "x/__pycache__/y.py"):
            self.assertRegex(name, check_text.BUILD_OUTPUT)
        for name in ("src/base/build.cpp", "docs/a.md", "tests/data/x.so.txt"):
            self.assertNotRegex(name, check_text.BUILD_OUTPUT)


class Docs(unittest.TestCase):
    page = pathlib.PurePath("docs/x.md")
    real = "tests/package/consumer/main.cpp"

    def test_wants_a_source_above_each_block(self):
        _, found = check_docs.check_page(self.page, "Text\n\n```cpp\nint x;\n```\n")
        self.assertIn("without a", found[0])

    def test_compares_and_refreshes(self):
        page = f"Text\n\n<!-- code: {self.real} -->\n```cpp\nint x;\n```\n\nMore\n"
        refreshed, found = check_docs.check_page(self.page, page)
        self.assertIn("differs", found[0])
        self.assertIn(repo.read(self.real), refreshed)
        self.assertTrue(refreshed.endswith("```\n\nMore\n"))
        self.assertEqual(check_docs.check_page(self.page, refreshed), (refreshed, []))

    def test_accepts_a_blank_line_between(self):
        code = repo.read(self.real)
        page = f"<!-- code: {self.real} -->\n\n```cpp\n{code}```\n"
        self.assertEqual(check_docs.check_page(self.page, page), (page, []))

    def test_refuses_code_that_is_not_compiled(self):
        for file in ("README.md", "examples/nosuch.cpp", f"{self.real}#nosuch"):
            _, found = check_docs.check_page(self.page, f"<!-- code: {file} -->\n```cpp\n```\n")
            self.assertEqual(len(found), 1, file)

    def test_cuts_out_regions(self):
        text = "int a;\nvoid f() {\n    // [part]\n    int b;\n        c();\n    // [/part]\n}\n"
        self.assertEqual(check_docs.region_of(text, "part"), "int b;\n    c();\n")
        self.assertIsNone(check_docs.region_of(text, "other"))

    def test_finds_dead_links(self):
        self.assertEqual(len(list(check_docs.link_problems(pathlib.PurePath("docs/x.md"), "[a](nosuch.md)\n"))), 1)
        self.assertEqual(list(check_docs.link_problems(pathlib.PurePath("docs/x.md"),
                                                       "[a](rooms.md#why) [b](https://x.y) `[c](no)`\n")), [])


class Counting(unittest.TestCase):
    def count(self, status, tests=None):
        case = ElementTree.Element("testcase", name="test_x", status=status)
        with tempfile.TemporaryDirectory() as folder:
            if tests is not None:
                cases = [{"name": n, "status": "RUN", "result": r, **({"failures": [{}]} if f else {})} for n, r, f in tests]
                suites = {"testsuites": [{"name": "S", "testsuite": cases}]}
                (pathlib.Path(folder) / "test_x.json").write_text(json.dumps(suites))
            return count_tests.count_entry(case, pathlib.Path(folder))

    def test_counts_single_tests(self):
        tests = [("A", "COMPLETED", False), ("B", "COMPLETED", True), ("C", "SKIPPED", False)]
        self.assertEqual(self.count("fail", tests), (1, ["test_x: S.B"]))

    def test_counts_scripts_and_crashes_as_one(self):
        self.assertEqual(self.count("run"), (1, []))
        self.assertEqual(self.count("fail"), (0, ["test_x"]))

    def test_counts_a_failure_at_exit(self):
        self.assertEqual(self.count("fail", [("A", "COMPLETED", False)]), (1, ["test_x"]))


if __name__ == "__main__":
    unittest.main()
