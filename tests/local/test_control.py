"""The control endpoint does nothing for who does not have its token."""

import http.client
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from local.control import ControlServer
from local.functions import Functions
from local.rotations import Rotations
from local.state import Control


class Rotated:
    """Stands in for the rotations, and keeps the names of what was to be rotated."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.names = ["signing-keys"]

    def rotate(self, name: str) -> Any:
        self.asked.append(name)


@pytest.fixture
def rotated() -> Rotated:
    return Rotated()


@pytest.fixture
def control(rotated: Rotated) -> Iterator[Control]:
    server = ControlServer(Functions([]), cast("Rotations", rotated))
    server.start()
    yield server.control("http://127.0.0.1:8000")
    server.stop()


def status(control: Control, **headers: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(control.url).netloc, timeout=5)
    try:
        connection.request("POST", "/secrets/signing-keys", headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_only_the_token_opens_it(control: Control, rotated: Rotated) -> None:
    refused = ["", "Bearer ", f"Bearer {control.token[:-1]}", f"Bearer {control.token}x", control.token]
    assert [status(control, Authorization=credentials) for credentials in refused] == [401] * len(refused)
    assert status(control) == 401
    assert rotated.asked == []
    assert status(control, Authorization=f"Bearer {control.token}") == 404
    assert rotated.asked == ["signing-keys"]
