"""What the tests on the real database have in common."""

from collections.abc import Iterator

import pytest

from tests.support.contest import Contest


@pytest.fixture
def contest(database: str) -> Iterator[Contest]:
    """An empty database, to be filled fact by fact."""
    made = Contest(database)
    yield made
    made.close()
