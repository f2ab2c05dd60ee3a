"""Unit tests use no network. Opening a socket or a database connection fails."""

import socket
from collections.abc import Iterator
from typing import NoReturn

import psycopg
import pytest


def _refuse(*_: object, **__: object) -> NoReturn:
    raise AssertionError("a unit test wanted the network")


@pytest.fixture(autouse=True, scope="module")
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for way_out in ("connect", "connect_ex", "bind", "sendto"):
            patch.setattr(socket.socket, way_out, _refuse)
        patch.setattr(socket, "getaddrinfo", _refuse)
        patch.setattr(psycopg, "connect", _refuse)
        patch.setattr(psycopg.Connection, "connect", _refuse)
        yield
