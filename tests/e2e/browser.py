"""A headless Chromium, driven by chromedriver (WebDriver: JSON over HTTP)."""

import json
import re
import shutil
import subprocess
import tempfile
import urllib.request

import support

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--window-size=1440,1200"]


def missing():
    """Why there is no browser here, or nothing."""
    absent = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]
    return f"not installed: {' and '.join(absent)}" if absent else ""


class Browser:
    def __init__(self, cleanup, *flags):
        """in: `cleanup` is `self.addCleanup` of a test or `cls.addClassCleanup` of a class"""
        profile = tempfile.TemporaryDirectory()
        cleanup(profile.cleanup)
        self.log = tempfile.TemporaryFile("w+")
        cleanup(self.log.close)
        driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=self.log, stderr=self.log)
        cleanup(driver.wait)
        cleanup(driver.terminate)
        self.base = f"http://127.0.0.1:{support.wait_until(self.driver_port, 'chromedriver')}/session"
        options = {"args": [*FLAGS, f"--user-data-dir={profile.name}", *flags], "binary": shutil.which("chromium")}
        capabilities = {"alwaysMatch": {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}
        self.base += "/" + self.call("", {"capabilities": capabilities})["sessionId"]
        cleanup(self.call, "", method="DELETE")

    def driver_port(self):
        self.log.seek(0)
        found = re.search(r"successfully on port (\d+)", self.log.read())
        return found and found[1]

    def call(self, path, body=None, method="POST"):
        data = None if body is None and method != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)["value"]

    def emulate(self, width, height, dark=False):
        """A window of this size, which may be smaller than a window of the desk can be, and what the system says of colours.
        Nothing moves smoothly, so that a test need not wait for it."""
        def tell(command, **params):
            self.call("/goog/cdp/execute", {"cmd": command, "params": params})
        tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        wanted = {"prefers-color-scheme": "dark" if dark else "light", "prefers-reduced-motion": "reduce"}
        tell("Emulation.setEmulatedMedia", features=[{"name": name, "value": value} for name, value in wanted.items()])

    def open(self, url):
        self.call("/url", {"url": url})

    def run(self, script, *arguments):
        """The result of JavaScript in the page; `arguments[0]` is the first argument."""
        return self.call("/execute/sync", {"script": script, "args": list(arguments)})

    def wait_for(self, script, *arguments):
        return support.wait_until(lambda: self.run(script, *arguments), script)

    def console(self):
        """Messages, also of violations of the page's policy. Empties it."""
        return [entry["message"] for entry in self.call("/se/log", {"type": "browser"})]


# What each of these returns is wrong with a page: nothing is right.

# Elements that have more in them than they show from left to right.
TOO_WIDE = """return [document.documentElement, ...document.querySelectorAll("pre, textarea, input, td, dd, table, p, summary")]
    .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline")
    .map((each) => `${each.tagName} ${each.className} in ${each.closest("[id]")?.id}: ${each.textContent.slice(0, 60)}`)"""

UNNAMED = """return [...document.querySelectorAll("input, select, textarea, button")]
    .filter((each) => !each.getAttribute("aria-label") && !each.labels?.length && !each.textContent.trim())
    .map((each) => each.outerHTML.slice(0, 120))"""

# Text that stands out less from what is behind it than WCAG 2.2, 1.4.3 wants.
TOO_FAINT = """
    const numbers = (colour) => {
        const parts = colour.match(/[\\d.]+/g).map(Number);
        const scale = colour.startsWith("color(") ? 255 : 1;
        return [...parts.slice(0, 3).map((part) => part * scale), parts[3] ?? 1];
    };
    const over = ([r, g, b, a], behind) => [r, g, b].map((part, i) => part * a + behind[i] * (1 - a));
    const behind = (each) => {
        if (!each) return [255, 255, 255];
        return over(numbers(getComputedStyle(each).backgroundColor), numbers(getComputedStyle(each).backgroundColor)[3] < 1 ? behind(each.parentElement) : [0, 0, 0]);
    };
    const brightness = (colour) => colour.map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    const own_text = (each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const found = new Map();
    for (const each of document.querySelectorAll("body *")) {
        if (!own_text(each) || !each.checkVisibility({visibilityProperty: true}) || each.closest("script, style, template")) continue;
        const back = behind(each);
        const lights = [back, over(numbers(getComputedStyle(each).color), back)].map(brightness).sort((a, b) => b - a);
        const contrast = (lights[0] + 0.05) / (lights[1] + 0.05);
        if (contrast < 4.5) found.set(`${each.tagName}.${each.className}`, `${contrast.toFixed(2)} ${each.textContent.slice(0, 40)}`);
    }
    return [...found].map((each) => each.join(": "))"""
