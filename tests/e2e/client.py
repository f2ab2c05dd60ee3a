"""A client of the HTTP API that knows only its address."""

import json
from dataclasses import dataclass
from typing import Any

import urllib3

from tests.support.gateway import Answer

_POOL = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=40), retries=False)


PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Client:
    """Sends requests to `base` (…/api), with `token` if there is one."""

    base: str
    token: str | None = None

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        sent = {"Content-Type": "application/json"} if body is not None or raw is not None else {}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        content = raw if raw is not None else None if body is None else json.dumps(body).encode()
        response = _POOL.request(method, self.base + path, body=content, headers=sent | (headers or {}))
        lowered = {name.lower(): value for name, value in response.headers.items()}
        text = response.data.decode()
        is_json = "json" in lowered.get("content-type", "json")
        return Answer(response.status, lowered, text if not is_json else json.loads(text) if text else None)

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, body: Any) -> Answer:
        return self.send("POST", path, body=body)

    def make_key(self, *scopes: str, name: str = "a program") -> dict[str, Any]:
        """Return a new API key of this user."""
        made = self.post("/api-keys", {"name": name, "scopes": list(scopes), "password": PASSWORD})
        assert made.status == 201, made.body
        return dict(made.body)

    def register(self, name: str) -> "Client":
        """Return a client of a new user."""
        answer = self.post("/auth/register", {"username": name, "email": f"{name}@example.com", "password": PASSWORD})
        assert answer.status == 201, answer.body
        return Client(self.base, answer.body["token"])
