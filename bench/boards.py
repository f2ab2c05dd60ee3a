"""Boards of up to 1,000,000 contestants: refreshed after a night, and read, the first page and the deepest."""

from contextlib import ExitStack

from bench import pages, standings
from bench.growth import AT_MOST_LINEAR, growth
from bench.table import Line
from pickvs.core import clock
from tests.support.databases import Databases

SIZES = (10_000, 100_000, 1_000_000)
"""Users."""


def measure(databases: Databases) -> list[Line]:
    """Time both at three sizes, pages in turn over all three; of the most users the median of the rounds counts."""
    refreshed: dict[int, standings.Taken] = {}
    asked: dict[int, pages.Asked] = {}
    urls: dict[int, str] = {}
    with ExitStack() as stack:
        for users in SIZES:
            urls[users] = url = stack.enter_context(databases.fresh())
            with databases.in_use(url), clock.held_at(standings.at()):
                standings.prepare(url, users)
                refreshed[users] = standings.measure(url, users)
                pages.gather(url)
                asked[users] = pages.asked(users)
        read = pages.measure(urls, asked)
    changed = {standings.changed_picks(users): taken.refresh for users, taken in refreshed.items()}
    return [
        *standings.lines(refreshed),
        growth("refresh, by picks changed", changed, AT_MOST_LINEAR),
        *pages.lines(read),
    ]
