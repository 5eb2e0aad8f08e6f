"""A headless Chromium, steered through its own debugging pipe: nothing to install, nothing listening."""

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--no-first-run",
    "--no-default-browser-check",
    "--mute-audio",
    "--remote-debugging-pipe",
)
ANSWER_S = 90.0


class BrowserError(Exception):
    """Chromium refused, or did not answer."""


class Chromium:
    """One browser with one page; use as a context manager."""

    def __init__(self, width: int = 1440, height: int = 900, *, phone: bool = False) -> None:
        self._size = (width, height, phone)
        self._made = 0
        self._buffer = b""
        self.console: list[str] = []

    def __enter__(self) -> "Chromium":
        self._folder = tempfile.mkdtemp(prefix="chromium-")
        to_child, self._write = os.pipe()
        self._read, from_child = os.pipe()

        def wire() -> None:
            # Chromium reads commands from descriptor 3 and answers on 4; copies first, as the numbers may overlap.
            taken, given = os.dup(to_child), os.dup(from_child)
            os.dup2(taken, 3)
            os.dup2(given, 4)

        self._process = subprocess.Popen(
            [str(CHROMIUM), *FLAGS, f"--user-data-dir={self._folder}", "about:blank"],
            preexec_fn=wire,
            close_fds=False,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_child)
        os.close(from_child)
        try:
            self._open_page()
        except BaseException:  # nobody else will end it, and its folder would stay
            self.__exit__()
            raise
        return self

    def _open_page(self) -> None:
        target = self._ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._session = self._ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        width, height, phone = self._size
        self.ask("Page.enable")
        self.ask("Runtime.enable")
        self.ask("Log.enable")
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 2 if phone else 1, "mobile": phone},
        )

    def __exit__(self, *_: object) -> None:
        os.close(self._write)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        with contextlib.suppress(ProcessLookupError):  # those it started may outlive it and write into its folder
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._read)
        shutil.rmtree(self._folder, ignore_errors=True)

    def ask(self, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        """One command to the page."""
        return self._ask(method, parameters, self._session)

    def go(self, url: str, until: str = "document.readyState === 'complete'") -> None:
        """Open an address and wait for the new page: the old one is complete too, and may stay for a while."""
        self.run("window.isLeft = true")
        answer = self.ask("Page.navigate", {"url": url})
        there = "!window.isLeft" if "loaderId" in answer else "true"  # within one page there is no new one
        self.until(f"location.href !== 'about:blank' && {there} && {until}")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        parameters = {"expression": script, "returnByValue": True, "awaitPromise": True}
        answer = self.ask("Runtime.evaluate", parameters)
        if "exceptionDetails" in answer:
            raise BrowserError(json.dumps(answer["exceptionDetails"])[:600])
        return answer["result"].get("value")

    def until(self, script: str, timeout_s: float = 60.0) -> None:
        """Wait until an expression in the page is true."""
        deadline_s = time.monotonic() + timeout_s
        while time.monotonic() < deadline_s:
            try:
                if self.run(f"Boolean({script})"):
                    return
            except BrowserError:
                pass  # the page is being changed under our feet
            time.sleep(0.05)
        raise BrowserError(f"never became true: {script}")

    def text(self, selector: str = "body") -> str:
        """What can be read there."""
        return str(self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """A PNG of the window, or of the whole page."""
        data = self.ask("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": whole})["data"]
        path.write_bytes(base64.b64decode(data))

    def cookie(self, url: str, name: str, value: str) -> None:
        """Give the browser a cookie."""
        self.ask("Network.setCookie", {"url": url, "name": name, "value": value})

    def _ask(self, method: str, parameters: dict[str, Any] | None = None, session: str = "") -> dict[str, Any]:
        self._made += 1
        message = {"id": self._made, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            told = self._hear()
            if told.get("id") == self._made:
                if "error" in told:
                    raise BrowserError(f"{method}: {told['error'].get('message')}")
                return dict(told["result"])
            self._note(told)

    def _note(self, told: dict[str, Any]) -> None:
        if told.get("method") == "Runtime.exceptionThrown":
            details = told["params"]["exceptionDetails"]
            self.console.append(details.get("exception", {}).get("description") or details.get("text", ""))
        elif told.get("method") == "Log.entryAdded":
            entry = told["params"]["entry"]
            if entry["level"] in ("error", "warning"):
                self.console.append(f"{entry['text']} {entry.get('url', '')}")

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], ANSWER_S)
            data = os.read(self._read, 1 << 16) if ready else b""
            if not data:
                raise BrowserError("Chromium does not answer")
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(line))
