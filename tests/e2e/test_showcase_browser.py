"""The showcase in a real browser: every button does what it says. Skipped where no Chromium is installed."""

import json
import re
import unittest

import browser
import support

BUTTONS = """return [...document.querySelectorAll(".sample")].flatMap((section) =>
    [...section.querySelectorAll(".presets button")].map((button, index) => [section.id, index, button.textContent]))"""
CLICK = "document.querySelectorAll(`#${arguments[0]} .presets button`)[arguments[1]].click()"
ENDED = "return document.querySelector(`#${arguments[0]} .timing`).textContent.endsWith('in all')"
STATUS = "return document.querySelector(`#${arguments[0]} .status`).textContent"
BODY = "return document.querySelector(`#${arguments[0]} .result .body`).textContent"
STOP = "document.querySelector(`#${arguments[0]} .stop`).click()"

MARKED = "document.querySelector('nav [aria-current]')?.hash.slice(1)"
MARK_IS_SEEN = """const box = document.querySelector("nav").getBoundingClientRect();
    const at = document.querySelector("nav [aria-current]").getBoundingClientRect();
    return at.left >= box.left && at.right <= box.right && at.top >= box.top && at.bottom <= box.bottom"""
WIDTHS = (1280, 390)  # desk and phone

# Buttons whose answer does not end by itself; they have tests of their own.
LASTING = {
    "events": ["listen"],
    "ticker": ["follow", "follow, and leave for 5 s"],
    "websocket": ["send the time", "echo, compressed", "the server says goodbye"],
    "chat": ["join as ann", "join as bob", "without a name"],
}


