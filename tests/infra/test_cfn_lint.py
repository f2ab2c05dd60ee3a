import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.infra.assembly import ROOT, Assembly, Template

pytestmark = pytest.mark.xdist_group("infra")


def _lint(*templates: Path) -> subprocess.CompletedProcess[str]:
    """What CloudFormation's linter says of the templates: one line for each finding."""
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
    """All of one form; of the others those stacks that state something that no stack before them states.

    What differs in values alone is looked at with every form by the linter in the CDK (test_nag.py).
    """
    *others, largest = every
    known: set[object] = set()
    chosen: list[Path] = []
    for assembly in (largest, furnished, furnished_dev, *others):
        assert assembly.folder is not None
        for name, template in assembly.templates.items():
            stated = set(_stated(template))
            if assembly is largest or not stated <= known:
                chosen.append(assembly.folder / f"pickvs-{assembly.stage}-{name}.template.json")
                known |= stated
    assert len(largest.templates) < len(chosen) < 2 * len(largest.templates)
    # One that is wrong goes with them, so that a linter that finds nothing because it looks at nothing is found out.
    wrong = tmp_path / "wrong.template.json"
    wrong.write_text(chosen[1].read_text().replace('"TracingConfig"', '"TracingConfiguration"'))

    answer = _lint(*chosen, wrong)
    lines = answer.stdout.splitlines()
    assert [line for line in lines if not line.startswith(str(wrong))] == []
    assert any("TracingConfiguration" in line for line in lines), answer.stderr


def _stated(template: Template) -> Iterator[object]:
    """What a template states: the properties, down to the innermost, that each type of resource is given."""
    for part in ("Resources", "Outputs"):
        for body in template.get(part, {}).values():
            for path in _paths(body):
                yield body.get("Type", part), path


def _paths(value: Any) -> Iterator[str]:
    match value:
        # What a condition or a policy speaks of is a value, although it stands where properties do.
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
