"""The layer's omissions are safe: everything that our code imports is there and works."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from cdk.errors import DeploymentError
from cdk.layers import Layer
from cdk.omissions import AWS_SERVICES, COMMON_OMISSIONS
from cdk.packages import Omission, SharedLibrary
from tests.infra.assembly import ROOT
from tests.infra.conftest import Built

pytestmark = pytest.mark.xdist_group("packages")

_ROOMS = ROOT / "layers" / "common" / "pickvs"
OWN_PACKAGES = (
    *(ROOT / "functions" / name for name in ("migrate", "ingest_injuries")),
    _ROOMS / "predictions" / "statistics" / "providers" / "nba_report_parsing.py",
)
"""Code of the functions that have packages of their own besides the layer's."""
OTHER_LAYERS = (ROOT / "functions" / "train", _ROOMS / "predictions" / "training")
"""Code that runs with the layer training as well. `test_layer_imports` compares functions with their layers."""

WORK = """
import sys
from pickvs.accounts import passwords, requests
from pickvs.core import secrets, storage
from pickvs.core.errors import ConfigurationError, ObjectMissing
from pickvs.core.logging import logger
from pickvs.core.metrics import Metric, emit
from pickvs.http.docs_page import docs_page

bucket, secret = sys.argv[1:]
storage.keep(bucket, "kept", b"[]", content_type="application/json")
with storage.uploading(bucket, "whole", content_type="text/plain") as upload:
    upload.write(b"in pieces")
assert b"".join(storage.read(bucket, "whole", chunk_bytes=4)) == b"in pieces"
try:
    next(storage.read(bucket, "absent", chunk_bytes=4))
except ObjectMissing:
    pass
else:
    raise AssertionError

versions = secrets.SecretVersions(secret)
versions.add_pending("a" * 32, {"key": "next"})
assert secrets.get_secret_anew(secret) == [{"key": "value"}, {"key": "next"}]
versions.make_current("a" * 32, instead_of=versions.current().id)
assert "AWSCURRENT" in versions.labels("a" * 32)
try:
    secrets.SecretVersions("absent").labels("a" * 32)
except ConfigurationError:
    pass
else:
    raise AssertionError

assert passwords.verify("correct horse", passwords.make_hash("correct horse"))
person = requests.Registration(username="ada", email="Ada@EXAMPLE.com", password="correct horse battery")
assert person.email == "Ada@example.com"

assert "SwaggerUIBundle" in docs_page().body
logger().info("worked")
emit({Metric("Exports"): 1})
"""


@pytest.fixture(scope="module")
def layer(built: Built) -> Path:
    """The packages of the common layer, as this machine's functions get them."""
    return built(Layer.COMMON, here=True) / "python"


@pytest.fixture(scope="module")
def numeric(built: Built) -> Path:
    """The packages of the numeric layer, as this machine's functions get them."""
    return built(Layer.NUMERIC, here=True) / "python"


