import pytest

from tests.support.administration import make_admin
from tests.support.contest import Contest
from tests.support.picking import set_pick_rules


@pytest.fixture
def admin(contest: Contest, database: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The id of an administrator, where picks can be submitted as well."""
    set_pick_rules(monkeypatch)
    return make_admin(contest, database)
