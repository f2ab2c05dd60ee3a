"""Room for more endpoints: CloudFormation allows 500 resources in a stack, and we keep some free."""

from dataclasses import replace
from pathlib import Path

import pytest

from cdk.config import stage_config
from cdk.layers import Layer
from cdk.routes import WINGS
from cdk.routes.model import READS, Auth, Database, Endpoint, Wing
from cdk.routes.shared_paths import misplaced
from cdk.settings.pick_rules import PickRules
from tests.infra.assembly import Assembly, synthesise
from tests.infra.conftest import ORIGIN
from tests.infra.house_rules import HOUSE_RULES, MAX_RESOURCES
from tests.infra.resource_rules import routes_are_those_of
from tests.infra.wing_rules import WING_RULES

pytestmark = pytest.mark.xdist_group("infra")

MOST_ENDPOINTS = 45
"""Maximum number of endpoints in a wing. A larger wing is split into two tables, and so two stacks."""


def _generated(name: str, count: int) -> Wing:
    """Return a wing whose endpoints have separate paths. A third are below a shared path, and a third are gradual."""
    return Wing(
        name=name,
        segments=(name,),
        endpoints=tuple(
            Endpoint(
                name=f"{name}_{number}",
                method="POST",
                path=f"/teams/{{team_id}}/{name}-{number}" if number % 3 == 1 else f"/{name}/things-{number}",
                auth=Auth.USER,
                throttle=READS,
                database=Database.WRITER,
                settings=(PickRules,),
                layers=(Layer.NUMERIC,) if number == 0 else (),
                gradual=number % 3 == 0,
            )
            for number in range(count)
        ),
    )


def test_every_stack_of_prod_has_room(every: list[Assembly], furnished: Assembly) -> None:
    """In both database modes, and with all optional settings."""
    counts = {
        f"{assembly} {stack}": len(template["Resources"])
        for assembly in (*every, furnished)
        for stack, template in assembly.templates.items()
    }
    assert {stack: count for stack, count in counts.items() if count >= MAX_RESOURCES} == {}
    assert len([stack for stack in counts if stack.startswith("prod-")]) > 2 * (len(WINGS) + 2)


def test_a_wing_is_added_by_its_table_and_its_files_alone(checkout: Path, tmp_path: Path) -> None:
    """Wings of 40 and of the maximum number of endpoints, with preflights, in the database's network.

    Beside one wing of PickVs: wings do not depend on each other (test_wings.py).
    """
    new = (_generated("forty", 40), _generated("most", MOST_ENDPOINTS))
    assert misplaced((*WINGS, *new)) == []
    wings = (*WINGS[:1], *new)
    for wing in new:
        folder = checkout / "functions" / "api" / wing.name
        folder.mkdir()
        for endpoint in wing.endpoints:
            (folder / f"{endpoint.name}.py").write_text(f'"""{endpoint.method} {endpoint.path}"""\n')
    prod = stage_config("prod", database="aurora")
    assembly = synthesise(replace(prod, edge=replace(prod.edge, web_origin=ORIGIN)), tmp_path / "out", checkout, wings)
    assert {"api-forty", "api-most"} <= set(assembly.templates)
    assert len(list(assembly.resources("AWS::Lambda::Alias", stack="api-most"))) == MOST_ENDPOINTS / 3
    assert len(list(assembly.resources("AWS::Lambda::LayerVersion", stack="api-most"))) == 2
    counts = {stack: len(template["Resources"]) for stack, template in assembly.templates.items()}
    assert max(counts.values()) == counts["api-most"]
    assert counts["api-forty"] < counts["api-most"] < MAX_RESOURCES
    # Throttles are settings of the stage in front, so endpoints add no resources there.
    assert counts["front"] < 10
    assert counts["gateway"] < 60
    assert [line for rule in (*HOUSE_RULES, *WING_RULES) for line in rule(assembly)] == []
    assert list(routes_are_those_of(wings, assembly)) == []
