"""What differs between the stages. Nothing else in this folder may ask which stage it is building."""

import platform
import re
from dataclasses import dataclass
from typing import Literal

from cdk.edge import Domain, Rate, WebAclLimits
from cdk.errors import DeploymentError

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?")

type CpuArchitecture = Literal["arm64", "x86_64"]
"""What Lambda calls its processors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageConfig:
    """One stage of the platform: the laptop's, the developers' or the users'."""

    name: str
    """`local`, `dev` or `prod`; part of every stack's, function's and secret's name."""

    wheel_platform: str | None
    """The platform (uv's name for it) that the functions' packages are made for; None is the machine that builds."""

    architecture: CpuArchitecture
    """The processor that the functions run on."""

    log_level: str
    """The least severe level that the functions log."""

    log_retention_days: int
    """How long logs are kept."""

    data_is_kept: bool
    """Whether secrets and raw answers outlive their stack, which is then protected against deletion."""

    empty_buckets_with_stack: bool
    """Whether removing the stack first empties its buckets; otherwise an engineer must."""

    raw_answers_expire_days: int
    """How long a provider's raw answers are kept."""

    lock_margin_seconds: int
    """How long before its announced tip-off a game locks."""

    max_odds_age_hours: int
    """A quote captured longer ago than this is refused as stale. A day and a bit: odds are fetched once a day."""

    odds_api_base_url: str
    """Where The Odds API answers, without a slash at the end."""

    odds_api_sports: tuple[str, ...]
    """The provider's keys of the sports whose odds and scores are fetched."""

    odds_api_regions: tuple[str, ...]
    """The provider's bookmaker regions; each costs credits."""

    scores_days_from: int
    """How many days back the scores call looks: 1 to 3, the provider's limits."""

    fetch_odds_schedule: str
    """When odds are fetched: an EventBridge schedule expression, in UTC."""

    process_results_schedule: str
    """When results are fetched and picks graded: an EventBridge schedule expression, in UTC."""

    back_up_schedule: str
    """When the database is exported: an EventBridge schedule expression, in UTC. What was written since the last export
    is lost with the database, unless that has point-in-time recovery. An export may take a quarter of an hour, so every
    45 minutes is what keeps a promise of one hour."""

    exports_expire_days: int
    """How long exports are kept; those of accounts that were erased meanwhile too."""

    throttle_rate: int
    """Requests a second to the whole API, sustained, where an endpoint's row sets no lower limit."""

    throttle_burst: int
    """Requests at once to the whole API, where an endpoint's row sets no lower limit."""

    web_origin: str | None
    """The origin (`https://…`, without a path) whose pages may call the API from a browser; None is none. `*` is every
    page's, which is safe here: credentials travel in a header that a page must have been given, never in a cookie."""

    web_acl: WebAclLimits | None
    """What AWS WAF lets through to the API; None is no web ACL, which costs nothing."""

    domain: Domain | None
    """The API's name; None is the one that API Gateway gives it, which a domain switches off."""

    secrets_cache_seconds: int
    """How long a function keeps the value of a secret before it asks for it again."""

    signing_keys_rotation_days: int
    """How often the key that signs access tokens is replaced."""

    signing_keys_delay_seconds: int
    """How long a new signing key is known before it signs. Four cache times at least: a rotation is given up in which
    less than two of them are left when the key comes into force."""

    registrations_per_address: Rate
    """How often accounts may be opened from one address (of IPv6: one /64)."""

    logins_per_address: Rate
    """How often a login may be tried from one address."""

    tries_per_account: Rate
    """How often one account's password may be guessed wrongly, from wherever. Whoever uses them up for somebody else
    keeps the owner from logging in meanwhile, not from going on with the sessions that are open."""

    refreshes_per_address: Rate
    """How often a session may be continued from one address."""

    authorizer_cache_seconds: int
    """How long the gateway remembers an authorizer's answer: a revoked key works as long, so 300 at most."""

    authorizer_memory_mb: int
    """The authorizer's memory, and with it its share of a processor (1,769 MB is one)."""

    ingestion_memory_mb: int
    """The memory of each scheduled function."""

    migrate_memory_mb: int
    """The memory of the function that brings the database's schema up to date."""

    def __post_init__(self) -> None:
        """Refuse what no browser would send as an origin, and a delay in which not every function reads a new key."""
        if self.web_origin not in {None, "*"} and not _ORIGIN.fullmatch(self.web_origin or ""):
            raise DeploymentError(f"web_origin {self.web_origin!r} is no origin; write it like https://pickvs.example")
        if self.signing_keys_delay_seconds < 4 * self.secrets_cache_seconds:
            raise DeploymentError("signing_keys_delay_seconds must be at least four times secrets_cache_seconds")


