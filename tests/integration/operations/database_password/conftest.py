from collections.abc import Iterator

import pytest

from local.assembly import REGION
from pickvs.core import database as core_database
from pickvs.core import redaction
from tests.support.databases import Databases
from tests.support.password_rotation import PasswordRotation
from tests.support.secrets_manager import in_memory


@pytest.fixture
def rotation(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[PasswordRotation]:
    """A database whose user's password is in an in-memory Secrets Manager, from which the functions read it."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("SECRETS_CACHE_SECONDS", "300")
    monkeypatch.setenv("DATABASE_TLS", "off")
    monkeypatch.setattr(redaction, "_hidden", set())
    monkeypatch.setattr(core_database, "_known", None)
    core_database.close()
    with in_memory(monkeypatch), databases.fresh() as url:
        made = PasswordRotation(url)
        monkeypatch.setenv("DATABASE_SECRET_ARN", made.arn)
        yield made
        core_database.close()
        made.remove()
