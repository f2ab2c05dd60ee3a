"""`cdk synth` on the command line needs no AWS account and no Docker, and builds nothing twice."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aws_cdk
import pytest

import app
from cdk.errors import DeploymentError
from cdk.layers import Layer
from cdk.packages import find_uv
from tests.infra.assembly import ROOT, read
from tests.infra.conftest import copy_sources
from tests.infra.test_stages import STACKS

pytestmark = pytest.mark.xdist_group("synth")


@pytest.fixture
def another_clone(sources: Path, tmp_path: Path) -> Path:
    """Another engineer's clone: in another place, with other timestamps and with private files."""
    clone = tmp_path / "home" / "somebody" / "else" / "works" / "here"
    clone.mkdir(parents=True)
    copy_sources(sources, clone)
    for path in [clone, *clone.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (0, 0))
    _link_tools(clone)
    return clone


def _link_tools(clone: Path) -> None:
    for name in (".venv", ".uv", "node_modules"):
        (clone / name).symlink_to(ROOT / name)


@pytest.fixture
def another_user(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of another user, who has already downloaded the same packages."""
    home = tmp_path / "home" / "somebody"
    home.mkdir(parents=True, exist_ok=True)
    cache = subprocess.run([find_uv(ROOT), "cache", "dir"], capture_output=True, text=True, timeout=10, check=True)
    return {
        "HOME": str(home),
        "USER": "somebody",
        "LOGNAME": "somebody",
        # Short, because sockets are created there and their paths are limited in length.
        "TMPDIR": str(tmp_path_factory.mktemp("t t")),
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "4711",
        "UV_CACHE_DIR": cache.stdout.strip(),
        # Likewise for jsii's cache of the CDK. If the cache is elsewhere, jsii only unpacks again.
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(Path.home() / ".cache" / "aws" / "jsii" / "package-cache"),
    }


def _cdk(
    *arguments: str, clone: Path, user: Mapping[str, str] | None = None, umask: int = -1
) -> subprocess.CompletedProcess[str]:
    """Run the CDK's command line without credentials and without Docker."""
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
            **(user or {}),
        },
        umask=umask,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@dataclass(frozen=True)
class Synthesis:
    """The result of synthesising a clone, and the output of the command line."""

    clone: Path
    out: Path
    said: str


ASKED = ("synth", "--quiet", "-c", "stage=prod", "-c", "database=aurora", "-o")
UNSEEN = {"CDK_VALIDATION": "false"}
"""Setting that skips the CDK's validation, which test_nag.py has."""


@pytest.fixture(scope="module")
def synthesis(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """The largest deployment, synthesised once."""
    folder = tmp_path_factory.mktemp("synthesis")
    clone, out = copy_sources(sources, folder / "checkout"), folder / "out"
    _link_tools(clone)
    answer = _cdk(*ASKED, str(out), clone=clone, user=UNSEEN)
    assert answer.returncode == 0, answer.stderr
    return Synthesis(clone, out, answer.stderr)


def test_synth_needs_no_account(synthesis: Synthesis) -> None:
    out = synthesis.out
    written = read("prod", out)
    assert set(written.templates) == STACKS
    for path in out.glob("*.json"):
        assert not [each for each in (ROOT, synthesis.clone) if f"{each}/" in path.read_text()], path.name
    for resource in written.resources("AWS::Lambda::Function", "AWS::Lambda::LayerVersion"):
        assert (out / resource.body["Metadata"]["aws:asset:path"]).is_dir()
    layers = {
        resource.body["Metadata"]["aws:asset:path"] for resource in written.resources("AWS::Lambda::LayerVersion")
    }
    ours = [layer for layer in layers if (out / layer / "python" / "pickvs" / "py.typed").is_file()]
    assert (len(ours), len(layers)) == (1, len(Layer))
    assert "arning" not in synthesis.said
    # The CDK may query an account for its zones, and cache the result in a file.
    assert list(written.resources("AWS::RDS::DBCluster"))
    assert "missing" not in json.loads((out / "manifest.json").read_text())
    assert not (synthesis.clone / "cdk.context.json").exists()


def test_nothing_is_built_twice(synthesis: Synthesis) -> None:
    before = _written(synthesis.out)
    again = _cdk(*ASKED, str(synthesis.out), clone=synthesis.clone, user=UNSEEN)
    assert again.returncode == 0, again.stderr
    assert "Bundling" in synthesis.said
    assert "Bundling" not in again.stderr
    assert _written(synthesis.out) == before


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["synth", "STAGE=prod"], "cdk synth --ci --quiet -c stage=prod -o cdk.out/prod"),
        (
            ["synth", "STAGE=prod", "DATABASE=aurora"],
            "cdk synth --ci --quiet -c stage=prod -c database=aurora -o cdk.out/prod-aurora",
        ),
        (["cost", "STAGE=dev", "DATABASE=aurora"], "python -m tools.cost cdk.out/dev-aurora"),
        (
            ["cdk.out/dev-aurora/manifest.json"],
            "cdk synth --ci --quiet -c stage=dev -c database=aurora -o cdk.out/dev-aurora",
        ),
    ],
)
def test_another_database_is_written_to_another_folder(words: list[str], command: str) -> None:
    assert f"{command} " in " ".join(f"{_make(*words).stdout} ".split()) + " "


