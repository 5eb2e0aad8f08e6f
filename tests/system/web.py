"""A browser without a screen: JSON and forms over HTTP to the collector, with cookies of its own."""

import http.client
import json
import re
import urllib.parse
from dataclasses import dataclass
from typing import Any

TIMEOUT_S = 60.0
_TOKEN = re.compile(r'name="csrf"[^>]*?(?:value|content)="([^"]+)"')


@dataclass(frozen=True)
class Page:
    """An answer."""

    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)


class Browser:
    """One visitor of the web side; a ``wandering`` one comes from another address each time, past the rate limits."""

    def __init__(self, port: int, *, wandering: bool = False) -> None:
        self._port = port
        self._wandering = wandering
        self._asked = 0
        self._cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Page:
        """One request on a connection of its own."""
        self._asked += 1
        source = (f"127.1.{self._asked // 250}.{self._asked % 250 + 1}", 0) if self._wandering else None
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S, source_address=source)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._cookies:
            told.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self._cookies.items()))
        try:
            connection.request(method, path, body, told)
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        return Page(answer.status, {name.lower(): value for name, value in answer.getheaders()}, data)

    def get(self, path: str) -> Page:
        return self.ask("GET", path)

    def post(self, path: str, body: Any, **headers: str) -> Page:
        """A JSON body."""
        return self.ask("POST", path, json.dumps(body).encode(), Content_Type="application/json", **headers)

    def token(self, path: str) -> str:
        """The anti-forgery token of a page."""
        token = _TOKEN.search(self.get(path).data.decode())
        assert token is not None, f"{path} has no anti-forgery token"
        return token[1]

    def log_in(self, name: str, password: str) -> None:
        """Through the page's own form."""
        form = urllib.parse.urlencode({"csrf": self.token("/login"), "name": name, "password": password}).encode()
        answer = self.ask("POST", "/login", form, Content_Type="application/x-www-form-urlencoded")
        assert answer.status == 302, answer.data[:300]
