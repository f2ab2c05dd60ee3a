"""Bodies that are files: they arrive byte for byte, or are refused with the matching status."""

import base64
from typing import Annotated

import pytest

from pickvs.http.app import App, create_app
from pickvs.http.parameters import File
from tests.support.gateway import LambdaContext, proxy_event

CSV = {"Content-Type": "text/csv; charset=windows-1252"}


@pytest.fixture(scope="module")
def app() -> App:
    made = create_app()

    @made.post("/files")
    def put_file(content: Annotated[bytes, File(media_type="text/csv", most_bytes=10)] = b"none") -> dict[str, object]:
        return {"hex": content.hex()}

    return made


@pytest.fixture(scope="module")
def needing() -> App:
    made = create_app()

    @made.post("/files")
    def put_file(content: Annotated[bytes, File(media_type="text/csv", most_bytes=10)]) -> dict[str, object]:
        return {"hex": content.hex()}

    return made


def answer(app: App, content: bytes, headers: dict[str, str], *, is_base64: bool = True) -> tuple[int, str]:
    event = proxy_event("POST", "/files", headers=headers)
    event["body"] = (base64.b64encode(content).decode() if is_base64 else content.decode()) or None
    event["isBase64Encoded"] = is_base64
    found = app(event, LambdaContext())
    return found["statusCode"], found["body"]


@pytest.mark.parametrize("content", [b"a,b\r\n", b"\xff\xfe\x00\x80", b"x" * 10])
def test_bytes_arrive_as_they_were_sent(app: App, content: bytes) -> None:
    assert answer(app, content, CSV) == (200, f'{{"hex":"{content.hex()}"}}')


def test_bytes_of_no_known_type_are_the_file(app: App) -> None:
    sent = {"Content-Type": "application/octet-stream"}
    assert answer(app, b"\xffa", sent)[1] == '{"hex":"ff61"}'


def test_text_arrives_where_the_gateway_sends_text(app: App) -> None:
    assert answer(app, "ö,b".encode(), CSV, is_base64=False)[1] == f'{{"hex":"{"ö,b".encode().hex()}"}}'


def test_a_large_file_is_413(app: App) -> None:
    assert answer(app, b"x" * 11, CSV)[0] == answer(app, b"x" * 11, CSV, is_base64=False)[0] == 413


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/json"}, {"Content-Type": "text/csvs"}])
def test_another_media_type_is_415(app: App, headers: dict[str, str]) -> None:
    status, body = answer(app, b"a", headers)
    assert (status, '"field":"Content-Type"' in body) == (415, True)


def test_a_file_may_be_left_out_where_it_has_a_default(app: App, needing: App) -> None:
    assert answer(app, b"", {}) == (200, '{"hex":"6e6f6e65"}')
    status, body = answer(needing, b"", {})
    assert (status, '"field":"body"' in body) == (422, True)


def test_what_the_gateway_garbled_is_400(app: App) -> None:
    event = proxy_event("POST", "/files", headers=CSV)
    event |= {"body": "no base64!", "isBase64Encoded": True}
    assert app(event, LambdaContext())["statusCode"] == 400
