"""The page for people in a real browser: what it shows, and whether what is tried out there arrives. Skipped where no Chromium is
installed."""

import http.server
import json
import re
import shutil
import subprocess
import threading
import unittest

import browser
import support
from docs_page_document import DOCUMENT, problems

WIDTHS = (1280, 390)  # desk and phone
OPEN_ALL = """for (let more = true; more;) {
        const closed = [...document.querySelectorAll("details:not([open])")].filter((each) => each.parentElement.closest(".inner .inner") === null);
        closed.forEach((each) => { each.open = true; });
        more = false;
    }"""
SUBMIT = "document.querySelector(`#try-${arguments[0]} form`).requestSubmit()"
STATUS = "return document.querySelector(`#try-${arguments[0]} .response .status`)?.textContent.match(/^\\\\d{3} .*/)?.[0]".replace("\\\\", "\\")
BODY = "return document.querySelector(`#try-${arguments[0]} .response .body`).textContent"
FILL = """for (const [name, value] of Object.entries(arguments[1])) {
        const label = [...document.querySelectorAll(`#try-${arguments[0]} form .field label`)].find((each) => each.firstChild.data === name);
        label.control.value = value;
        label.control.dispatchEvent(new Event("input", { bubbles: true }));
    }"""
WRITE = """const area = document.querySelector(`#try-${arguments[0]} textarea`);
    area.value = arguments[1];
    area.dispatchEvent(new Event("input", { bubbles: true }))"""
MARKED = "document.querySelector('#contents [aria-current]')?.hash.slice(1)"


class InABrowser(support.ProgramTest):
    @classmethod
    def setUpClass(cls):
        if browser.missing():
            raise unittest.SkipTest(browser.missing())
        super().setUpClass()
        cls.browser = browser.Browser(cls.addClassCleanup)

    def setUp(self):
        self.look(1280, 900)

    def look(self, width, height, dark=False, place=""):
        self.browser.emulate(width, height, dark)
        self.browser.open("about:blank")
        self.browser.open(self.address() + place)
        self.browser.wait_for("return document.querySelector('#contents [aria-current]')")

    def address(self):
        return f"http://127.0.0.1:{self.server.port}/docs"

    def tearDown(self):
        # A response with an error status is told there too.
        self.assertEqual([line for line in self.browser.console() if "server responded with a status of" not in line], [])

    def send(self, operation, fields=None, body=None):
        """The status line that is shown."""
        self.browser.run(FILL, operation, fields or {})
        if body is not None:
            self.browser.run(WRITE, operation, body)
        self.browser.run("document.querySelector(`#try-${arguments[0]} .response .status`).textContent = ''; " + SUBMIT, operation)
        return self.browser.wait_for(STATUS, operation)

    def shown(self, operation):
        self.browser.wait_for("return document.querySelector(`#try-${arguments[0]} .facts`).textContent.includes(' ms')", operation)
        return self.browser.run(BODY, operation)

    def check_looks(self):
        for width in WIDTHS:
            for dark in (False, True):
                with self.subTest(width=width, dark=dark):
                    self.look(width, 900, dark)
                    self.browser.run(OPEN_ALL)
                    self.assertEqual(self.browser.run(browser.TOO_WIDE), [])
                    self.assertEqual(self.browser.run(browser.TOO_FAINT), [])
                    self.assertEqual(self.browser.run(browser.UNNAMED), [])


