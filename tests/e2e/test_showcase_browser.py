"""The showcase in a real browser: every button does what it says. Skipped where no Chromium is installed."""

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


@unittest.skipIf(browser.missing(), browser.missing())
class InABrowser(support.ProgramTest):
    program = "showcase"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = browser.Browser(cls.addClassCleanup)

    def setUp(self):
        self.browser.call("/window/rect", {"width": 1440, "height": 1200})
        self.browser.open(f"http://127.0.0.1:{self.server.port}/")
        self.browser.wait_for("return [...document.querySelectorAll('.source code')].every((code) => code.textContent)")

    def tearDown(self):
        # A response with an error status is told there too; that is what some buttons are for.
        self.assertEqual([line for line in self.browser.console() if "server responded with a status of" not in line], [])

    def test_every_button_gets_its_answer(self):
        buttons = self.browser.run(BUTTONS)
        self.assertGreater(len(buttons), 40)
        for sample, index, label in buttons:
            if sample == "events":
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

    def test_fits_a_narrow_window(self):
        self.browser.call("/window/rect", {"width": 500, "height": 900})
        self.assertTrue(self.browser.run("return document.documentElement.scrollWidth <= innerWidth"))


if __name__ == "__main__":
    unittest.main()
