"""GitHub Actions workflows: pinned actions, least privilege, and no credentials that outlive their job."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cdk.config import STAGES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yml"))}
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
OWN = re.compile(r"uses: \$/\.github/workflows/([\w-]+\.yml)")

type Workflow = dict[str, Any]
type Job = dict[str, Any]


def parsed(text: str) -> Workflow:
    # YAML 1.1 reads the key `on` as a boolean.
    return {"on" if key is True else key: value for key, value in yaml.safe_load(text).items()}


def broken(text: str) -> Iterator[str]:
    """Return the rules that one workflow breaks."""
    workflow = parsed(text)
    for line in text.splitlines():
        stated = line.strip().removeprefix("- ")
        if stated.startswith("uses:"):
            own = OWN.fullmatch(stated)
            if own is None and not PINNED.fullmatch(stated):
                yield f"{stated} is not pinned by its hash, with the version beside it"
            elif own is not None and own[1] not in WORKFLOWS:
                yield f"{stated} is not there"
    if any(right != "read" for right in (workflow.get("permissions") or {}).values()) or "permissions" not in workflow:
        yield "every job may write"
    if "secrets." in text or "aws-access-key-id" in text:
        yield "there is a key that lives longer than the job"
    if "pull_request_target" in workflow["on"] or "workflow_run" in workflow["on"]:
        yield "code from elsewhere runs with the rights of here"
    for name, job in workflow["jobs"].items():
        yield from (f"{name} {wrong}" for wrong in _wrong_job(job))


def _wrong_job(job: Job) -> Iterator[str]:
    steps: list[dict[str, Any]] = job.get("steps", [])
    rights = job.get("permissions", {})
    if rights.get("contents") != "read" or set(rights) - {"contents", "id-token", "pull-requests"}:
        yield f"has the rights {rights}"
    credentials = [step for step in steps if "configure-aws-credentials" in step.get("uses", "")]
    deploys = "deploy-stage.yml" in job.get("uses", "")
    if (rights.get("id-token") == "write") != (bool(credentials) or deploys):
        yield "may ask for a token and takes no role, or takes a role and may not ask"
    if "uses" not in job and "timeout-minutes" not in job:
        yield "may run for six hours"
    for step in steps:
        if "actions/checkout" in step.get("uses", "") and step.get("with", {}).get("persist-credentials") is not False:
            yield "leaves GitHub's token in the checkout"
        if "${{" in step.get("run", ""):
            yield "lets an expression write its commands"
    if credentials and not ("environment" in job or "head.repo.full_name == github.repository" in job.get("if", "")):
        yield "gives credentials to whoever opens a pull request"
    if "environment" in job and job.get("concurrency", {}).get("cancel-in-progress") is not False:
        yield "may be cut off in the middle of a deployment, or run beside another"


@pytest.mark.parametrize("name", WORKFLOWS)
def test_holds(name: str) -> None:
    assert list(broken(WORKFLOWS[name])) == []


DAMAGES = {
    "a tag in place of a hash": ("test.yml", r"@[0-9a-f]{40} # v7\.0\.1", "@v7"),
    "no version beside the hash": ("test.yml", r" # v7\.0\.1", ""),
    "a workflow that is gone": ("deploy.yml", r"workflows/test\.yml", "workflows/tests.yml"),
    "the default rights": ("test.yml", r"(?m)^permissions: \{\}\n", ""),
    "rights for every job": ("test.yml", r"(?m)^permissions: \{\}\n", "permissions:\n  contents: write\n"),
    "more rights for one": ("test.yml", "contents: read", "contents: write"),
    "a token for nothing": ("test.yml", "contents: read", "contents: read\n      id-token: write"),
    "a role without a token": ("diff.yml", "id-token: write.*", "# id-token"),
    "a long-lived key": ("diff.yml", r"role-to-assume: .*", "aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}"),
    "strangers' code with rights": ("diff.yml", "pull_request:", "pull_request_target:"),
    "credentials for a fork": ("diff.yml", r" && github\.event.*repository", ""),
    "no end": ("deploy-stage.yml", "timeout-minutes: 90", ""),
    "cut off": ("deploy-stage.yml", "cancel-in-progress: false", "cancel-in-progress: true"),
    "the token stays": ("deploy-stage.yml", "persist-credentials: false", "persist-credentials: true"),
    "an expression in a command": ("deploy-stage.yml", r'STAGE="\$STAGE"', "STAGE=${{ inputs.stage }}"),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_bites(what: str) -> None:
    name, wanted, instead = DAMAGES[what]
    damaged, count = re.subn(wanted, lambda _: instead, WORKFLOWS[name])
    assert count
    assert list(broken(damaged))


def lint(*what: str | Path) -> subprocess.CompletedProcess[str]:
    """Return zizmor's findings, with network access disabled."""
    command = Path(sys.executable).with_name("zizmor")
    return subprocess.run(
        [command, "--offline", "--no-config", "--no-progress", "--strict-collection", "--persona", "auditor", *what],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_linter_finds_nothing() -> None:
    answer = lint(FOLDER)
    assert answer.returncode == 0, answer.stdout
    assert answer.stderr.count("completed") == len(WORKFLOWS) == 4


def test_the_linter_bites(tmp_path: Path) -> None:
    file = tmp_path / "test.yml"
    file.write_text(WORKFLOWS["test.yml"].replace("sh .ci/run", "echo ${{ github.head_ref }}"))
    answer = lint(file)
    assert answer.returncode != 0
    assert "template-injection" in answer.stdout


def test_what_is_made_and_where_exists() -> None:
    text = "\n".join(WORKFLOWS.values())
    targets = set(re.findall(r"\bmake ([a-z-]+)", text.replace("`make test`", "")))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets == {"setup", "diff", "deploy"}
    assert targets <= set(re.findall(r"(?m)^([a-z-]+):", makefile))
    settings = set(re.findall(r"\bmake .*?([A-Z]+)=", text)) | {"APPROVAL"}
    assert settings <= set(re.findall(r"(?m)^([A-Z]+) \?=", makefile))
    assert (ROOT / ".ci" / "run").is_file()
    stages = set(re.findall(r"(?m)^\s+(?:- )?stage: (\w+)$", text))
    assert stages == {"dev", "prod"} <= set(STAGES)


def test_what_has_to_be_set_up_is_documented() -> None:
    settings = set(re.findall(r"\bvars\.(\w+)", "\n".join(WORKFLOWS.values())))
    guide = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    section = guide.split("## Deploying from GitHub")[1].split("\n## ")[0]
    assert settings == {"AWS_REGION", "DEPLOY_ROLE", "DIFF_ROLE_DEV", "DIFF_ROLE_PROD"}
    assert settings <= set(re.findall(r"`([A-Z_]+)`", section))


def test_no_comment_says_which_account_it_is(tmp_path: Path) -> None:
    said = (
        "current credentials could not be used to assume 'arn:aws:iam::123456789012:role/cdk-x', but are for the right",
        "Stack pickvs-dev-api",
        '[~] "arn:aws:iam::123456789012:role/cdk-hnb659fds-file-publishing-role-123456789012-eu-central-1"',
        "[+] AWS::Lambda::Version of 1234567890123",
    )
    make = tmp_path / "bin" / "make"
    make.parent.mkdir()
    make.write_text("#!/bin/sh\ncat <<'EOF'\n" + "\n".join(said) + "\nEOF\n")
    make.chmod(0o755)
    (job,) = parsed(WORKFLOWS["diff.yml"])["jobs"].values()
    (compare,) = (step for step in job["steps"] if step.get("name") == "Compare")
    path = f"{make.parent}:{os.environ['PATH']}"
    subprocess.run(
        ["bash", "-e", "-c", compare["run"]], cwd=tmp_path, env={"PATH": path, "STAGE": "dev"}, check=True, timeout=60
    )
    assert (tmp_path / "diff.txt").read_text().splitlines() == [
        "Stack pickvs-dev-api",
        '[~] "arn:aws:iam::************:role/cdk-hnb659fds-file-publishing-role-************-eu-central-1"',
        "[+] AWS::Lambda::Version of 1234567890123",
    ]
    (say,) = (step for step in job["steps"] if step.get("name") == "Say it")
    assert "whole.txt" not in say["run"]


def test_prod_waits_for_dev_and_dev_for_the_tests() -> None:
    workflow = parsed(WORKFLOWS["deploy.yml"])
    jobs = workflow["jobs"]
    assert workflow["on"] == {"push": {"branches": ["main"]}}
    assert (jobs["dev"]["needs"], jobs["prod"]["needs"]) == ("test", "dev")
    assert jobs["test"]["uses"].endswith("/test.yml")
    assert {name: jobs[name]["with"]["stage"] for name in ("dev", "prod")} == {"dev": "dev", "prod": "prod"}
    (deploy,) = parsed(WORKFLOWS["deploy-stage.yml"])["jobs"].values()
    assert deploy["environment"] == "${{ inputs.stage }}"
    assert deploy["concurrency"]["group"] == "deploy-${{ inputs.stage }}"


def test_each_action_is_pinned_to_one_version() -> None:
    pins = set(re.findall(r"uses: ([\w./-]+)@([0-9a-f]{40} # \S+)", "\n".join(WORKFLOWS.values())))
    assert len({action for action, _ in pins}) == len(pins) == 2


def test_a_deployment_is_built_into_a_fresh_folder() -> None:
    """What an earlier synthesis left there, such as a stack that is gone, must not be deployed."""
    said = subprocess.run(
        ["make", "--no-print-directory", "-n", "-o", ".venv/.ready", "deploy", "STAGE=prod"],
        cwd=ROOT,
        env={**os.environ, "MAKEFLAGS": "", "MAKELEVEL": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    removing, deploying = said.stdout.strip().splitlines()
    assert removing == "rm -rf cdk.out/prod"
    assert deploying.startswith("cdk deploy --all")
    assert deploying.endswith("-o cdk.out/prod")
