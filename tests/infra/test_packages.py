"""The functions' packages, actually installed, for AWS's processors and for this machine. Builds are reproducible."""

import ast
import hashlib
import marshal
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import CodeType

import pytest

from cdk.config import STAGES
from cdk.constructs.packaged_function import function_recipe
from cdk.constructs.runtime import PYTHON_RUNTIME
from cdk.errors import DeploymentError
from cdk.layers import MAX_UNZIPPED_BYTES, Layer, layer_recipe
from cdk.packages import PYTHON, PackageRecipe, find_uv
from tests.infra.assembly import ROOT
from tests.infra.conftest import Built
from tests.support import ceilings

pytestmark = pytest.mark.xdist_group("packages")

AARCH64, X86_64 = 183, 62  # ELF machine numbers
PLATFORM = STAGES["prod"].runtime.wheel_platform


@pytest.fixture(scope="module")
def layer(built: Built) -> Path:
    """The common layer as built for prod."""
    return built(Layer.COMMON)


def _files(asset: Path) -> dict[str, tuple[int, str]]:
    """Return the mode and hash of each file, as in the archive."""
    return {
        path.relative_to(asset).as_posix(): (path.stat().st_mode, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(asset.rglob("*"))
        if path.is_file()
    }


def _size(asset: Path) -> int:
    return sum(path.stat().st_size for path in asset.rglob("*") if path.is_file())


def _machines(asset: Path) -> set[int]:
    heads = ((path.read_bytes()[:20]) for path in asset.rglob("*.so*"))
    return {int.from_bytes(head[18:20], "little") for head in heads if head[:4] == b"\x7fELF"}


def _code_in(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _code_in(constant)


def test_the_layer_is_made_for_arm(layer: Path) -> None:
    assert list((layer / "python" / "psycopg_binary").glob("*-aarch64-linux-gnu.so"))
    assert _machines(layer) == {AARCH64}


def test_the_layer_is_no_larger_than_decided(layer: Path) -> None:
    heaviest = sorted(((_size(part), part.name) for part in (layer / "python").iterdir()), reverse=True)
    assert _size(layer) <= ceilings.LAYER, f"leave something out in cdk/omissions.py; the heaviest: {heaviest[:5]}"


@pytest.mark.parametrize(
    ("other", "ceiling"), [(Layer.NUMERIC, ceilings.NUMERIC_LAYER), (Layer.TRAINING, ceilings.TRAINING_LAYER)]
)
def test_the_other_layers_are_no_larger_than_decided_and_carry_nothing_of_ours(
    built: Built, other: Layer, ceiling: int
) -> None:
    asset = built(other)
    heaviest = sorted(((_size(part), part.name) for part in (asset / "python").iterdir()), reverse=True)
    assert _size(asset) <= ceiling, f"leave something out in cdk/omissions.py; the heaviest: {heaviest[:5]}"
    assert _machines(asset) == {AARCH64}
    assert not (asset / "python" / "pickvs").exists()
    assert not list(asset.rglob("RECORD"))
    assert {path.name for path in asset.iterdir()} == {"python"} | ({"lib"} if other is Layer.TRAINING else set())


def test_a_function_and_all_of_its_layers_fit_into_lambda(built: Built) -> None:
    """The worst case is a function of the maximum size with all three layers."""
    total = sum(_size(built(each)) for each in Layer) + ceilings.ENDPOINT_ASSET
    assert total <= MAX_UNZIPPED_BYTES == 250 * 1024 * 1024


def test_no_layer_has_what_another_brings(built: Built) -> None:
    """Lambda unpacks layers over each other, and the last one's files would be imported."""
    files = [{path.relative_to(built(each)) for path in built(each).rglob("*") if path.is_file()} for each in Layer]
    assert sum(map(len, files)) == len(set().union(*files))


def test_the_layer_carries_all_of_pickvs_and_nothing_else_of_ours(sources: Path, layer: Path) -> None:
    source = sources / "layers" / "common" / "pickvs"
    copied = layer / "python" / "pickvs"
    expected = {path.relative_to(source) for path in source.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert {
        path.relative_to(copied) for path in copied.rglob("*") if path.is_file() and path.suffix != ".pyc"
    } == expected
    assert not (layer / "python" / "bin").exists()
    assert not list(layer.rglob("RECORD"))
    assert [path.name for path in layer.iterdir()] == ["python"]


def test_the_layer_carries_the_authorities_that_vouch_for_a_database(sources: Path, layer: Path) -> None:
    rds = Path("pickvs") / "core" / "rds-roots.pem"
    assert (layer / "python" / rds).read_bytes() == (sources / "layers" / "common" / rds).read_bytes()
    for roots in (rds, Path("certifi") / "cacert.pem"):
        assert b"-----BEGIN CERTIFICATE-----" in (layer / "python" / roots).read_bytes()
        assert (layer / "python" / roots).stat().st_mode & 0o777 == 0o644


def test_everything_is_compiled_for_where_lambda_mounts_it(layer: Path) -> None:
    package = layer / "python" / "pickvs"
    sources = set(package.rglob("*.py"))
    assert sources
    for source in sources:
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        head = compiled.read_bytes()
        assert head[4:8] == (1).to_bytes(4, "little"), "by hash, and the hash is never checked"
        names = {code.co_filename for code in _code_in(marshal.loads(head[16:]))}  # noqa: S302 - we just wrote it
        assert names == {f"/opt/python/{source.relative_to(layer / 'python')}"}


def test_two_builds_from_two_folders_are_the_same_to_the_byte(
    layer: Path,
    migrate: Path,
    checkout: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    # Leftovers of a local run, and files with other timestamps.
    stale = checkout / "layers" / "common" / "pickvs" / "__pycache__" / "old.cpython-313.pyc"
    stale.parent.mkdir(exist_ok=True)
    stale.write_bytes(b"stale")
    for path in checkout.rglob("*.py"):
        os.utime(path, (0, 0))
    monkeypatch.setenv("PYTHONHASHSEED", "4711")
    umask = os.umask(0o077)
    request.addfinalizer(lambda: os.umask(umask))
    for recipe, first in (
        (_recipe(checkout), layer),
        (function_recipe("migrate", PLATFORM, checkout), migrate),
    ):
        again = tmp_path / "b" / "asset"
        recipe.build(again, find_uv(ROOT))
        assert _files(again) == _files(first)
        shutil.rmtree(again)


def test_a_build_starts_from_nothing(tmp_path: Path) -> None:
    asset = tmp_path / "asset"
    (asset / "alembic").mkdir(parents=True)
    (asset / "alembic" / "left_over.py").write_text("raise SystemExit")
    _tiny(tmp_path).build(asset, find_uv(ROOT))
    assert {path.name for path in asset.iterdir()} == {"mine.py", "__pycache__"}


def _tiny(folder: Path) -> PackageRecipe:
    """Return a recipe without any packages."""
    lock = folder / "requirements.txt"
    lock.touch()
    (folder / "mine.py").touch()
    return PackageRecipe(lock=lock, sources=(folder / "mine.py",), mounted_at="/var/task", wheel_platform=None)


def test_the_migrate_function_brings_what_the_layer_does_not(sources: Path, layer: Path, migrate: Path) -> None:
    packages = {path.name for path in migrate.iterdir() if path.name != "__pycache__"}
    assert {"alembic", "sqlalchemy", "mako", "handler.py", "versions"} <= packages
    assert not packages & {path.name for path in (layer / "python").iterdir()}
    assert not packages & {"requirements.in", "requirements.txt"}
    sql = {path.name for path in (sources / "functions" / "migrate" / "versions").glob("*.sql")}
    assert {path.name for path in (migrate / "versions").glob("*.sql")} == sql != set()
    assert _machines(migrate) == {AARCH64}
    assert _size(layer) + _size(migrate) < MAX_UNZIPPED_BYTES


def _recipe(root: Path) -> PackageRecipe:
    return layer_recipe(Layer.COMMON, wheel_platform=PLATFORM, root=root)


def test_the_hash_does_not_depend_on_the_folder(sources: Path, checkout: Path) -> None:
    assert _recipe(checkout).digest() == _recipe(sources).digest()
    (checkout / "layers" / "common" / "pickvs" / "__pycache__").mkdir()
    (checkout / "layers" / "common" / "pickvs" / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert _recipe(checkout).digest() == _recipe(sources).digest()


@pytest.mark.parametrize("change", ["edit", "add", "remove", "rename", "lock", "platform", "mount", "folder", "python"])
def test_the_hash_depends_on_what_is_built(checkout: Path, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = _recipe(checkout)
    before = recipe.digest()
    source = checkout / "layers" / "common" / "pickvs" / "core" / "clock.py"
    match change:
        case "edit":
            source.write_text(source.read_text() + "\n")
        case "add":
            (source.parent / "extra.py").touch()
        case "remove":
            source.unlink()
        case "rename":
            source.rename(source.with_name("watch.py"))
        case "lock":
            recipe.lock.write_text(recipe.lock.read_text() + "# another\n")
        case "platform":
            recipe = replace(recipe, wheel_platform="x86_64-manylinux_2_28")
        case "mount":
            recipe = replace(recipe, mounted_at="/var/task")
        case "folder":
            recipe = replace(recipe, folder=".")
        case "python":
            monkeypatch.setattr("cdk.packages.PYTHON", (3, 14))
    assert recipe.digest() != before


def test_the_hash_depends_on_what_is_left_out(sources: Path) -> None:
    recipe = _recipe(sources)
    services, *others = recipe.omissions
    other = replace(services, files=("certifi/*.md",))
    for changed in (others, [replace(services, kept=services.kept[1:]), *others], [other, *others]):
        assert replace(recipe, omissions=tuple(changed)).digest() != recipe.digest()


def test_the_hash_depends_on_what_is_moved(sources: Path) -> None:
    recipe = layer_recipe(Layer.TRAINING, wheel_platform=PLATFORM, root=sources)
    (library,) = recipe.shared_libraries
    changed = ((), (replace(library, name="libgomp.so.2"),), (replace(library, found_at="lightgbm/lib/*"),))
    assert len({replace(recipe, shared_libraries=each).digest() for each in changed} | {recipe.digest()}) == 4


def test_the_hash_depends_on_what_a_link_leads_to(checkout: Path) -> None:
    document = checkout / "anywhere.json"
    document.write_text("{}")
    (checkout / "layers" / "common" / "pickvs" / "http" / "linked.json").symlink_to(document)
    before = _recipe(checkout).digest()
    document.write_text(document.read_text() + "\n")
    assert _recipe(checkout).digest() != before


def test_another_python_builds_without_byte_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = _tiny(tmp_path)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "elsewhere"))  # of whoever deploys; an asset keeps its own
    recipe.build(tmp_path / "ours", find_uv(ROOT))
    assert list((tmp_path / "ours").rglob("*.pyc"))
    monkeypatch.setattr("sys.version_info", (3, 12, 1, "final", 0))
    recipe.build(tmp_path / "theirs", find_uv(ROOT))
    assert [path.name for path in (tmp_path / "theirs").rglob("*")] == ["mine.py"]


def test_the_migrate_function_and_the_layer_agree_on_versions(checkout: Path) -> None:
    lock = checkout / "layers" / "common" / "requirements.txt"
    pinned = next(line for line in lock.read_text().splitlines() if line.startswith("typing-extensions=="))
    lock.write_text(lock.read_text().replace(pinned, "typing-extensions==1.0.0 \\"))
    recipe = function_recipe("migrate", None, checkout)
    with pytest.raises(
        DeploymentError, match=r"pins typing-extensions .*, and the layer brings 1\.0\.0; run `make lock`"
    ):
        recipe.build(checkout / "asset", find_uv(ROOT))


def test_a_missing_installer_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeploymentError, match=r"^uv is not installed, .*; run `make setup`$"):
        find_uv(tmp_path)
    own = tmp_path / "uv"
    own.touch(mode=0o755)
    assert find_uv(tmp_path) == own


def test_a_tampered_package_is_refused(checkout: Path) -> None:
    lock = checkout / "requirements.txt"
    lock.write_text(f"pyjwt==2.15.1 --hash=sha256:{'0' * 64}\n")
    recipe = replace(_recipe(checkout), lock=lock)
    with pytest.raises(DeploymentError, match=r"^uv pip install failed: .*[Hh]ash") as raised:
        recipe.build(checkout / "asset", find_uv(ROOT))
    assert "\n" not in str(raised.value)


def test_pins_of_the_layer_are_what_the_code_is_tested_with() -> None:
    """The lock files of the test environment and of the layer have the same versions."""

    def pins(path: Path) -> dict[str, str]:
        lines = (line.split(";")[0].strip(" \\") for line in path.read_text().splitlines() if "==" in line)
        return dict(line.split("==", 1) for line in lines if line[0].isalpha())

    everything = pins(ROOT / "requirements" / "dev.txt")
    for lock in (ROOT / "layers" / "common" / "requirements.txt", ROOT / "functions" / "migrate" / "requirements.txt"):
        assert pins(lock).items() <= everything.items()


def test_one_version_of_python_everywhere() -> None:
    version = ".".join(map(str, PYTHON))
    assert (ROOT / ".python-version").read_text().strip() == version
    assert PYTHON_RUNTIME.name == f"python{version}"


def test_the_deployment_imports_no_business_code() -> None:
    for path in [ROOT / "app.py", *(ROOT / "cdk").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & {"pickvs", "functions", "local"}, path
