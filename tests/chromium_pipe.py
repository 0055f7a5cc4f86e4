# SPDX-License-Identifier: BSD-3-Clause
#
# Chromium without any other program: its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/) over two
# pipes, messages of JSON ended by a zero byte. Enough to open a page, to look at it, and to press keys.
import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE_S = 60


def find_chromium():
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Chromium:
    """A browser with one page; `with Chromium(path) as browser: browser.open(file)`."""

    def __init__(self, program):
        self.program, self.profile = program, tempfile.TemporaryDirectory()
        self.messages, self.requests, self.dialogs, self.loaded = [], [], 0, False
        self.number, self.session, self.rest = 0, None, b""

    def __enter__(self):
        theirs_in, self.out = os.pipe()
        self.into, theirs_out = os.pipe()
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 20) for fd in (theirs_in, theirs_out)]

        def place():  # the protocol has its pipes at 3 and 4
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [self.program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe",
             f"--user-data-dir={self.profile.name}", "about:blank"], preexec_fn=place, pass_fds=(3, 4),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for fd in [theirs_in, theirs_out, *high]:
            os.close(fd)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *unused):
        os.close(self.out)  # ends the browser
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.into)
        self.profile.cleanup()

    def read(self):
        deadline = time.monotonic() + PATIENCE_S
        while b"\0" not in self.rest:
            ready = select.select([self.into], [], [], max(0, deadline - time.monotonic()))[0]
            part = os.read(self.into, 1 << 20) if ready else b""
            if not part:
                raise RuntimeError("chromium ended or says nothing")
            self.rest += part
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def note(self, event):
        what, about = event.get("method", ""), event.get("params", {})
        if what == "Page.loadEventFired":
            self.loaded = True
        elif what == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif what == "Log.entryAdded" and about["entry"]["level"] in ("warning", "error"):
            self.messages.append(about["entry"]["text"])
        elif what == "Runtime.consoleAPICalled" and about["type"] in ("warning", "error"):
            self.messages.append(str(about["args"]))
        elif what == "Runtime.exceptionThrown":
            self.messages.append(about["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif what == "Page.javascriptDialogOpening":
            self.dialogs += 1
            self.send("Page.handleJavaScriptDialog", accept=False)

    def send(self, method, **about):
        self.number += 1
        message = {"id": self.number, "method": method, "params": about, **({"sessionId": self.session} if self.session else {})}
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.out, data):]
        return self.number

    def call(self, method, **about):
        number = self.send(method, **about)
        while True:
            answer = self.read()
            if answer.get("id") != number:
                self.note(answer)
            elif "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']}")
            else:
                return answer["result"]

    def evaluate(self, expression):
        """The value of a JavaScript expression, of a promise what it comes to."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", expression))
        return answer["result"].get("value")

    def settle(self):
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def open(self, file):
        self.messages, self.requests, self.dialogs, self.loaded = [], [], 0, False
        self.call("Page.navigate", url=f"file://{file}")
        while not self.loaded:
            self.note(self.read())
        self.settle()

    def look(self, width, scheme):
        """How wide the window is, and whether the system wishes light or dark."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.settle()

    def press(self, key):
        code = {"Tab": 9, "Enter": 13, "Escape": 27}[key]
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                      **({"text": "\r"} if key == "Enter" and kind == "keyDown" else {}))

    def picture(self):
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])
