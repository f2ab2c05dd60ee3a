import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.infra.assembly import ROOT, Assembly, Template

pytestmark = pytest.mark.xdist_group("infra")


def _lint(*templates: Path) -> subprocess.CompletedProcess[str]:
    """Run CloudFormation's linter on the templates. Its output has one line for each finding."""
    return subprocess.run(
        [ROOT / ".venv" / "bin" / "cfn-lint", "--format", "parseable", *templates],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_cloudformation_would_take_the_templates(
    every: list[Assembly], furnished: Assembly, furnished_dev: Assembly, tmp_path: Path
) -> None:
    """Lint the stacks that set properties which no larger stack sets.

    The CDK's own linter (test_nag.py) checks those that differ in values only.
    """
    stated = {
        assembly.folder / f"pickvs-{assembly.stage}-{name}.template.json": set(_stated(template))
        for assembly in (furnished, furnished_dev, *reversed(every))
        for name, template in assembly.templates.items()
        if assembly.folder is not None
    }
    known: set[object] = set()
    chosen: list[Path] = []
    for path, states in sorted(stated.items(), key=lambda each: -len(each[1])):
        if not states <= known:
            chosen.append(path)
            known |= states
    assert known == set().union(*stated.values())
    assert len(chosen) > 8
    # An invalid template is linted with them, to prove that the linter reads its input.
    wrong = tmp_path / "wrong.template.json"
    wrong.write_text(chosen[1].read_text().replace('"TracingConfig"', '"TracingConfiguration"'))

    answer = _lint(*chosen, wrong)
    lines = answer.stdout.splitlines()
    assert [line for line in lines if not line.startswith(str(wrong))] == []
    assert any("TracingConfiguration" in line for line in lines), answer.stderr


def _stated(template: Template) -> Iterator[object]:
    """Yield the paths of all properties, including nested ones, that a template sets for each resource type."""
    for part in ("Resources", "Outputs"):
        for body in template.get(part, {}).values():
            for path in _paths(body):
                yield body.get("Type", part), path


def _paths(value: Any) -> Iterator[str]:
    match value:
        # The keys of a condition or a policy are values, although they look like properties.
        case dict() if not any("::" in key or ":" in key for key in value):
            for key, each in value.items():
                yield key
                yield from (f"{key}/{path}" for path in _paths(each))
        case list():
            for each in value:
                yield from _paths(each)


def test_what_a_stack_states_is_told_apart() -> None:
    plain = {"Resources": {"A": {"Type": "T", "Properties": {"Name": "a", "Tags": [{"Key": "k"}]}}}}
    named = json.loads(json.dumps(plain).replace('"a"', '"b"'))
    assert set(_stated(plain)) == set(_stated(named))
    named["Resources"]["A"]["Properties"]["Tags"][0]["Value"] = "v"
    assert set(_stated(named)) - set(_stated(plain)) == {("T", "Properties/Tags/Value")}