class ToDos(InABrowser):
    program = "todo_api"

    def test_it_shows_operations_and_schemas(self):
        shown = self.browser.run("return [...document.querySelectorAll('.operation')].map((each) => each.id)")
        for name in ("get_todos", "post_todos", "get_todos_by_id", "patch_todos_by_id", "delete_todos_by_id", "schema-Todo", "schema-Priority"):
            self.assertIn(name, shown)
        self.assertEqual(self.browser.run("return document.querySelectorAll('#contents .method').length"), 5)
        text = self.browser.run("return document.getElementById('post_todos').textContent")
        for part in ("1 to 100 characters", "at most 5 elements", "matches ^[a-z0-9-]+$", "date-time", "no two equal", "201", "422"):
            self.assertIn(part, text)
        self.assertNotIn("20 ", text)  # that a time has at least 20 characters goes without saying
        self.assertNotIn("any number", text)

    def test_it_needs_nothing_from_elsewhere(self):
        self.assertEqual(self.browser.run("return performance.getEntriesByType('resource').map((each) => each.name)"), [])
        policy = self.get("/docs").headers["Content-Security-Policy"]
        self.assertNotIn("unsafe", policy)
        self.assertEqual(len(re.findall(r"'sha256-[A-Za-z0-9+/]{43}='", policy)), 1 + self.browser.run("return document.querySelectorAll('script:not([type])').length"))

    def test_the_document_is_linked(self):
        link = self.browser.run("return document.querySelector('#introduction a[href$=\"openapi.json\"]').href")
        self.assertEqual(link, f"http://127.0.0.1:{self.server.port}/openapi.json")

    def test_bodies_begin_with_what_is_taken(self):
        self.assertEqual(self.send("post_todos"), "201 Created")
        made = json.loads(self.shown("post_todos"))
        self.assertEqual(self.send("patch_todos_by_id", {"id": str(made["id"])}), "200 OK")
        self.assertEqual(json.loads(self.shown("patch_todos_by_id"))["done"], True)

    def test_operations_can_be_tried_out(self):
        self.assertEqual(self.send("post_todos", {}, '{"title": "read <b>this</b>", "priority": "low"}'), "201 Created")
        text = self.shown("post_todos")
        made = json.loads(text)
        self.assertEqual(text, json.dumps(made, indent=2))
        kinds = self.browser.run("return [...document.querySelectorAll('#try-post_todos .response .row span')].map((each) => [each.className, each.textContent])")
        for wanted in (["key", '"title"'], ["string", '"read <b>this</b>"'], ["word", "false"], ["number", str(made["id"])]):
            self.assertIn(wanted, kinds)
        fields = self.browser.run("return document.querySelector('#try-post_todos .response dl').textContent")
        self.assertIn(f"location/todos/{made['id']}", fields)
        self.assertRegex(self.browser.run("return document.querySelector('#try-post_todos .response .facts').textContent"), r"[\d.]+ ms · \d+ bytes")
        self.assertEqual(self.send("get_todos_by_id", {"id": str(made["id"])}), "200 OK")
        self.assertEqual(json.loads(self.shown("get_todos_by_id")), made)
        self.assertEqual(self.send("get_todos", {"limit": "0"}), "400 Bad Request")
        self.assertEqual(self.send("delete_todos_by_id", {"id": str(made["id"])}), "204 No Content")
        self.assertEqual(self.send("delete_todos_by_id", {"id": str(made["id"])}), "404 Not Found")

    def test_control_and_enter_send(self):
        self.browser.run("""document.querySelector("#try-post_todos textarea").dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }))""")
        self.assertEqual(self.browser.wait_for(STATUS, "post_todos"), "201 Created")

    @unittest.skipIf(shutil.which("curl") is None, "curl is not installed")
    def test_the_line_for_curl_does_the_same(self):
        self.browser.run(WRITE, "post_todos", '{"title": "it\'s a \\"title\\" with $HOME and `id`",\n "tags": ["a"]}')
        line = self.browser.run("return document.querySelector('#try-post_todos .curl pre').textContent")
        done = subprocess.run(["sh", "-c", line + " -sS"], capture_output=True, text=True, timeout=support.PATIENCE)
        self.assertEqual(json.loads(done.stdout)["title"], "it's a \"title\" with $HOME and `id`", done)

    def test_what_is_no_json_is_said_at_once(self):
        self.browser.run(WRITE, "post_todos", '{"title": }')
        self.assertRegex(self.browser.run("return document.querySelector('#try-post_todos .remark').textContent"), "^No JSON yet")
        self.browser.run(WRITE, "post_todos", "{}")
        self.assertEqual(self.browser.run("return document.querySelector('#try-post_todos .remark').textContent"), "")

    def test_what_tries_it_out_is_beside_the_operation(self):
        boxes = """const [head, text, place] = [".operation > header", ".text", ".console"].map((name) => {
                const { top, bottom, left, right } = document.querySelector("#get_todos, #post_todos").querySelector(name.replace(".operation > ", ""))
                    .getBoundingClientRect();
                return { top, bottom, left, right };
            });
            return { head, text, place }"""
        desk = self.browser.run(boxes)
        self.assertLess(abs(desk["place"]["top"] - desk["head"]["top"]), 10)
        self.assertGreater(desk["place"]["left"], desk["text"]["right"])
        self.look(390, 844)
        phone = self.browser.run(boxes)
        self.assertGreaterEqual(phone["place"]["top"], phone["text"]["bottom"])
        self.browser.run("document.querySelector('#post_todos .jump').click()")
        self.browser.wait_for("return Math.abs(document.getElementById('try-post_todos').getBoundingClientRect().top - 80) < 80")

    def test_it_looks_right(self):
        self.check_looks()

    def test_the_menu_marks_what_is_read(self):
        for name in self.browser.run("return [...document.querySelectorAll('#contents a')].map((each) => decodeURIComponent(each.hash.slice(1)))"):
            with self.subTest(name):
                self.browser.run("document.querySelector(`#contents a[href='#${arguments[0]}']`).click()", name)
                self.browser.wait_for(f"return ({MARKED}) === arguments[0]", name)
                top = self.browser.run("return document.getElementById(arguments[0]).getBoundingClientRect().top", name)
                self.assertTrue(-1 <= top < 100, top)

    def test_an_address_leads_to_its_operation(self):
        self.look(1280, 900, place="#patch_todos_by_id")
        self.browser.wait_for(f"return ({MARKED}) === 'patch_todos_by_id'")

    def test_on_a_phone_the_menu_is_behind_a_button(self):
        self.look(390, 844)
        is_seen = "return document.querySelector('nav').checkVisibility({ visibilityProperty: true })"
        self.assertFalse(self.browser.run(is_seen))
        for close in ("dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))",
                      "document.querySelector('#contents a[href=\"#get_todos_by_id\"]').click()"):
            self.browser.run("document.getElementById('menu').click()")
            self.assertTrue(self.browser.run(is_seen))
            self.assertEqual(self.browser.run("return document.getElementById('menu').ariaExpanded"), "true")
            self.browser.run(close)
            self.assertFalse(self.browser.run(is_seen))
        self.browser.wait_for("return document.getElementById('where').textContent === 'Get todos by id'")

    def test_what_is_looked_for_is_found(self):
        found = "return [...document.querySelectorAll('#contents a')].filter((each) => each.checkVisibility()).map((each) => each.hash)"
        self.browser.run("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true }))")
        self.assertEqual(self.browser.run("return document.activeElement.id"), "search")
        look_for = """const field = document.getElementById("search"); field.value = arguments[0]; field.dispatchEvent(new Event("input"))"""
        for words, names in (("DELETE todo", ["#delete_todos_by_id"]), ("/todos/{id} get", ["#get_todos_by_id"]), ("priority", ["#schema-Priority"]), ("nowhere", [])):
            self.browser.run(look_for, words)
            self.assertEqual(self.browser.run(found), names, words)
            self.assertEqual(self.browser.run("return document.querySelector('.nothing').checkVisibility()"), not names)
        self.browser.run(look_for, "delete")
        self.browser.run("document.getElementById('search').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', cancelable: true }))")
        self.browser.wait_for("return location.hash === '#delete_todos_by_id'")

    def test_colours_can_be_chosen(self):
        back = "return getComputedStyle(document.body).backgroundColor"
        light = self.browser.run(back)
        self.browser.run("document.getElementById('theme').click()")
        self.assertNotEqual(self.browser.run(back), light)
        self.browser.run("document.getElementById('theme').click()")
        self.assertEqual(self.browser.run(back), light)