def _stage(
    *,
    name: str,
    log_retention_days: int,
    lock_margin_seconds: int,
    wheel_platform: str | None = "aarch64-manylinux_2_28",
    architecture: CpuArchitecture = "arm64",
    data_is_kept: bool = False,
    empty_buckets_with_stack: bool = False,
    back_up_schedule: str = "cron(30 9 * * ? *)",
    exports_expire_days: int = 7,
    throttle_rate: int = 100,
    throttle_burst: int = 200,
    web_origin: str | None = None,
    web_acl: WebAclLimits | None = None,
    domain: Domain | None = None,
    secrets_cache_seconds: int = 300,
    signing_keys_delay_seconds: int = 3600,
    registrations_per_address: Rate = Rate(10, 3600),
    logins_per_address: Rate = Rate(30, 600),
    tries_per_account: Rate = Rate(10, 900),
    refreshes_per_address: Rate = Rate(300, 600),
) -> StageConfig:
    """Return a stage that says what it does differently; the rest is the same in all of them."""
    return StageConfig(
        name=name,
        wheel_platform=wheel_platform,
        architecture=architecture,
        log_level="INFO",
        log_retention_days=log_retention_days,
        data_is_kept=data_is_kept,
        empty_buckets_with_stack=empty_buckets_with_stack,
        raw_answers_expire_days=400,
        lock_margin_seconds=lock_margin_seconds,
        max_odds_age_hours=26,
        odds_api_base_url="https://api.the-odds-api.com",
        odds_api_sports=("basketball_nba",),
        odds_api_regions=("us",),
        scores_days_from=3,
        fetch_odds_schedule="cron(0 5 * * ? *)",
        process_results_schedule="cron(0 9 * * ? *)",
        back_up_schedule=back_up_schedule,
        exports_expire_days=exports_expire_days,
        throttle_rate=throttle_rate,
        throttle_burst=throttle_burst,
        web_origin=web_origin,
        web_acl=web_acl,
        domain=domain,
        secrets_cache_seconds=secrets_cache_seconds,
        signing_keys_rotation_days=30,
        signing_keys_delay_seconds=signing_keys_delay_seconds,
        registrations_per_address=registrations_per_address,
        logins_per_address=logins_per_address,
        tries_per_account=tries_per_account,
        refreshes_per_address=refreshes_per_address,
        authorizer_cache_seconds=300,
        authorizer_memory_mb=1024,
        ingestion_memory_mb=1024,
        migrate_memory_mb=512,
    )


_OFTEN = Rate(600, 60)

STAGES: dict[str, StageConfig] = {
    stage.name: stage
    for stage in (
        _stage(
            name="local",
            wheel_platform=None,
            architecture="arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64",
            log_retention_days=7,
            lock_margin_seconds=0,
            web_origin="*",
            # Nobody there waits an hour to see a rotation through.
            secrets_cache_seconds=2,
            signing_keys_delay_seconds=20,
            # Everybody there is at one address, and tests are in a hurry.
            registrations_per_address=_OFTEN,
            logins_per_address=_OFTEN,
            tries_per_account=_OFTEN,
            refreshes_per_address=_OFTEN,
        ),
        _stage(
            name="dev",
            log_retention_days=7,
            lock_margin_seconds=0,
            empty_buckets_with_stack=True,
            web_origin="*",
        ),
        _stage(
            name="prod",
            log_retention_days=90,
            lock_margin_seconds=120,
            data_is_kept=True,
            back_up_schedule="rate(45 minutes)",
            exports_expire_days=35,
            throttle_rate=500,
            throttle_burst=1000,
            # Ten requests a second, over five minutes: a house full of players behind one address, and no flood.
            web_acl=WebAclLimits(
                requests_per_address=Rate(3000, 300), body_bytes=16_384, path_bytes=512, query_bytes=2048
            ),
        ),
    )
}


def stage_config(name: str | None) -> StageConfig:
    """Return the stage called `name` (`dev` if none is given). Raises DeploymentError for a name that is no stage."""
    try:
        return STAGES[name or "dev"]
    except KeyError:
        raise DeploymentError(f"no stage is called {name!r}; use -c stage= with one of {', '.join(STAGES)}") from None