def test_no_word_on_the_command_line_and_no_shell_replaces_a_database() -> None:
    """Otherwise a second deployment without the option would remove the database."""
    asked = _make("deploy", "STAGE=dev", "DATABASE=aurora")
    assert asked.returncode != 0
    assert "which database a stage has is written in cdk/config.py" in asked.stderr
    assert "database=" not in _make("deploy", "STAGE=dev", DATABASE="aurora").stdout


def _make(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Return the commands that make would run."""
    return subprocess.run(
        ["make", "--dry-run", "--always-make", "--old-file=.venv/.ready", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _written(out: Path) -> dict[str, tuple[int, str]]:
    """Return the deployed files by name: mode and hash of each asset file, and the templates that refer to them."""
    return {
        path.relative_to(out).as_posix(): (
            path.stat().st_mode if path.parent != out else 0,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in out.rglob("*")
        # The CDK's metadata of its run, with local paths. Deployment does not read it.
        if path.is_file() and not path.name.endswith(".metadata.json") and path.name != "validation-report.json"
    }


def test_two_clones_give_the_same_deployment_to_the_byte(
    synthesis: Synthesis, another_clone: Path, another_user: dict[str, str], tmp_path: Path
) -> None:
    there = tmp_path / "deeper" / "down" / "out"
    answer = _cdk(*ASKED, str(there), clone=another_clone, user=another_user | UNSEEN, umask=0o077)
    assert answer.returncode == 0, answer.stderr
    assert "Bundling" in answer.stderr
    first, second = _written(synthesis.out), _written(there)
    assert [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)] == []
    assert {path.name for path in there.glob("*.assets.json")} == {
        f"pickvs-prod-{stack}.assets.json" for stack in read("prod", there).templates
    }


def _python(*arguments: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in `folder`, as the CDK's command line does."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": os.pathsep.join((str(ROOT / ".uv" / "bin"), os.environ["PATH"])), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_an_unknown_stage_is_one_line(sources: Path, tmp_path: Path) -> None:
    asked = {"CDK_OUTDIR": str(tmp_path / "out"), "CDK_CONTEXT_JSON": json.dumps({"stage": "staging"})}
    answer = _python("app.py", folder=sources, **asked)
    assert answer.returncode != 0
    assert answer.stderr == "pickvs: no stage is called 'staging'; use -c stage= with one of local, dev, prod\n"


def test_an_unknown_database_is_one_line_too(sources: Path) -> None:
    with pytest.raises(
        DeploymentError, match=r"^dev has no database 'oracle'; use -c database= with one of neon, aurora$"
    ):
        app.build(aws_cdk.App(context={"database": "oracle"}), sources)


ONE_LAYER = """
from pathlib import Path
import aws_cdk
from cdk.config import stage_config
from cdk.constructs.packaged_layer import PackagedLayer
from cdk.layers import Layer

stack = aws_cdk.Stack(aws_cdk.App(), "one")
PackagedLayer(stack, "Layer", layer=Layer.COMMON, config=stage_config("dev"), root=Path.cwd(), digests={})
"""
"""An app that asks for the packages of one layer."""


def test_packages_that_cannot_be_had_are_one_line(sources: Path, tmp_path: Path) -> None:
    without = {"UV_OFFLINE": "1", "UV_CACHE_DIR": str(tmp_path / "cache"), "CDK_OUTDIR": str(tmp_path / "out")}
    answer = _python("-c", ONE_LAYER, folder=sources, **without)
    assert answer.returncode != 0
    assert "Traceback" not in answer.stderr
    (line,) = (line for line in answer.stderr.splitlines() if line.startswith("pickvs: "))
    assert line.startswith("pickvs: uv pip install failed: ")
