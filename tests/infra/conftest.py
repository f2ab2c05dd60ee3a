import fcntl
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest

from cdk.config import StageConfig, stage_config
from cdk.constructs.packaged_function import function_recipe
from cdk.layers import Layer, layer_recipe
from cdk.packages import find_uv
from cdk.settings.delivery import Delivery
from cdk.settings.edge import Domain, HostedZone
from cdk.settings.fantasy import NON_COMMERCIAL, Fantasy
from cdk.settings.feeds import Feeds
from cdk.settings.notices import Mail
from cdk.settings.scores_sources import ScoresSources
from cdk.settings.stats_sources import StatsSources
from tests.infra.assembly import DEPLOYED, EVERY, ROOT, Assemblies, Assembly, read, synthesise

type Once = Callable[[str, Callable[[Path], object]], Path]
"""Creates a folder with a name, once for all processes of this test run."""


class Built(Protocol):
    """Builds a layer, once for each platform."""

    def __call__(self, layer: Layer, *, here: bool = False) -> Path: ...


def copy_sources(source: Path, target: Path) -> Path:
    """Copy the deployed files and the code that deploys them, without leftovers of earlier runs."""
    for name in ("cdk", "functions", "layers"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source / name, target / name, symlinks=True, ignore=ignored)
    for name in ("app.py", "cdk.json", "docs/openapi.json"):
        (target / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(source / name, target / name)
    return target


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    own = tmp_path_factory.getbasetemp()
    shared = (own if worker_id == "master" else own.parent) / "infra"
    shared.mkdir(exist_ok=True)

    def make(name: str, write: Callable[[Path], object]) -> Path:
        made, half = shared / name, shared / f"{name}.half"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                # Renamed when it is complete, so that other processes never see a failed one.
                shutil.rmtree(half, ignore_errors=True)
                write(half)
                half.rename(made)
        return made

    return make


@pytest.fixture(scope="session")
def sources(once: Once) -> Path:
    """A copy of the checkout that does not change during the tests, even if someone edits the original."""
    return once("sources", lambda folder: copy_sources(ROOT, folder))


@pytest.fixture
def checkout(sources: Path, tmp_path: Path) -> Path:
    """Another copy of the checkout, which the test may edit."""
    return copy_sources(sources, tmp_path / "deeper" / "checkout")


@pytest.fixture(scope="session")
def assembly_of(sources: Path, once: Once) -> Assemblies:
    """Writes the templates of a stage, in a database mode if it is not neon, once."""

    @cache
    def make(stage: str, database: str = "neon") -> Assembly:
        config = stage_config(stage, database=database)
        folder = once(f"{stage}-{database}", lambda folder: synthesise(config, folder, sources))
        return read(stage, folder, database)

    return make


@pytest.fixture(params=DEPLOYED, ids="-".join)
def assembly(request: pytest.FixtureRequest, assembly_of: Assemblies) -> Assembly:
    """The templates of each stage that is deployed, in each database mode."""
    return assembly_of(*request.param)


@pytest.fixture(scope="session")
def deployed(assembly_of: Assemblies) -> list[Assembly]:
    """All deployable assemblies, for rules whose findings name the assembly."""
    return [assembly_of(*each) for each in DEPLOYED]


@pytest.fixture(scope="session")
def every(deployed: list[Assembly], assembly_of: Assemblies) -> list[Assembly]:
    """All assemblies that can be synthesised."""
    return [assembly_of(*EVERY[0]), *deployed]


DOMAIN = Domain(
    name="api.pickvs.example",
    certificate_arn="arn:aws:acm:eu-central-1:123456789012:certificate/6c7e3f0a-0000-4000-8000-000000000001",
    zone=HostedZone(zone_id="Z0123456789EXAMPLE", name="pickvs.example"),
)
ORIGIN = "https://pickvs.example"
DELIVERY = Delivery(repository="pickvs/pickvs", provider_exists=False)
MAIL = "on-call@pickvs.example"


@pytest.fixture(scope="session")
def built(sources: Path, once: Once) -> Built:
    """Builds a layer for the platform of prod's functions, or for this machine."""

    def build(layer: Layer, *, here: bool = False) -> Path:
        platform = None if here else stage_config("prod").runtime.wheel_platform
        recipe = layer_recipe(layer, wheel_platform=platform, root=sources)
        return once(f"layer-{layer}-{platform or 'here'}", lambda asset: recipe.build(asset, find_uv(ROOT)))

    return build


@pytest.fixture(scope="session")
def migrate(sources: Path, once: Once) -> Path:
    """The migrate function as built for prod."""
    recipe = function_recipe("migrate", stage_config("prod").runtime.wheel_platform, sources)
    return once("migrate", lambda asset: recipe.build(asset, find_uv(ROOT)))


def furnish(config: StageConfig) -> StageConfig:
    """Return the stage with all optional settings.

    A domain, a web client, a repository, mail, an alarm address, all sources of scores, statistics and races.
    """
    return replace(
        config,
        edge=replace(config.edge, web_origin=ORIGIN, domain=DOMAIN),
        delivery=DELIVERY,
        mail=Mail(domain="mail.pickvs.example"),
        scores_sources=ScoresSources(espn=True, contact="ops@pickvs.example"),
        stats_sources=StatsSources(
            espn=True, balldontlie=True, nflverse=True, statsapi=True, nba_report=True, contact="ops@pickvs.example"
        ),
        feeds=Feeds(
            nws=True,
            open_meteo=True,
            weather_terms=NON_COMMERCIAL,
            draftkings_sports=("NBA", "NFL"),
            draftkings_permission="a letter",
            contact="ops@pickvs.example",
        ),
        fantasy=Fantasy(jolpica=True, f1db=True, provider_terms=NON_COMMERCIAL, contact="ops@pickvs.example"),
        observability=replace(config.observability, alarm_email=MAIL),
    )


@pytest.fixture(scope="session")
def furnished(sources: Path, once: Once) -> Assembly:
    """`prod` with all optional settings."""
    config = furnish(stage_config("prod"))
    return read("prod", once("furnished-prod", lambda folder: synthesise(config, folder, sources)))


@pytest.fixture(scope="session")
def furnished_dev(sources: Path, once: Once) -> Assembly:
    """`dev` with all optional settings. Its hosted zone and GitHub's provider are managed elsewhere."""
    config = furnish(stage_config("dev"))
    config = replace(
        config,
        edge=replace(config.edge, domain=replace(DOMAIN, zone=None)),
        delivery=replace(DELIVERY, provider_exists=True),
    )
    return read("dev", once("furnished-dev", lambda folder: synthesise(config, folder, sources)))
