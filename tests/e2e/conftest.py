"""One laptop cloud for all end-to-end tests. The tests play its odds provider."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.pooler import find_program
from tests.e2e.client import Client
from tests.support.laptop import Laptop, synthesise
from tests.support.odds_api import OddsApiServer

SILENT = {"CLOSING_LEAD_SECONDS": "30", "FIRST_CHECK_SECONDS": str(24 * 3600)}
"""Times of the game clock at which it asks the provider for nothing while the tests run. They say what it answers."""

UNLIMITED = 100_000
"""Requests a second."""


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The output of `cdk synth` for the laptop, created once for all processes of this test run."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    made = shared / "assembly"
    with (shared / "assembly.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            # Renamed when it is complete, so that other processes never see a failed one.
            synthesised = synthesise(tmp_path_factory.mktemp("synthesis"))
            set_variables(synthesised, **SILENT)
            synthesised.rename(made)
    return made


def set_variables(assembly: Path, **variables: str) -> None:
    """Set environment variables of the functions that have them. Files that are linked elsewhere stay as they are."""
    for file in assembly.glob("*.template.json"):
        template = json.loads(file.read_text(encoding="utf-8"))
        found = False
        for resource in template["Resources"].values():
            known = resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
            changed = {name: value for name, value in variables.items() if name in known}
            known.update(changed)
            found = found or bool(changed)
        if found:
            file.unlink()
            file.write_text(json.dumps(template), encoding="utf-8")


@pytest.fixture(scope="session")
def provider() -> Iterator[OddsApiServer]:
    """The odds provider of the laptop cloud."""
    with OddsApiServer() as server:
        yield server


@pytest.fixture(scope="session")
def pooled() -> dict[str, str]:
    """The setting that gives every laptop cloud here a pooler, if PgBouncer is installed."""
    program = find_program("pgbouncer")
    return {} if program is None else {"PICKVS_POOLER": program}


@pytest.fixture(scope="session")
def laptop(
    assembly: Path, provider: OddsApiServer, pooled: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Laptop]:
    state = tmp_path_factory.mktemp("laptop") / "state"
    with Laptop(assembly, state, {"ODDS_API_BASE_URL": provider.url, **pooled}) as running:
        yield running


@pytest.fixture(scope="session")
def unthrottled(
    assembly: Path, provider: OddsApiServer, pooled: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Laptop]:
    """A laptop cloud without throttling, for the tests that call every endpoint and would wait for it.

    Throttling has its own tests. Also, schemathesis would report a 429 to a request without credentials as a failure.
    """
    copied = tmp_path_factory.mktemp("unthrottled") / "assembly"
    shutil.copytree(assembly, copied, copy_function=os.link)
    [file] = copied.glob("*-front.template.json")
    template = json.loads(file.read_text(encoding="utf-8"))
    [stage] = [each for each in template["Resources"].values() if each["Type"] == "AWS::ApiGateway::Stage"]
    for settings in stage["Properties"]["MethodSettings"]:
        settings.update(ThrottlingRateLimit=UNLIMITED, ThrottlingBurstLimit=UNLIMITED)
    file.unlink()  # the file of the assembly itself stays as it is
    file.write_text(json.dumps(template), encoding="utf-8")
    state = tmp_path_factory.mktemp("contract") / "state"
    with Laptop(copied, state, {"ODDS_API_BASE_URL": provider.url, **pooled}) as running:
        yield running


@pytest.fixture(scope="session")
def api(laptop: Laptop) -> Client:
    """A client without a token."""
    return Client(laptop.base_url)


@pytest.fixture(scope="session")
def signing_key(laptop: Laptop) -> tuple[str, str]:
    return signing_key_of(laptop)


def signing_key_of(laptop: Laptop) -> tuple[str, str]:
    """Return the laptop's signing key with its kid, for tokens that are valid except for one claim."""
    secrets = json.loads((laptop.state / "secrets.json").read_text(encoding="utf-8"))
    [keys] = [json.loads(value) for name, value in secrets.items() if name.endswith("signing-keys")]
    return keys["current_kid"], keys["current_key"]