class Rules(InABrowser):
    """An API with rules between members."""

    program = "showcase"

    def test_bodies_begin_with_what_is_taken(self):
        self.assertEqual(self.send("post_samples_typed_rules_bookings"), "200 OK")
        self.assertEqual(self.send("post_samples_typed_todos"), "201 Created")

    def test_a_stream_is_shown_while_it_comes_and_can_be_stopped(self):
        self.assertEqual(self.send("get_samples_stream_countdown"), "200 OK")
        self.browser.wait_for(BODY + ".startsWith('10')", "get_samples_stream_countdown")
        self.browser.run("document.querySelector('#try-get_samples_stream_countdown .response button').click()")
        self.browser.wait_for("return document.querySelector('#try-get_samples_stream_countdown .facts').textContent.startsWith('stopped')")


class Echo(http.server.BaseHTTPRequestHandler):
    """The page with a document of ours in it, and a record of what is sent."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/docs":
            self.server.requests.append((self.command, self.path, self.headers, body))
        content = self.server.page if self.path == "/docs" else b"noted"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8" if self.path == "/docs" else "text/plain")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


class AnyDocument(InABrowser):
    """What other APIs have in their documents."""

    program = "todo_api"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        page = cls.get(cls(), "/docs").text
        text = json.dumps(DOCUMENT).replace("<", "\\u003c")
        page = re.sub(r'(id="document">).*?(</script>)', lambda found: found[1] + text + found[2], page, flags=re.S)
        cls.echo = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        cls.echo.page, cls.echo.requests = page.encode(), []
        cls.addClassCleanup(cls.echo.server_close)
        cls.addClassCleanup(cls.echo.shutdown)
        threading.Thread(target=cls.echo.serve_forever).start()

    def address(self):
        return f"http://127.0.0.1:{self.echo.server_port}/docs"

    def sent(self, operation, fields=None):
        """Method, target, headers and body as they arrived."""
        self.echo.requests.clear()
        self.assertEqual(self.send(operation, fields), "200 OK")
        return self.echo.requests[-1]

    def test_it_looks_right(self):
        self.check_looks()

    def test_what_is_typed_once_goes_with_every_operation(self):
        _, _, headers, _ = self.sent("add_room")
        self.assertNotIn("Authorization", headers)
        self.browser.run(FILL, "add_room", {"Token": "s3cret"})
        for operation in ("add_room", "replace_photo"):
            self.assertEqual(self.sent(operation)[2]["Authorization"], "Bearer s3cret")
        self.assertNotIn("Authorization", self.sent("list_rooms")[2])  # anybody may
        line = self.browser.run("return document.querySelector('#try-add_room .curl pre').textContent")
        self.assertIn("-H 'Authorization: Bearer s3cret'", line)

    def test_other_ways_of_authorisation(self):
        self.browser.run("""const select = document.querySelector("#try-add_room select[aria-label='Way of authorisation']");
            select.value = 1; select.dispatchEvent(new Event("change", { bubbles: true }))""")
        self.assertEqual(self.sent("add_room", {"User": "ada", "Password": "pä:s"})[2]["Authorization"], "Basic YWRhOnDDpDpz")
        self.assertEqual(self.sent("delete_key", {"api_key": "k&y"})[1], "/keys?api_key=k%26y")

    def test_parameters_go_where_they_belong(self):
        method, target, headers, body = self.sent("replace_photo", {"X-Trace": "abcde", "session": "a b"})
        self.assertEqual(method, "PUT")
        self.assertRegex(target, r"^/rooms/1/photos/[a-z]{3,8}\.(jpg|png)$")
        self.assertEqual((headers["X-Trace"], headers["Cookie"]), ("abcde", "session=a%20b"))
        self.assertTrue(headers["Content-Type"].startswith("multipart/form-data; boundary="))
        _, target, _, _ = self.sent("list_rooms", {"tag": "a, b", "kind": "double", "free": "true"})
        self.assertEqual(target, "/rooms?kind=double&tag=a&tag=b&free=true")

    def test_a_form_has_a_field_for_each_member(self):
        _, _, headers, body = self.sent("sign_in", {"user": "ada & co", "remember": "true"})
        self.assertEqual(headers["Content-Type"], "application/x-www-form-urlencoded")
        self.assertEqual(body, b"user=ada+%26+co&remember=true")

    def test_examples_keep_the_rules(self):
        body = json.loads(self.sent("add_room")[3])
        self.assertEqual(list(problems(DOCUMENT, DOCUMENT["components"]["schemas"]["Room"], body)), [])
        self.assertEqual(set(body), set(DOCUMENT["components"]["schemas"]["Room"]["properties"]))
        self.assertLess(body["from"], body["to"])
        for name, schema in DOCUMENT["components"]["schemas"].items():
            value = self.browser.run("return example(arguments[0])", schema)
            self.assertEqual(list(problems(DOCUMENT, schema, value)), [], name)

    def test_examples_match_patterns(self):
        for pattern in (r"^[a-z0-9-]+$", r"^(?:AB|CD)-\d{4}$", r"^[^a-z0-9]{3,}$", r"^\p{Lu}\p{Ll}+$", r"^a?b*c{2,3}(d|e)+$", r"^\+?[1-9]\d{6,14}$", "^$",
                        r"^[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}$", r"^\w+@\w+\.\w{2,}$", r"^\\\[\]$", r"^[\x41-\x43]+$", r"^(a|(b|c)d)+?$", r"^.{5}$"):
            for least, most in ((0, 40), (12, 12)):
                text = self.browser.run("return exampleOfPattern(arguments[0], arguments[1], arguments[2], 0)", pattern, least, most)
                possible = least == 0 or pattern in (r"^[a-z0-9-]+$", r"^[^a-z0-9]{3,}$", r"^\p{Lu}\p{Ll}+$", r"^\w+@\w+\.\w{2,}$", r"^[\x41-\x43]+$", r"^\+?[1-9]\d{6,14}$")
                if possible:
                    self.assertTrue(self.browser.run("return new RegExp(arguments[0], 'u').test(arguments[1])", pattern, text), (pattern, text))
                    self.assertTrue(least <= len(text) <= most, (pattern, text))

    def test_texts_are_markdown_and_never_html(self):
        text = self.browser.run("return document.getElementById('introduction').innerHTML")
        for part in ("<strong>everything</strong>", "<h3>Begin here</h3>", "<li>send it as <code>Authorization</code></li>", '<a href="https://example.com/rules" rel="noopener">',
                     "<pre>curl /rooms</pre>", "&lt;img src=x&gt;"):
            self.assertIn(part, text)
        self.assertNotIn('href="javascript:', text)

    def test_a_struct_in_itself_unfolds_as_far_as_wanted(self):
        self.browser.run("const inner = document.querySelector('#add_room .text .inner'); inner.open = true")
        unfold = """const rows = [...document.querySelectorAll("#add_room .text li")].filter((row) => row.querySelector(":scope > .member .name").textContent === "next");
            const last = rows.at(-1).querySelector(":scope > .inner"); last.open = true; return rows.length"""
        depths = []
        for _ in range(3):
            depths.append(self.browser.run(unfold))
            self.browser.wait_for("return [...document.querySelectorAll('#add_room .text .name')].filter((each) => each.textContent === 'next').length > arguments[0]", depths[-1])
        self.assertEqual(depths, [1, 2, 3])

    def test_alternatives_have_names(self):
        self.browser.run("document.querySelectorAll('#add_room .text .inner').forEach((each) => { each.open = true })")
        self.browser.wait_for("return document.querySelector('#add_room .text').textContent.includes('Circle or Square')")


class Size(unittest.TestCase):
    def test_programs_without_it_do_not_contain_it(self):
        for name, contains in (("todo_api", True), ("hello", False)):
            self.assertEqual(b"service-desc" in (support.BIN / name).read_bytes(), contains, name)


del InABrowser  # has no program


if __name__ == "__main__":
    unittest.main()
