"""A function's memory when Lambda takes its snapshot: imported modules, and no data of any user."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cdk.routes import ENDPOINTS

ROOT = Path(__file__).parents[3]

_OF_MAKING_KEYS = ("limits", "presence", "proof", "telling")
_OF_REGISTRATION_AND_LOGOUT = ("emails.service", "keys.service", "presence", "telling", "weak_passwords.checks")
_OF_LOGOUT_AND_CHANGES = ("keys.service", "proof")
NOT_NEEDED = {
    "authorizer/handler": {f"pickvs.accounts.{name}" for name in _OF_MAKING_KEYS},
    "api/login": {f"pickvs.accounts.{name}" for name in _OF_REGISTRATION_AND_LOGOUT},
    "api/register": {f"pickvs.accounts.{name}" for name in _OF_LOGOUT_AND_CHANGES},
}
"""Late imports of shared modules that serve other requests."""

SNAPPED = ("authorizer/handler", *(f"api/{endpoint.name}" for endpoint in ENDPOINTS if endpoint.snap_start))

PROBE = """
import gc, json, os, sys, traceback

found = []
assert "random" not in sys.modules  # it takes a copy of what is replaced here
chance = os.urandom

def urandom(size):
    for frame in reversed(traceback.extract_stack()[:-1]):
        if frame.filename.startswith("<frozen importlib"):
            break  # a library draws for itself while it is imported
        if "/pickvs/" in frame.filename or "/functions/" in frame.filename:
            found.append("chance")
            break
    return chance(size)

os.urandom = urandom
sys.addaudithook(lambda event, _: found.append(event) if event in ("socket.connect", "socket.getaddrinfo") else None)

{load}

def alive(module, name):
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and any(isinstance(each, kind) for each in gc.get_objects())

for module, name in (
    ("psycopg", "Connection"),
    ("botocore.client", "BaseClient"),
    ("pickvs.core.secrets", "_Kept"),
):
    if alive(module, name):
        found.append(name)
print(json.dumps({{"found": found, "modules": sorted(sys.modules)}}))
"""


def in_memory(load: str, *, kind: str = "snap-start") -> dict[str, Any]:
    """Return what is in memory after `load` at initialization, without credentials or names of secrets."""
    environment = {"PYTHONPATH": os.pathsep.join([str(ROOT / "layers" / "common"), str(ROOT)])}
    answer = subprocess.run(
        [sys.executable, "-c", PROBE.format(load=load)],
        env={**environment, "PATH": os.environ["PATH"], "AWS_LAMBDA_INITIALIZATION_TYPE": kind},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    memory: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return memory


def load(name: str) -> str:
    return f"from tests.support.functions import load; load({name!r})"


def late_imports(modules: list[str]) -> set[str]:
    """Return the modules that functions in our modules import when called."""
    found: set[str] = set()
    for module in modules:
        path = ROOT / "layers" / "common" / f"{module.replace('.', '/')}.py"
        if not module.startswith("pickvs.") or not path.is_file():
            continue
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.ImportFrom):
                        found.add(str(node.module))
                    elif isinstance(node, ast.Import):
                        found.update(alias.name for alias in node.names)
    return found


def test_login_registering_and_the_authorizer_start_from_snapshots() -> None:
    assert set(SNAPPED) == {"authorizer/handler", "api/login", "api/register"}


@pytest.mark.parametrize("name", SNAPPED)
def test_a_snapshot_holds_no_connection_no_secret_and_no_chance(name: str) -> None:
    assert in_memory(load(name))["found"] == []


@pytest.mark.parametrize("name", SNAPPED)
def test_a_snapshot_holds_every_import_that_a_request_needs(name: str) -> None:
    modules = in_memory(load(name))["modules"]
    assert {"boto3", "psycopg", "jwt", "pickvs.core.database", "pickvs.core.secrets"} <= set(modules)
    assert late_imports(modules) - set(modules) == NOT_NEEDED.get(name, set())


def test_where_there_is_no_snapshot_nothing_is_imported_early() -> None:
    modules = in_memory(load("api/login"), kind="on-demand")["modules"]
    assert not {"boto3", "email_validator"} & set(modules)
    assert {"boto3", "email_validator"} <= late_imports(modules)


CARELESS = {
    "a connection": "import socket\nsocket.socket().connect_ex(('127.0.0.1', 9))",
    "a database": "import psycopg, gc\nhold = psycopg.Connection.__new__(psycopg.Connection)\nhold.pgconn = None",
    "a client": "import boto3\nhold = boto3.client('secretsmanager', region_name='us-east-1')",
    "secrets": (
        "from datetime import UTC, datetime\nfrom pickvs.core.secrets import _Kept\n"
        "hold = _Kept({}, datetime.max.replace(tzinfo=UTC))"
    ),
    "chance": "from pickvs.accounts import tokens\ntokens.new_refresh_token()",
}


@pytest.mark.parametrize("what", CARELESS)
def test_what_must_not_be_there_is_found(what: str) -> None:
    assert in_memory(CARELESS[what])["found"]
