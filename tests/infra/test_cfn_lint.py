import subprocess
from pathlib import Path

import pytest

from tests.infra.assembly import DEPLOYED, ROOT, Assemblies, Assembly

pytestmark = pytest.mark.xdist_group("infra")


def lint(*templates: Path) -> subprocess.CompletedProcess[str]:
    """What CloudFormation's linter says of the templates: one line for each finding."""
    return subprocess.run(
        [ROOT / ".venv" / "bin" / "cfn-lint", "--format", "parseable", *templates],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_cloudformation_would_take_the_templates(assembly_of: Assemblies, tmp_path: Path) -> None:
    written = [path for deployed in DEPLOYED for path in _templates(assembly_of(*deployed))]
    assert len(written) == 36
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
