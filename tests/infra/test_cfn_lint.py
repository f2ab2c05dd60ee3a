import json
import re
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
    """Lint each form of a resource once: of all templates, what sets properties that no larger template sets.

    The CDK's own linter (test_nag.py) checks those that differ in values only.
    """
    templates = {
        f"{assembly}-{number}-{name}": template
        for number, assembly in enumerate((furnished, furnished_dev, *reversed(every)))
        for name, template in assembly.templates.items()
    }
    known: set[object] = set()
    chosen: list[Path] = []
    for name, template in sorted(templates.items(), key=lambda each: -len(set(_stated(each[1])))):
        if new := _first_of_each_form(template, known):
            chosen.append(tmp_path / f"{name}.template.json")
            chosen[-1].write_text(json.dumps(_part(template, new)))
    assert known == {each for template in templates.values() for each in _stated(template)}
    assert len(chosen) > 8
    # An invalid template is linted with them, to prove that the linter reads its input.
    wrong = tmp_path / "wrong.template.json"
    wrong.write_text(chosen[1].read_text().replace('"TracingConfig"', '"TracingConfiguration"'))

    answer = _lint(*chosen, wrong)
    lines = answer.stdout.splitlines()
    assert [line for line in lines if not line.startswith(str(wrong))] == []
    assert any("TracingConfiguration" in line for line in lines), answer.stderr


def _first_of_each_form(template: Template, known: set[object]) -> set[str]:
    """Return the resources and outputs that state what is not yet `known`, and add it there."""
    found = set()
    for part in ("Resources", "Outputs"):
        for name, body in template.get(part, {}).items():
            states = set(_stated({part: {name: body}}))
            if not states <= known:
                known |= states
                found.add(name)
    return found


def _part(template: Template, names: set[str]) -> Template:
    """Return the template with these resources and outputs, and the resources that they need."""
    resources: dict[str, Any] = template["Resources"]
    outputs = {name: body for name, body in template.get("Outputs", {}).items() if name in names}
    # A function that starts from a snapshot needs a version, which refers to it.
    versions = {name: _referred(body) for name, body in resources.items() if body["Type"] == "AWS::Lambda::Version"}
    kept: set[str] = set()
    needed = (names | _referred(outputs)) & resources.keys()
    while needed > kept:
        kept = needed
        referred = set().union(*(_referred(resources[name]) for name in kept)) & resources.keys()
        needed = kept | referred | {name for name, function in versions.items() if function & kept}
    part = {**template, "Resources": {name: resources[name] for name in sorted(kept)}, "Outputs": outputs}
    return {name: each for name, each in part.items() if each}


def _referred(value: Any) -> set[str]:
    """Return every text in a value: the ids that it refers to are among them."""
    match value:
        case str():
            return {value, *re.findall(r"\$\{(\w+)", value)}
        case dict():
            return set().union(*map(_referred, value.values()))
        case list():
            return set().union(*map(_referred, value))
    return set()


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
