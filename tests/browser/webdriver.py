"""Chromium by way of ChromeDriver: as much of WebDriver (a W3C standard) as the tests beside this need, and nothing to install for it."""

import base64
import json
import re
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

# headless, and without a word to anybody but the page
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--window-size=720,640",
]
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """One browser, with a profile of its own. Ends with its `with`."""

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory()
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            for line in self.driver.stdout:
                started = re.search(r"started successfully on port (\d+)", line)
                if started:
                    break
            else:
                raise RuntimeError("chromedriver did not start")
            self.at = f"http://127.0.0.1:{started[1]}/session"
            options = {"binary": "/usr/bin/chromium", "args": [*ARGUMENTS, f"--user-data-dir={self.profile.name}"]}
            wanted = {"acceptInsecureCerts": True, "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
            made = self.ask("POST", "", {"capabilities": {"alwaysMatch": wanted}})
            self.at += f"/{made['sessionId']}"
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            self.ask("DELETE", "")
        except OSError:
            pass
        self.driver.terminate()
        self.driver.wait()
        self.profile.cleanup()

    def ask(self, method, path, body=None):
        data = None if method in ("GET", "DELETE") else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.at + path, data, {"content-type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {json.load(error)['value']['message']}") from None

    def page(self, url):
        """A page in a window of its own."""
        handle = self.ask("POST", "/window/new", {"type": "window"})["handle"]
        page = Page(self, handle)
        page.ask("POST", "/url", {"url": url})
        return page

    def log(self, kind):
        """What has been logged since the last time, of all pages."""
        return self.ask("POST", "/se/log", {"type": kind})


class Page:
    def __init__(self, browser, handle):
        self.browser, self.handle = browser, handle

    def ask(self, method, path, body=None):
        self.browser.ask("POST", "/window", {"handle": self.handle})
        return self.browser.ask(method, path, body)

    def run(self, script, *arguments):
        """What a script returns in it."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def element(self, selector):
        found = self.ask("POST", "/element", {"using": "css selector", "value": selector})
        return f"/element/{found[ELEMENT]}"

    def type(self, selector, text):
        """As a hand would, and then the enter key."""
        self.ask("POST", f"{self.element(selector)}/value", {"text": text + "\ue007"})

    def click(self, selector):
        self.ask("POST", f"{self.element(selector)}/click")

    def wait(self, what, script, *arguments):
        """Until a script returns something true, and for ten seconds at most."""
        by = time.monotonic() + 10
        while not (found := self.run(script, *arguments)):
            if time.monotonic() > by:
                raise AssertionError(f"{what}; the page says: {self.run('return document.body.innerText')!r}")
            time.sleep(0.05)
        return found

    def shot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.ask("GET", "/screenshot")))

    def close(self):
        self.ask("DELETE", "/window")
