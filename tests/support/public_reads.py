"""What holds for every public read: the same answer for all callers, kept for a while, not sent again to who has it."""

from collections.abc import Callable

from tests.support.gateway import Answer

type Ask = Callable[[dict[str, str]], Answer]
"""Asks once more for the same thing, with these headers."""


def is_kept(ask: Ask) -> None:
    """Assert that the answer may be cached, does not depend on who asks, and is asked for again by its tag."""
    first = ask({})
    assert first.status == 200, first.body
    assert first.headers["cache-control"].startswith("public, max-age=")
    assert ask({"Authorization": "Bearer whatever"}) == first, "the answer does not depend on who asks"
    again = ask({"If-None-Match": f'"another", {first.headers["etag"]}'})
    assert (again.status, again.body) == (304, None)
    assert {again.headers[header] == first.headers[header] for header in ("etag", "cache-control")} == {True}
