"""The command line, as an engineer uses it: no AWS account, no Docker, and nothing built twice."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.infra.assembly import ROOT, read

pytestmark = pytest.mark.xdist_group("infra")


@pytest.fixture
def clone(checkout: Path) -> Path:
    """Another checkout, with the tools of this one."""
    for name in (".venv", ".uv", "node_modules"):
        (checkout / name).symlink_to(ROOT / name)
    return checkout


def _cdk(*arguments: str, clone: Path) -> subprocess.CompletedProcess[str]:
    """Run the CDK's command line with no credentials and no Docker to be found."""
    tools = [ROOT / ".venv" / "bin", ROOT / "node_modules" / ".bin", "/usr/bin", "/bin"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    return subprocess.run(
        ["cdk", *arguments],
        cwd=clone,
        env={
            **kept,
            "PATH": os.pathsep.join(map(str, tools)),
            "CDK_DOCKER": "there-is-no-docker",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(clone / "no-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(clone / "no-credentials"),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_synth_needs_no_account_and_builds_once(clone: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = _cdk("synth", "--quiet", "-c", "stage=dev", "-o", str(out), clone=clone)
    assert first.returncode == 0, first.stderr
    written = read("dev", out)
    assert set(written.templates) == {"data", "schema", "api", "ingestion", "operations", "recovery", "rotation"}
    for path in out.glob("*.json"):
        assert not [folder for folder in (ROOT, clone) if f"{folder}/" in path.read_text()], path.name
    for resource in written.resources("AWS::Lambda::Function", "AWS::Lambda::LayerVersion"):
        assert (out / resource.body["Metadata"]["aws:asset:path"]).is_dir()
    layers = {
        resource.body["Metadata"]["aws:asset:path"] for resource in written.resources("AWS::Lambda::LayerVersion")
    }
    assert [(out / layer / "python" / "pickvs" / "py.typed").is_file() for layer in layers] == [True]

    second = _cdk("synth", "--quiet", "-c", "stage=dev", "-o", str(out), clone=clone)
    assert second.returncode == 0, second.stderr
    assert "arning" not in first.stderr
    assert "Bundling" in first.stderr
    assert "Bundling" not in second.stderr
    assert read("dev", out) == written


def test_an_unknown_stage_is_one_line(clone: Path, tmp_path: Path) -> None:
    answer = _cdk("synth", "--quiet", "-c", "stage=staging", "-o", str(tmp_path / "out"), clone=clone)
    assert answer.returncode != 0
    ours = [line for line in answer.stderr.splitlines() if "Subprocess exited" not in line]
    assert ours == ["pickvs: no stage is called 'staging'; use -c stage= with one of local, dev, prod"]


def test_packages_that_cannot_be_had_are_one_line(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    answer = _cdk("synth", "--quiet", "-c", "stage=dev", "-o", str(tmp_path / "out"), clone=clone)
    assert answer.returncode != 0
    assert "Traceback" not in answer.stderr
    (line,) = (line for line in answer.stderr.splitlines() if line.startswith("pickvs: "))
    assert line.startswith("pickvs: uv pip install failed: ")
