from collections.abc import Iterator

import pytest

from tests.support.ingestion import Surroundings, ingesting


@pytest.fixture
def around(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Surroundings]:
    """The ingestion functions' surroundings, with an empty database."""
    with ingesting(database, monkeypatch) as surroundings:
        yield surroundings
