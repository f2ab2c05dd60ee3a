import pytest

from tests.support.administration import make_admin
from tests.support.contest import Contest


@pytest.fixture
def admin(contest: Contest, database: str) -> int:
    """The id of an administrator."""
    return make_admin(contest, database)
