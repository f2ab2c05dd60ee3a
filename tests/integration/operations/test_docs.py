"""The OpenAPI document and the page to try it out, as served."""

import base64
import hashlib
import re
from html.parser import HTMLParser

from tests.support.functions import FUNCTIONS, load
from tests.support.gateway import LambdaContext, call, proxy_event


class Scripts(HTMLParser):
    """Collects the text of a page's scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.texts += [""] if tag == "script" else []

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.texts[-1] += data


DOCUMENT = FUNCTIONS.parent / "docs" / "openapi.json"


def test_the_document_is_the_repository_s_to_the_byte() -> None:
    answer = call("get_openapi", "GET", "/openapi.json")
    raw = load("api/get_openapi").app(proxy_event("GET", "/openapi.json"), LambdaContext())
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.body["paths"]["/openapi.json"]["get"]["operationId"] == "get_openapi"
    assert raw["body"] == DOCUMENT.read_text(encoding="utf-8")


def test_who_has_the_document_gets_it_once() -> None:
    tag = call("get_openapi", "GET", "/openapi.json").headers["etag"]
    again = call("get_openapi", "GET", "/openapi.json", headers={"If-None-Match": tag})
    assert (again.status, again.body) == (304, None)


def test_the_page_needs_no_other_host_and_runs_no_other_script() -> None:
    answer = call("get_docs", "GET", "/docs")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert not re.search(r"(?:src|href)=(?![\"']?data:)", answer.body[: answer.body.index("<script>")])
    assert not re.search(r"@import|url\((?![\"']?data:)", answer.body[: answer.body.index("<script>")])
    page = Scripts()
    page.feed(answer.body)
    library, start = page.texts
    digests = [hashlib.sha256(each.encode()).digest() for each in (library, start)]
    assert policy["script-src"] == " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    assert 'url: "openapi.json"' in start
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["strict-transport-security"].startswith("max-age=")
