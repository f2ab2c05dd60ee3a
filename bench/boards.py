"""Benchmarks boards of up to 1,000,000 users: the refresh after a night, and reading the first and the deepest page."""

from contextlib import ExitStack

from bench import pages, standings
from bench.growth import AT_MOST_LINEAR, growth
from bench.table import Line
from pickvs.core import clock
from tests.support.databases import Databases

SIZES = (10_000, 100_000, 1_000_000)
"""Numbers of users."""


def measure(databases: Databases) -> list[Line]:
    """Time the refresh and the pages at three sizes. The reported figures are medians at the largest size."""
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
