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
