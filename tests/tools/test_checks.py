"""The checks of `./dev check` find what they are there to find, and leave good code alone."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "cmake")]

import check_coroutines
import check_cycles
import check_docs
import check_layers
import check_tests
import check_text
import coroutine_rules
import count_tests
import repo


def problems(code):
    """A word or two of each problem."""
    words = {"captures of a lambda": "capture", "made in braces twice": "braces", "branch of": "branch", "default argument of": "default",
             "frame of a coroutine": "frame", "coroutine parameter": "parameter", "coroutine keeps": "kept", "an await in what": "made",
             "is made in a statement": "aggregate"}
    found = coroutine_rules.problems_in(code)
    return [next(word for text, word in words.items() if text in problem) for _, problem in found]


class Coroutines(unittest.TestCase):
    def find(self, expected, *bodies):
        for body in bodies:
            self.assertEqual(problems("Task<> f() { const int n = 1; " + body + " }"), expected, body)

    def test_finds_captures_in_a_statement_that_awaits(self):
        self.find(["capture"], "co_await g([x] { return x; });", "auto y = co_await g(1, [x = std::move(x)](int) {});",
                  "use(co_await [x]() -> Task<std::string> { co_return x; }());", "co_await spawn([=]() -> Task<> { co_await h(); }).join();",
                  "const auto keep = [x = co_await g()] { return x; };", "if (co_await offload([x] { return x; })) h();",
                  "co_await f(std::function<void()>([x] {}));", "co_return co_await g([n, &x](auto y) mutable -> int { return 1; });")

    def test_leaves_lambdas_that_hold_nothing_alone(self):
        self.find([], "co_await g([](int) { return 1; }, n);", "co_await g([&] { return n; });", "co_await g([this, &n] { return n; });",
                  "const auto work = [x] { return x; }; co_await g(work);", "auto later = [x]() -> Task<> { co_await g(x); };",
                  "spawn([x]() -> Task<> { const int m = 1; co_await g(m); });", "co_await g(a[1], b[i]);")

    def test_finds_braces_in_a_statement_that_awaits(self):
        self.find(["braces"], "co_await g(Options{.x = 1});", "co_await g({.x = 1});", "if (co_await g({})) h(n);", "co_return {co_await g()};",
                  "const Out out{co_await g(), 1};", "outs.push_back({co_await g(), n});", "use(name({.x = 1}) + co_await g());",
                  "std::vector<int> v{co_await g()};")
        self.assertEqual(problems("Task<Out> f() { co_return Out{co_await g()}; }"), ["braces"])
        self.assertEqual(problems("Task<Out> f() { co_return {{co_await g()}}; }"), ["braces"])

    def test_takes_blocks_for_no_braces(self):
        self.find([], "if (co_await g()) { h(n); }", "for (;;) { co_await x; } auto l = [] {};", "while (auto n = co_await s.read()) { use({n}); }",
                  "// co_await g({})\n", 'co_await g("{");', "switch (co_await g()) { case 1: { h(); } break; }", "char q = '{'; co_await g('{');",
                  "try { co_await g(); } catch (const E&) { h({1}); }", "do { h({n}); } while (co_await g());",
                  "auto later = [x](int y) mutable -> Task<int> { co_return co_await g(y); };", "struct Local { int x; }; co_await g();")
        self.assertEqual(problems("struct A { Awaiter operator co_await() && { return {}; } };"), [])

    def test_finds_branches_that_make_temporaries(self):
        self.find(["branch"], "use(a ? co_await g() : b);", 'co_await g(a ? "x" : s + "y");', "co_await (a ? g() : h());")
        self.find([], "co_await g(a ? x : y.z);", "co_await g(1 ? 2 : 3);", "x = co_await g() ; y = a ? f() : h();")

    def test_finds_what_is_made_by_keyword_and_by_default(self):
        self.find(["made"], "throw Error(co_await g());", "auto p = new X(co_await g());")
        options = "struct Options { std::string name; }; Task<int> g(int a, Options options = {}); std::string h(const Options& options = {});"
        self.assertEqual(problems(options + "Task<> f() { co_await g(1); }"), ["default"])
        self.assertEqual(problems(options + "Task<> f() { use(h(), co_await x()); }"), ["default"])
        self.assertEqual(problems(options + "Task<> f() { co_await g(1, o); h(); }"), [])
        self.assertEqual(problems(options + 'Task<> f() { co_await g(1, Options("x")); }'), ["aggregate"])

    def test_finds_a_condition_that_awaits_without_a_variable_beside_it(self):
        found = ["frame"]
        self.assertEqual(problems("Task<> f(Context ctx) { ctx.x(); if (!co_await g()) co_return; h(); }"), found)
        self.assertEqual(problems("Task<> f() { for (int i = 0; i < 3; ++i) { while (co_await g()) {} } }"), found)
        self.assertEqual(problems("auto f = [](int) -> Task<> { if (co_await g()) h(); };"), found)
        for good in ("const std::size_t n = 1; if (co_await g()) h();", "if (co_await g()) h(); Foo foo(1);", "auto x = a; while (co_await g()) {}",
                     "while (const auto x = co_await g()) h();", "io::Scope scope; if (co_await g()) h();"):
            self.assertEqual(problems("Task<> f() { " + good + " }"), [], good)

    def test_finds_borrowed_parameters(self):
        for parameter in ("const std::string& s", "std::string_view s", "std::span<int> s", "Thing&& t", "const char* s"):
            self.assertEqual(problems(f"Task<int> f(int a, {parameter}) {{ co_return 1; }}"), ["parameter"], parameter)
            self.assertEqual(problems(f"Task<> Thing::f({parameter});"), ["parameter"], parameter)
        self.assertEqual(problems("static Detached f(Group* g, const X& x) { co_await x; }"), ["parameter"])
        self.assertEqual(problems("auto f = [](const X& x) -> Task<> { co_await x.y(); };"), ["parameter"])

    def test_leaves_values_and_plain_functions_alone(self):
        for code in ("Task<> f(std::string s, std::vector<std::string_view> v, std::function<void(int&)> g);",
                     "Task<> f(const X& x) { return x.g(); }", "void f(const X& x);",
                     "Task<std::pair<int, X>> f(int a = g(b & c));",
                     "// borrows: the caller awaits\nTask<> f(std::span<char> s);",
                     "Task<> f(std::span<char> s);  // borrows: the caller awaits"):
            self.assertEqual(problems(code), [], code)

    def test_finds_locals_that_a_kept_coroutine_refers_to(self):
        body = "(Context ctx) -> Task<> { co_await g(ctx); }"
        for kept in ("get([&]", "server.use([&x]", "post([ctx, &x]", "web::get([&]"):
            self.assertEqual(problems(f"void f() {{ server.route(p, {kept}{body})); }}"), ["kept"], kept)
        self.assertEqual(problems("void f() { spawn([&]() -> Task<> { co_await g(); }); }"), ["kept"])
        for fine in ("get([x]" + body, "get([this]" + body, "get([&](Context) { return x; }", "find([&]" + body):
            self.assertEqual(problems(f"void f() {{ server.route(p, {fine})); }}"), [], fine)
        self.assertEqual(problems("void f() { scope.spawn([&]() -> Task<> { co_await g(); }); }"), [])
        self.assertEqual(problems("// borrows: main outlives it\nvoid f() { get([&](Context) -> Task<> { co_await g(); }); }"), [])

    def test_finds_default_arguments_of_headers_that_have_to_be_destroyed(self):
        options = "struct Inner { std::string s; }; struct Options { Inner inner; }; struct Numbers { int n = 1; };"
        def found(code):
            return [line for _, line, _ in check_coroutines.problems_in_headers({"a.hpp": options + "\n" + code})]
        for code in ("Task<> f(int a, Options o = {});", "Sub f(const Options& o = Options{});", "Sub f(Options o = Options()) const;"):
            self.assertEqual(found(code), [2], code)
        for code in ("Task<> f(Numbers n = {});", "Task<> f(std::string s = {});", "Middleware f(Options o = {});", "Task<> f(Options o);"):
            self.assertEqual(found(code), [], code)

    def test_says_file_and_line_and_follows_the_projects_headers(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "main.cpp").write_text('#include "part.hpp"\nint main() {}\n')
            (root / "part.hpp").write_text("#pragma once\n\ninline Task<> f() { co_await g({}); }\n")
            rules = [sys.executable, "-B", ROOT / "cmake/coroutine_rules.py", "--miscompiled", root / "main.cpp"]
            within = subprocess.run([*rules, "--within", root, "--stamp", root / "stamp", "--depfile", root / "d"], text=True, capture_output=True)
            self.assertRegex(within.stdout, r"part\.hpp:3: error: g\+\+ 12 .*; name the object")
            self.assertEqual((within.returncode, (root / "stamp").exists()), (1, False))
            self.assertIn("part.hpp", (root / "d").read_text())
            self.assertEqual(subprocess.run(rules).returncode, 0)


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


class Comments(unittest.TestCase):
    full = "/// " + "word " * 20 + "and"

    def test_finds_a_line_that_an_editor_broke_off(self):
        self.assertEqual(list(check_text.broken_comments(f"{self.full}\n/// neither a\n/// check nor a copy.\n")), [2])
        self.assertEqual(list(check_text.broken_comments(f"int x;\n    {self.full}\n    /// a\n    /// b.\n")), [3])

    def test_leaves_ends_of_sentences_and_tables_alone(self):
        for rest in ("/// ends.\n/// another", "/// neither a\n/// Check", "/// neither a\n///\n/// check", "/// a\n// b", "/// a\n/// errors   none"):
            self.assertEqual(list(check_text.broken_comments(f"{self.full}\n{rest}\n")), [], rest)


class Cycles(unittest.TestCase):
    def test_finds_the_shortest_way_round(self):
        needs = {"a": {"b", "c"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
        self.assertEqual(list(check_cycles.cycles(needs)), [["a", "c", "a"], ["b", "c", "a", "b"]])
        self.assertEqual(list(check_cycles.cycles({"a": {"b"}, "b": {"c"}, "d": {"a", "c"}})), [])

    def test_a_private_header_belongs_to_whoever_includes_it(self):
        needs = {"web/a": {"web/inside"}, "web/inside": {"web/b", "web/a"}, "web/b": {"web/a"}}
        self.assertEqual(check_cycles.seen_through(needs, {"web/a", "web/b"}), {"web/a": {"web/b"}, "web/b": {"web/a"}})

    def test_a_unit_is_a_header_and_its_source(self):
        files = {pathlib.Path("src/web/a.cpp"): [pathlib.Path("include/hyperlane/web/a.hpp"), pathlib.Path("src/web/b.hpp")]}
        self.assertEqual(dict(check_cycles.needs_of_units(files)), {"web/a": {"web/b"}})


class Tests(unittest.TestCase):
    page = "# Rooms\n| `x/y` | z |\n\n## Tests\n\n| test | covers |\n|---|---|\n| `io/a` | b net/c |\n\n## Why\n| `io/a` | d |\n"

    def test_reads_the_table(self):
        self.assertEqual(check_tests.table_of_tests(self.page), {"io/b": "io/a", "net/c": "io/a"})

    def test_finds_units_without_a_test_and_rows_that_say_nothing(self):
        covered = check_tests.table_of_tests(self.page)
        found = lambda units, tests: len(list(check_tests.problems_of(units, tests, covered)))
        self.assertEqual(found({"io/a", "io/b", "net/c"}, {"io/a"}), 0)
        self.assertEqual(found({"io/a", "io/b", "net/c", "io/e"}, {"io/a"}), 1)
        self.assertEqual(found({"io/a", "io/b"}, {"io/a"}), 1)
        self.assertEqual(found({"io/a", "io/b", "net/c"}, {"io/a", "io/b"}), 1)
        self.assertEqual(found({"io/b", "net/c"}, set()), 2)


if __name__ == "__main__":
    unittest.main()
