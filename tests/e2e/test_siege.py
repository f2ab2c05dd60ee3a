"""One address that shuts no door: with prod's limits, everybody else gets in while it knocks at all public doors.

The web ACL, which would turn most of its requests away, does not run here.
"""

import json
import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import urllib3

from cdk.config import STAGES
from cdk.routes import ENDPOINTS
from cdk.routes.model import Auth
from tests.e2e.client import PASSWORD
from tests.support.laptop import Laptop

pytestmark = pytest.mark.xdist_group("siege")

PERSONS = int(os.environ.get("PICKVS_SIEGE", "12"))
"""How many owners log in and how many newcomers register."""
A_SECOND = 10
BESIEGER = "127.0.0.2"
DOORS = [each for each in ENDPOINTS if each.auth is Auth.PUBLIC and each.method != "GET"]


def with_limits_of_prod(assembly: Path, copy: Path) -> Path:
    """Return a copy of the laptop's assembly whose functions have prod's limits."""
    shutil.copytree(assembly, copy, copy_function=os.link)
    limits = STAGES["prod"].sign_in.environment()
    for template in copy.glob("*.template.json"):
        content = json.loads(template.read_text(encoding="utf-8"))
        for resource in content["Resources"].values():
            variables = resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
            variables.update({name: value for name, value in limits.items() if name in variables})
        template.unlink()  # it is a link to the original
        template.write_text(json.dumps(content), encoding="utf-8")
    return copy


def ask(url: str, address: str, path: str, body: Any) -> tuple[int, Any]:
    """Send a request from an address of this machine, and return the status and the answer."""
    with urllib3.PoolManager(source_address=(address, 0), timeout=40, retries=False) as pool:
        answer = pool.request("POST", url + path, json=body)
        return answer.status, json.loads(answer.data or b"null")


def bodies_of(victim: str) -> dict[str, Any]:
    """Return a body for each door that is read and then refused, if it is not refused for being one too many."""
    return {
        "/auth/register": {"username": victim, "email": f"{victim}@example.com", "password": PASSWORD},
        "/auth/login": {"login": victim, "password": "a guess"},
        "/auth/refresh": {"refresh_token": "x" * 43},
        "/auth/password/forgotten": {"login": victim},
        "/auth/password/reset": {"token": "x" * 43, "password": "seven green kettles"},
        "/notices/unsubscribe": {},
    }


@contextmanager
def besieged(url: str, victim: str) -> Iterator[Counter[int]]:
    """Knock at every public door from one address, ten times a second. Yields the statuses that it gets."""
    statuses: Counter[int] = Counter()
    over = threading.Event()

    def knock(path: str) -> None:
        began = time.monotonic()
        with urllib3.PoolManager(source_address=(BESIEGER, 0), timeout=40, retries=False) as pool:
            for number in range(1_000_000):
                if over.wait(max(0.0, began + number / A_SECOND - time.monotonic())):
                    return
                body = bodies_of(victim)[path] if number % 2 else {}
                statuses[pool.request("POST", url + path, json=body).status] += 1

    with ThreadPoolExecutor(len(DOORS)) as pool:
        for door in DOORS:
            pool.submit(knock, door.path)
        try:
            yield statuses
        finally:
            over.set()


def test_everybody_else_gets_in(assembly: Path, pooled: dict[str, str], tmp_path: Path) -> None:
    copy = with_limits_of_prod(assembly, tmp_path / "assembly")
    with Laptop(copy, tmp_path / "state", pooled) as laptop:
        url = laptop.base_url

        def register(kind: str, number: int) -> int:
            name = f"{kind}-{number}"
            body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
            return ask(url, f"127.0.{1 if kind == 'owner' else 2}.{number + 1}", "/auth/register", body)[0]

        def log_in(number: int) -> int:
            body = {"login": f"owner-{number}", "password": PASSWORD}
            return ask(url, f"127.0.1.{number + 1}", "/auth/login", body)[0]

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(lambda number: register("owner", number), range(PERSONS))) == {201}
            with besieged(url, "owner-0") as statuses:
                while statuses[429] < len(DOORS):
                    time.sleep(0.1)
                newcomers = list(pool.map(lambda number: register("newcomer", number), range(PERSONS)))
                owners = list(pool.map(log_in, range(PERSONS)))
    assert newcomers == [201] * PERSONS
    assert owners == [200] * PERSONS
    assert set(statuses) <= {202, 400, 401, 403, 404, 409, 422, 429}
    assert {door.path for door in DOORS} == set(bodies_of(""))