def _run(layer: Path, script: str, *arguments: str, numeric: Path | None = None, **environment: str) -> str:
    """Run `script` with the layer's packages, and those of `numeric`, and no others; return what it printed."""
    layers = [str(each) for each in (layer, numeric) if each is not None]
    done = subprocess.run(
        [sys.executable, "-S", "-", *arguments],  # a script may be longer than one argument may be
        input=script,
        env={"PYTHONPATH": os.pathsep.join(layers), "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield every import statement that may run, including those inside functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield ast.unparse(node)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from _imports(node)


def _our_files(root: Path) -> list[Path]:
    folders = root / "layers" / "common" / "pickvs", root / "functions"
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def _services(tree: ast.AST) -> Iterator[str]:
    """Yield the AWS services for which the code creates clients. If the service is not a literal, yield the code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in {"client", "create_client"}:
                service = node.args[0] if node.args else node
                yield str(service.value) if isinstance(service, ast.Constant) else ast.unparse(service)
            elif node.func.attr == "resource":
                yield ast.unparse(node)


def test_whatever_our_code_imports_is_there(sources: Path, layer: Path, numeric: Path) -> None:
    left_out = [sources / folder.relative_to(ROOT) for folder in (*OWN_PACKAGES, *OTHER_LAYERS)]
    files = [path for path in _our_files(sources) if not any(path.is_relative_to(each) for each in left_out)]
    statements = {each for path in files for each in _imports(ast.parse(path.read_text("utf-8")))}
    assert {"import boto3", "import psycopg", "from email_validator import EmailNotValidError, validate_email"} <= (
        statements
    )
    _run(layer, "\n".join(sorted(statements)), numeric=numeric)


def test_what_is_there_does_its_work(layer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "test"), "AWS_REGION": "us-east-1"}
    environment |= {"AWS_DEFAULT_REGION": environment["AWS_REGION"], "SECRETS_CACHE_SECONDS": "60"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        boto3.client("s3", endpoint_url=url).create_bucket(Bucket="bucket")
        boto3.client("secretsmanager", endpoint_url=url).create_secret(Name="secret", SecretString='{"key": "value"}')
        printed = _run(layer, WORK, "bucket", "secret", AWS_ENDPOINT_URL=url, PICKVS_STAGE="dev", **environment)
    finally:
        server.stop()
    told, measured = (json.loads(line) for line in printed.splitlines())
    assert told["message"] == "worked"
    assert measured["Exports"] == [1.0]


def test_psycopg_is_the_compiled_one(layer: Path) -> None:
    answer = _run(layer, "import psycopg; print(psycopg.pq.__impl__, psycopg.__file__)")
    assert answer.split() == ["binary", str(layer / "psycopg" / "__init__.py")]


def test_the_layer_has_the_data_of_every_service_that_our_code_calls() -> None:
    called: set[str] = set()
    for path in _our_files(ROOT):
        services = set(_services(ast.parse(path.read_text("utf-8"))))
        unknown = ", ".join(services - set(AWS_SERVICES))
        assert not unknown, (
            f"{path} needs {unknown}, and the layer has no such data: see AWS_SERVICES, cdk/omissions.py"
        )
        called |= services
    assert called == set(AWS_SERVICES), "the layer has data that nobody needs"


@pytest.mark.parametrize(
    ("code", "service"),
    [
        ("import boto3\nboto3.client('sqs', config=None)", "sqs"),
        ("boto3.session.Session().client('sns')", "sns"),
        ("boto3.client(service)", "service"),
        ("boto3.client(service_name='sqs')", "boto3.client(service_name='sqs')"),
        ("boto3.resource('s3')", "boto3.resource('s3')"),
    ],
)
def test_a_client_of_another_service_is_noticed(code: str, service: str) -> None:
    assert list(_services(ast.parse(code))) == [service]
    assert service not in AWS_SERVICES


def test_what_is_left_out_is_gone_and_its_neighbours_are_not(layer: Path) -> None:
    assert {path.name for path in (layer / "botocore" / "data").iterdir() if path.is_dir()} == set(AWS_SERVICES)
    assert {path.name for path in (layer / "botocore" / "data").glob("*.json")} >= {"endpoints.json", "partitions.json"}
    assert not [each for each in ("dns", "cffi", "pycparser", "boto3/data") if (layer / each).exists()]
    assert list(layer.glob("_cffi_backend.*.so"))
    assert all(each.why for each in COMMON_OMISSIONS)


def test_a_rule_that_omits_nothing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "file").touch()
    rule = Omission(folders=("*",), kept=("kept",), why="")
    with pytest.raises(DeploymentError, match=r"^the packages have no \* to leave out; see cdk/omissions\.py$"):
        rule.find(tmp_path)
    (tmp_path / "other").mkdir()
    assert rule.find(tmp_path) == [tmp_path / "other"]


def test_files_are_left_out_by_themselves_and_not_twice_with_their_folder(tmp_path: Path) -> None:
    for name in ("tests/data.pyi", "types.pyi", "kept.pyi", "module.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    rule = Omission(folders=("tests",), files=("**/*.pyi",), kept=("kept.pyi",), why="")
    assert rule.find(tmp_path) == [tmp_path / "tests", tmp_path / "types.pyi"]
    # A folder is not a file, whatever its name, and a file is not a folder.
    (tmp_path / "folder.pyx").mkdir()
    for wrong in (Omission(files=("*.pyx",), why=""), Omission(folders=("module.py",), why="")):
        with pytest.raises(DeploymentError, match="to leave out"):
            wrong.find(tmp_path)


def test_a_library_that_is_shared_is_one_file(tmp_path: Path) -> None:
    library = SharedLibrary(found_at="libs/libx-*.so*", name="libx.so.1", why="")
    (tmp_path / "libs").mkdir()
    for number, name in enumerate(("libx-1.so", "libx-2.so.1")):
        if number != 1:
            with pytest.raises(DeploymentError, match=r"^the packages have 0 files libs/libx-\*\.so\*, not 1$"):
                library.find(tmp_path)
        (tmp_path / "libs" / name).touch()
        if number == 0:
            assert library.find(tmp_path) == tmp_path / "libs" / name
    with pytest.raises(DeploymentError, match="have 2 files"):
        library.find(tmp_path)
