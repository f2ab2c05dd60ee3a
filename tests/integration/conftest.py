"""Fixtures shared by the tests that use the real database."""

from collections.abc import Iterator

import pytest

from tests.support.contest import Contest


@pytest.fixture
def contest(database: str) -> Iterator[Contest]:
    """An empty database. Tests add facts one at a time."""
    made = Contest(database)
    yield made
    made.close()
