import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infra.assembly import ROOT, Assembly

pytestmark = pytest.mark.xdist_group("infra")


def lint(*templates: Path) -> subprocess.CompletedProcess[str]:
    """What CloudFormation's linter says of the templates: one line for each finding."""
    return subprocess.run(
        [ROOT / ".venv" / "bin" / "cfn-lint", "--format", "parseable", *templates],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_cloudformation_would_take_the_templates(assembly_of: Callable[[str], Assembly], tmp_path: Path) -> None:
    written = [path for stage in ("dev", "prod") for path in _templates(assembly_of(stage))]
    assert len(written) == 14
    # One that is wrong goes with them, so that a linter that finds nothing because it looks at nothing is found out.
    wrong = tmp_path / "wrong.template.json"
    wrong.write_text(written[-1].read_text().replace('"TracingConfig"', '"TracingConfiguration"'))

    answer = lint(*written, wrong)
    lines = answer.stdout.splitlines()
    assert [line for line in lines if not line.startswith(str(wrong))] == []
    assert any("TracingConfiguration" in line for line in lines), answer.stderr


def _templates(assembly: Assembly) -> list[Path]:
    assert assembly.folder is not None
    return sorted(assembly.folder.glob("*.template.json"))
