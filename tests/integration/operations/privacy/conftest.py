"""Fixtures shared by the tests of export and erasure."""

from collections.abc import Sequence

import pytest

from pickvs.core import storage
from tests.support.accounts import set_sign_in_limits


@pytest.fixture(autouse=True)
def _sign_in_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    set_sign_in_limits(monkeypatch)


@pytest.fixture(autouse=True)
def deleted_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of users' files that were deleted, instead of a bucket."""
    deleted: list[str] = []

    def delete(bucket: str, keys: Sequence[str]) -> None:
        assert bucket == "uploads"
        deleted.extend(keys)

    monkeypatch.setenv("UPLOADS_BUCKET", "uploads")
    monkeypatch.setattr(storage, "delete", delete)
    return deleted
