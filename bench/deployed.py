"""The functions as they would be deployed, the peers packaged in the same way, and the services that both need.

Both sides have a layer with byte code and write none at run time. Neither inherits this machine's environment
variables. Both read the same secrets from the same moto server and use the same database.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.dataset import Dataset, fill
from cdk.omissions import COMMON_OMISSIONS
from cdk.packages import PackageRecipe, find_uv
from local.assembly import read_assembly
from local.aws import AwsServices
from local.blueprint import FunctionSpec, read_blueprint
from local.deployment import Deployment
from local.environments import Launcher
from local.function_logs import LogFile
from local.secret_values import secret_values
from local.watchdog import Watchdog
from pickvs.operations.database_roles.rules import ROLES
from tests.support.database_roles import url_of
from tests.support.databases import Databases
from tests.support.laptop import ROOT, synthesise

PEERS = ROOT / "bench" / "peers"
CACHE = ROOT / ".cache" / "bench"
GENEROUS = "100000/3600"
"""Value of every rate limit, so high that no request reaches it."""
_LIMITS = (
    *("REGISTRATIONS_PER_ADDRESS", "LOGINS_PER_ADDRESS", "TRIES_PER_ACCOUNT_AND_ADDRESS", "TRIES_PER_ACCOUNT"),
    *("DAILY_TRIES_PER_ACCOUNT_AND_ADDRESS", "CONFIRMATIONS_PER_EMAIL_AND_ADDRESS"),
    *("REFRESHES_PER_ADDRESS", "MAILS_PER_ACCOUNT", "PASSWORDS_PER_USER", "SUBMISSIONS_PER_USER", "KEYS_PER_USER"),
    *("EXPORT_PAGES_PER_USER", "CONFIRMATIONS_PER_EMAIL", "EMAIL_CHANGES_PER_USER"),
    "CONFIRMATIONS_PER_USER_AND_EMAIL",
    "WEBHOOK_ORDERS_PER_USER",
)

_SHARED_OMISSIONS = tuple(
    each for each in COMMON_OMISSIONS if not any("powertools" in glob for glob in (*each.folders, *each.files))
)
"""What is left out of packages that both layers have. The peers have no Powertools."""


@dataclass(frozen=True)
class Deployed:
    """The functions under test and their surroundings. `ours` has every API function by its operation."""

    dataset: Dataset
    ours: Mapping[str, FunctionSpec]
    layer: Path
    peer_layer: Path
    scratch: Path
    services: AwsServices
    log: LogFile
    watchdog: Watchdog

    def peer(self, operation: str) -> FunctionSpec | None:
        """Return the peer's function for an operation, with the same environment; None if the peer has none."""
        if not (PEERS / "functions" / f"{operation}.py").is_file():
            return None
        return replace(self.ours[operation], code=PEERS / "functions", layers=(self.peer_layer,))

    def empty(self) -> FunctionSpec:
        """Return a function that does nothing, without a layer."""
        return replace(self.ours["get_health"], code=PEERS / "empty", handler="empty.app", layers=())

    def launcher(self, function: FunctionSpec) -> Launcher:
        """Return a launcher for processes of `function`."""
        return Launcher(
            function=function,
            credentials=self.services.credentials(function).environment(),
            endpoint_url=self.services.url,
            overrides=dict.fromkeys(_LIMITS, GENEROUS) | {"POWERTOOLS_LOG_LEVEL": "ERROR"},
            scratch=self.scratch,
            log=self.log,
            watchdog=self.watchdog,
        )

    def environment(self, function: FunctionSpec) -> dict[str, str]:
        """Return the environment variables for a process of `function` that runs without a Runtime API."""
        return self.launcher(function).environment("127.0.0.1:9", self.scratch)


@contextmanager
def deployed(databases: Databases, folder: Path) -> Iterator[Deployed]:
    """Synthesise the platform, package the peers, fill a database, and start the services. `folder` is temporary."""
    blueprint = read_blueprint(Deployment(read_assembly(synthesise(CACHE / "assembly"))))
    endpoints = [function for function in blueprint.functions if function.handler.endswith(".app")]
    ours = {function.handler.removesuffix(".app"): function for function in endpoints}
    with ExitStack() as stack:
        url = stack.enter_context(databases.fresh())
        services = AwsServices(blueprint)
        services.start()
        stack.callback(services.stop)
        values = secret_values(blueprint.secrets, pooled_url=url, direct_url=url, odds_api_key="bench", kept={})
        # The database is migrated already, and its roles have the passwords of the tests.
        logins = {f"pickvs/local/database/{role}": json.dumps({"url": url_of(url, role)}) for role in ROLES}
        services.provision(values | logins)
        log = LogFile(folder / "functions.log")
        stack.callback(log.close)
        watchdog = Watchdog()
        stack.callback(watchdog.stop)
        scratch = folder / "scratch"
        scratch.mkdir()
        yield Deployed(
            dataset=fill(databases, url),
            ours=ours,
            layer=next(iter(ours.values())).layers[0],
            peer_layer=peer_layer(),
            scratch=scratch,
            services=services,
            log=log,
            watchdog=watchdog,
        )


def peer_layer() -> Path:
    """Return the peers' layer, built by the recipe of our own layer and cached by its inputs."""
    recipe = PackageRecipe(
        lock=ROOT / "requirements" / "peers.txt",
        sources=(PEERS / "fastapi_peer", ROOT / "layers" / "common" / "pickvs"),
        folder="python",
        mounted_at="/opt/python",
        wheel_platform=None,
        omissions=_SHARED_OMISSIONS,
    )
    asset = CACHE / f"peers-{recipe.digest()[:16]}"
    if not asset.is_dir():
        unfinished = asset.with_suffix(".unfinished")
        recipe.build(unfinished, find_uv(ROOT))
        unfinished.rename(asset)
    return asset
