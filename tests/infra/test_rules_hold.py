"""Every house rule holds for all assemblies, and for stages with all optional settings."""

import pytest

from tests.infra.assembly import Assembly
from tests.infra.database_role_rules import DATABASE_ROLE_RULES
from tests.infra.house_rules import HOUSE_RULES, Rule
from tests.infra.network_rules import NETWORK_RULES
from tests.infra.release_rules import RELEASE_RULES
from tests.infra.resource_rules import RESOURCE_RULES
from tests.infra.watch_rules import WATCH_RULES
from tests.infra.wing_rules import WING_RULES

pytestmark = pytest.mark.xdist_group("infra")

RULES = (
    *HOUSE_RULES,
    *RESOURCE_RULES,
    *NETWORK_RULES,
    *DATABASE_ROLE_RULES,
    *RELEASE_RULES,
    *WATCH_RULES,
    *WING_RULES,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_holds(every: list[Assembly], rule: Rule) -> None:
    assert [f"{assembly}: {line}" for assembly in every for line in rule(assembly)] == []


def test_all_hold_for_what_a_stage_may_be_given(furnished: Assembly, furnished_dev: Assembly) -> None:
    """With a deploying repository, a domain, a web client, and an alarm address."""
    for assembly in (furnished, furnished_dev):
        assert "delivery" in assembly.templates
        assert {rule.__name__: lines for rule in RULES if (lines := list(rule(assembly)))} == {}


def test_no_rule_is_there_twice() -> None:
    assert len(RULES) == len({rule.__name__ for rule in RULES})
