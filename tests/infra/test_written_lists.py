"""What roles may do is in a written list, with reasons; so are retentions, time limits, retries and schedules."""

import pytest

from tests.infra.assembly import Assemblies, Assembly
from tests.infra.written_lists import FOLDER, FURNISHED, LISTS, MISSING, NAMES, Facts, entries, text_of, written

_HOW_TO_UPDATE = "If it is meant so: `make deployment-facts`, write why, and let somebody read the difference."


@pytest.fixture
def stage(request: pytest.FixtureRequest, assembly_of: Assemblies) -> Assembly:
    name = request.node.callspec.params["name"]
    return request.getfixturevalue("furnished") if name == FURNISHED else assembly_of(*name.split("-"))


def difference(expected: Facts, found: Facts) -> list[str]:
    before, after = ({(said, who) for said, of in facts.items() for who in of} for facts in (expected, found))
    lines = [f"- {who}: {said}" for said, who in before - after] + [f"+ {who}: {said}" for said, who in after - before]
    return sorted(lines, key=lambda line: line[2:])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", LISTS)
def test_the_deployment_is_what_the_written_list_says(stage: Assembly, kind: str, name: str) -> None:
    if lines := difference(written(kind, name), LISTS[kind](stage)):
        said = "\n".join(lines)
        pytest.fail(f"the {kind} of {name} differ from tests/infra/written:\n{said}\n\n{_HOW_TO_UPDATE}", pytrace=False)


def test_each_statement_says_what_it_is_for() -> None:
    assert [each["says"] for each in entries("permissions") if str(each.get("why", "")).strip() in {"", MISSING}] == []


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_is_as_the_command_writes_it(kind: str) -> None:
    """Otherwise the next who uses the command changes lines that are not theirs."""
    assert text_of(kind, {name: written(kind, name) for name in NAMES}) == (FOLDER / f"{kind}.toml").read_text("utf-8")


def test_a_difference_is_said_in_lines() -> None:
    assert difference({"Allow a": {"x", "y"}}, {"Allow a": {"x"}, "Allow b": {"z"}}) == ["- y: Allow a", "+ z: Allow b"]
