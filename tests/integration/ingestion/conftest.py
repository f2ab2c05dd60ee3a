from collections.abc import Iterator

import pytest

from tests.support.ingestion import Surroundings, ingesting


@pytest.fixture
def around(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Surroundings]:
    """The environment of the ingestion functions, with an empty database."""
    with ingesting(database, monkeypatch) as surroundings:
        yield surroundings
