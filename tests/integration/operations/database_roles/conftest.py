from collections.abc import Iterator

import pytest

from tests.support.databases import Databases
from tests.support.stage_secrets import StageSecrets, stage


@pytest.fixture
def deployment(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[StageSecrets]:
    """A stage before its first deployment."""
    with stage(databases, monkeypatch) as made:
        yield made
