"""Cold-start imports: an entry point imports only what it serves with, and only modules that are deployed."""

import json
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[3]
LAYER = ROOT / "layers/common"
ENDPOINTS = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "functions/api").glob("*/*.py"))]
AUTHORIZER = "functions/authorizer/handler.py"
ROTATION = [f"functions/{name}/handler.py" for name in ("rotate_signing_keys", "rotate_database_password")]
INGESTION = [f"functions/{name}/handler.py" for name in ("fetch_odds", "process_results")]
RECOVERY = [f"functions/{name}/handler.py" for name in ("back_up", "restore")]
MEASURE = "functions/measure/handler.py"

# Hides the machine's other packages from the code, as in the function: this venv has more than the layer.
IMPORTED = """
import json, runpy, sys
paths, layer, absent = json.loads(sys.argv[1])
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"the layer has no {name}", name=name)
sys.meta_path.insert(0, Absent())
sys.path.insert(0, layer)
found = {}
for path in paths:
    before = set(sys.modules)
    runpy.run_path(path)
    found[path] = sorted(set(sys.modules) - before)
print(json.dumps(found))
"""


@cache
def absent() -> list[str]:
    pinned = {
        re.sub(r"[-_.]+", "-", name).lower()
        for name in re.findall(r"^([\w.-]+)==", (LAYER / "requirements.txt").read_text(), re.MULTILINE)
    }
    assert "psycopg" in pinned
    return [
        package
        for package, distributions in packages_distributions().items()
        if not any(re.sub(r"[-_.]+", "-", name).lower() in pinned for name in distributions)
    ]


def imported(*paths: str) -> dict[str, set[str]]:
    """Return the modules that each entry point loads besides those before it, all in one new process."""
    arguments = json.dumps([[str(ROOT / path) for path in paths], str(LAYER), absent()])
    run = subprocess.run(
        [sys.executable, "-c", IMPORTED, arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=LAYER,
        env={"PATH": ""},
    )
    assert run.returncode == 0, run.stderr
    return {path: set(modules) for path, modules in json.loads(run.stdout).items()}


def test_entry_points_start_without_what_is_slow_or_not_there():
    # The bare package `botocore` only provides a version number, which powertools reads.
    slow = {"boto3", "botocore.session", "botocore.client", "certifi", "cryptography", "alembic", "sqlalchemy"}
    found = imported(*ENDPOINTS, AUTHORIZER, *ROTATION, *INGESTION, *RECOVERY, MEASURE)
    assert {path: more for path, modules in found.items() if (more := modules & (slow | {"moto", "aws_cdk"}))} == {}
    assert any("psycopg" in modules for modules in found.values())


def test_the_authorizer_is_light():
    ((_, modules),) = imported(AUTHORIZER).items()
    assert not modules & {
        "pydantic",
        "psycopg",
        "argon2",
        "aws_lambda_powertools.event_handler",
        "aws_lambda_powertools.utilities.parameters",
    }
