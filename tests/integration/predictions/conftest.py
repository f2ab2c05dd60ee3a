"""Sources of statistics in memory."""

import pytest

from pickvs.core import storage
from tests.support.contest import Contest
from tests.support.statistics import World


@pytest.fixture
def world(contest: Contest, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("RAW_ANSWERS_BUCKET", "raw")
    monkeypatch.setattr(storage, "keep", lambda *_, **__: None)
    return World(contest)