@unittest.skipIf(browser.missing(), browser.missing())
class InABrowser(support.ProgramTest):
    program = "showcase"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = browser.Browser(cls.addClassCleanup)

    def setUp(self):
        self.look(1440, 1200)

    def look(self, width, height, dark=False):
        self.browser.emulate(width, height, dark)
        self.browser.open(f"http://127.0.0.1:{self.server.port}/")
        self.browser.wait_for("return [...document.querySelectorAll('.source code')].every((code) => code.textContent)")

    def tearDown(self):
        # A response with an error status is told there too; that is what some buttons are for.
        self.assertEqual([line for line in self.browser.console() if "server responded with a status of" not in line], [])

    def test_every_button_gets_its_answer(self):
        buttons = self.browser.run(BUTTONS)
        self.assertGreater(len(buttons), 40)
        for sample, index, label in buttons:
            if label in LASTING.get(sample, []):
                continue
            with self.subTest(sample=sample, button=label):
                self.browser.run(CLICK, sample, index)
                self.browser.wait_for(ENDED, sample)
                status = self.browser.run(STATUS, sample)
                expected = re.search(r": (\d+)$", label)
                self.assertRegex(status, rf"^{expected[1]} " if expected else r"^20\d ")

    def test_events_come_one_by_one_and_can_be_stopped(self):
        self.browser.run(CLICK, "events", 0)
        self.browser.wait_for(BODY + ".includes('event: 1')", "events")
        self.browser.run(STOP, "events")
        self.browser.wait_for(ENDED, "events")
        self.assertEqual(self.browser.run(STATUS, "events"), "stopped")
        self.assertNotIn("event: 9", self.browser.run(BODY, "events"))

    def click(self, sample, label):
        self.browser.run("[...document.querySelectorAll(`#${arguments[0]} .presets button`)]"
                         ".find((button) => button.textContent === arguments[1]).click()", sample, label)

    def say(self, sample, text):
        self.browser.run("""const form = document.querySelector(`#${arguments[0]} .say`);
            form.elements.text.value = arguments[1]; form.querySelector("button").click()""", sample, text)

    def wait_for_text(self, sample, text):
        self.browser.wait_for(BODY + ".includes(arguments[1])", sample, text)

    def stop(self, sample):
        self.browser.run(STOP, sample)
        self.browser.wait_for(ENDED, sample)
        self.assertEqual(self.browser.run(STATUS, sample), "stopped")

    def test_a_websocket_gets_the_time_each_second_and_what_is_typed(self):
        self.click("websocket", "send the time")
        self.browser.wait_for(BODY + ".split('received Client time: 2').length > 2", "websocket")
        self.say("websocket", "and this")
        self.wait_for_text("websocket", "received and this")
        self.assertRegex(self.browser.run(STATUS, "websocket"), "^101 ")
        self.stop("websocket")

    def test_a_websocket_is_compressed_and_says_goodbye(self):
        self.click("websocket", "echo, compressed")
        self.browser.wait_for("return document.querySelector('#websocket .headers').textContent.includes('permessage-deflate')")
        self.say("websocket", "back to me")
        self.wait_for_text("websocket", "back to me")
        self.click("websocket", "the server says goodbye")
        self.browser.wait_for(ENDED, "websocket")
        self.wait_for_text("websocket", "closed 4001 as the program wanted it")

    def test_a_ticker_resumes_after_a_gap(self):
        self.click("ticker", "follow, and leave for 5 s")
        self.wait_for_text("ticker", "gone for 5 s")
        self.assertAnswer(self.request("POST", "/samples/ticker/goods/tea", b"in the gap"), 204)
        self.wait_for_text("ticker", "in the gap")
        self.stop("ticker")
        text = self.browser.run(BODY, "ticker")
        self.assertNotIn("reset", text)
        ids = [int(number) for number in re.findall(r"price (\d+):", text)]
        self.assertEqual(ids, list(range(ids[0], ids[0] + len(ids))))

    def test_two_pages_chat_and_see_who_is_there(self):
        people = "return document.querySelector('#chat .people').textContent"
        first = self.browser.call("/window", method="GET")
        self.click("chat", "join as ann")
        self.browser.wait_for(people + " === 'here: ann'")
        second = self.browser.call("/window/new", {"type": "tab"})["handle"]
        self.browser.call("/window", {"handle": second})
        self.browser.open(f"http://127.0.0.1:{self.server.port}/#chat")
        self.browser.wait_for("return document.querySelector('#chat .presets button')")
        self.click("chat", "join as bob")
        self.browser.wait_for(people + " === 'here: ann, bob'")
        self.say("chat", "good morning")
        self.wait_for_text("chat", "bob: good morning")
        self.browser.call("/window", method="DELETE")
        self.browser.call("/window", {"handle": first})
        self.wait_for_text("chat", "bob: good morning")
        self.wait_for_text("chat", "* bob has left")
        self.browser.wait_for(people + " === 'here: ann'")
        self.stop("chat")

    def test_a_guest_without_a_name_is_told_why(self):
        self.click("chat", "without a name")
        self.browser.wait_for(ENDED, "chat")
        self.wait_for_text("chat", "closed 1008 name: expected 1 to 32 bytes")

    def test_a_request_of_ones_own(self):
        self.browser.run("""const form = document.querySelector("#bodies form").elements;
            form.method.value = "POST"; form.path.value = "/samples/bodies/echo"; form.body.value = "by hand";
            document.querySelector("#bodies .send").click()""")
        self.browser.wait_for(ENDED, "bodies")
        self.assertEqual(self.browser.run(BODY, "bodies"), "by hand")

    def test_the_source_shown_is_that_of_the_sample(self):
        for name in ("async", "files"):
            shown = self.browser.run("return document.querySelector(`#${arguments[0]} .source code`).textContent", name)
            self.assertEqual(shown, self.get(f"/source/{name}.cpp").text)

    def send_all_kinds(self):
        for sample, label in (("typed_rules", "five mistakes: 422"), ("bodies", "100,000 bytes, moved"), ("files", "escape: 404")):
            self.click(sample, label)
            self.browser.wait_for(ENDED, sample)

    def test_nothing_is_wider_than_its_box(self):
        for width in WIDTHS:
            with self.subTest(width=width):
                self.look(width, 900)
                self.send_all_kinds()
                self.assertEqual(self.browser.run(browser.TOO_WIDE), [])

    def test_everything_can_be_read_and_has_a_name(self):
        for dark in (False, True):
            with self.subTest(dark=dark):
                self.look(1280, 900, dark)
                self.send_all_kinds()
                self.assertEqual(self.browser.run(browser.TOO_FAINT), [])
                self.assertEqual(self.browser.run(browser.UNNAMED), [])

    def test_the_path_of_every_request_is_seen_whole(self):
        for width in WIDTHS:
            self.look(width, 900)
            for sample, index, _ in self.browser.run(BUTTONS):
                self.browser.run(CLICK, sample, index)
                self.browser.run(STOP, sample)
                cut = self.browser.run("""const { path } = document.querySelector(`#${arguments[0]} form`).elements;
                    return path.scrollWidth > path.clientWidth || path.scrollHeight > path.clientHeight ? path.value : "" """, sample)
                self.assertEqual(cut, "", f"{width} wide")

    def test_json_is_set_in_lines_and_colours(self):
        self.click("typed_rules", "five mistakes: 422")
        self.browser.wait_for(ENDED, "typed_rules")
        text = self.browser.run(BODY, "typed_rules")
        sent = self.request("POST", "/samples/typed_rules/bookings", self.browser.run(
            "return document.querySelector('#typed_rules form').elements.body.value").encode(),
            {"Content-Type": "application/json", "Accept": "application/json"})
        shown, answered = json.loads(text), json.loads(sent.body)
        self.assertEqual({**shown, "request_id": ""}, {**answered, "request_id": ""})
        self.assertEqual(text, json.dumps(shown, indent=2, ensure_ascii=False))
        kinds = self.browser.run("""return [...document.querySelectorAll("#typed_rules .result .body span span")]
            .map((each) => [each.className, each.textContent])""")
        self.assertIn(["type", '"status"'], kinds)
        self.assertIn(["number", "422"], kinds)
        self.assertIn(["string", '"/first_night"'], kinds)
        broken = self.browser.run("""return [...document.querySelectorAll("#typed_rules .result .body .row")]
            .filter((row) => row.getClientRects()[0].height > 1.5 * parseFloat(getComputedStyle(row).lineHeight))
            .map((row) => row.textContent).filter((text) => text.length < 100)""")
        self.assertEqual(broken, [])

    def test_json_keeps_its_numbers_and_empty_lists(self):
        pretty = "const { pretty_json } = await import('/page/highlight.js'); return pretty_json(arguments[0])"
        script = f"return (async () => {{ {pretty.replace('arguments[0]', 'text')} }})()".replace("text", json.dumps(
            '{"a":12345678901234567890,"b":[],"c":{},"d":[1,{"e":"{,:"}]}'))
        self.assertEqual(self.browser.run(script), """{
  "a": 12345678901234567890,
  "b": [],
  "c": {},
  "d": [
    1,
    {
      "e": "{,:"
    }
  ]
}""")

    def test_the_menu_marks_what_is_shown(self):
        for width in WIDTHS:
            self.look(width, 800)
            names = self.browser.run("return [...document.querySelectorAll('.sample')].map((each) => each.id)")
            self.assertEqual(self.marked(), names[0])
            for name in (*names, "routes"):
                with self.subTest(width=width, chosen=name):
                    self.browser.run("document.querySelector(`nav a[href='#${arguments[0]}']`).click()", name)
                    self.browser.wait_for("return Math.abs(document.getElementById(arguments[0]).getBoundingClientRect().top"
                                          " - parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)) < 2", name)
                    self.browser.wait_for(f"return ({MARKED}) === arguments[0]", name)
                    self.assertTrue(self.browser.run(MARK_IS_SEEN), name)
            for name in names:  # a reader who scrolls by hand sees the middle of it
                with self.subTest(width=width, scrolled_to=name):
                    self.browser.run("""const { top, height } = document.getElementById(arguments[0]).getBoundingClientRect();
                        scrollTo({ top: scrollY + top - 200 + height / 2, behavior: "instant" })""", name)
                    self.browser.wait_for(f"return ({MARKED}) === arguments[0]", name)
                    self.assertTrue(self.browser.run(MARK_IS_SEEN), name)

    def marked(self):
        return self.browser.run(f"return {MARKED}")

    def test_an_address_leads_to_its_sample(self):
        self.browser.open("about:blank")
        self.browser.open(f"http://127.0.0.1:{self.server.port}/#chat")
        self.browser.wait_for(f"return document.querySelector('nav a') && ({MARKED}) === 'chat'")

    def test_colours_can_be_chosen(self):
        back = "return getComputedStyle(document.body).backgroundColor"
        light = self.browser.run(back)
        self.browser.run("document.querySelector('.theme').click()")
        self.assertNotEqual(self.browser.run(back), light)
        self.browser.run("document.querySelector('.theme').click()")
        self.assertEqual(self.browser.run(back), light)

    def test_the_documentation_of_the_api_is_linked(self):
        self.browser.run("document.querySelector('.top .docs').click()")
        self.browser.wait_for("return document.title === 'Hyperlane samples'")
        for name in ("post_samples_typed_todos", "get_samples_basic"):
            self.assertTrue(self.browser.wait_for("return document.getElementById(arguments[0])", name))


if __name__ == "__main__":
    unittest.main()
