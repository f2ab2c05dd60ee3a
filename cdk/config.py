"""What differs between the stages. Nothing else in this folder may ask which stage it is building."""

import platform
import re
from dataclasses import dataclass, replace
from typing import Literal

from cdk.database import AuroraDatabase, Database, DatabaseTls, NeonDatabase
from cdk.delivery import Delivery
from cdk.edge import Domain, Rate, WebAclLimits
from cdk.errors import DeploymentError
from cdk.rollout import Rollout

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

    database: Database
    """What keeps the stage's data. To deploy another one leaves what is in the first behind: see the runbook."""

    other_databases: tuple[Database, ...]
    """What may be asked for in its place by `-c database=`, to look at the templates and at what they would cost."""

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

    alarm_email: str | None
    """Who is told of alarms and of the budget, once the address has confirmed the mail that AWS sends it; None is
    nobody by mail: then something else has to be subscribed to the topic."""

    monthly_budget_usd: int
    """What a month may cost at AWS beside a database there: somebody is told at 80 % of both together, and when the
    forecast is more. Nothing is stopped."""

    measure_schedule: str
    """When age of odds, unsettled games and the rest are measured: an EventBridge schedule expression, in UTC. Every
    time wakes a database that sleeps while nobody asks."""

    canary_schedule: str | None
    """When the canary walks through the API as a user does: an EventBridge schedule expression, in UTC. None is never
    by itself: its picks, although nobody's in the end, would stand among the users'."""

    rollout: Rollout | None
    """How a new version of what answers requests takes over; None is at once, which needs no version and costs
    nothing."""

    snap_start: bool
    """Whether the functions that a row of ENDPOINTS says it of, and the authorizer, start from a snapshot of their
    memory. Lambda takes one of each published version, so it needs a rollout; keeping them costs by the hour."""

    delivery: Delivery | None
    """The repository whose workflows deploy the stage; None is an engineer alone."""

    @property
    def budget_usd(self) -> int:
        """What a month may cost at AWS, the database included where it is there."""
        own = self.database.monthly_budget_usd if isinstance(self.database, AuroraDatabase) else 0
        return self.monthly_budget_usd + own

    def __post_init__(self) -> None:
        """Refuse what cannot be, or would not do what it says. Raises DeploymentError."""
        if self.web_origin not in {None, "*"} and not _ORIGIN.fullmatch(self.web_origin or ""):
            raise DeploymentError(f"web_origin {self.web_origin!r} is no origin; write it like https://pickvs.example")
        if self.snap_start and self.rollout is None:
            raise DeploymentError("snap_start needs a rollout: only published versions start from snapshots")
        if self.signing_keys_delay_seconds < 4 * self.secrets_cache_seconds:
            raise DeploymentError("signing_keys_delay_seconds must be at least four times secrets_cache_seconds")


def _stage(
    *,
    name: str,
    database: Database,
    log_retention_days: int,
    lock_margin_seconds: int,
    other_databases: tuple[Database, ...] = (),
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
    alarm_email: str | None = None,
    monthly_budget_usd: int = 30,
    measure_schedule: str = "cron(10 3,9,15,21 * * ? *)",
    canary_schedule: str | None = None,
    rollout: Rollout | None = None,
    snap_start: bool = False,
    delivery: Delivery | None = None,
) -> StageConfig:
    """Return a stage that says what it does differently; the rest is the same in all of them."""
    return StageConfig(
        name=name,
        wheel_platform=wheel_platform,
        architecture=architecture,
        database=database,
        other_databases=other_databases,
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
        alarm_email=alarm_email,
        monthly_budget_usd=monthly_budget_usd,
        measure_schedule=measure_schedule,
        canary_schedule=canary_schedule,
        rollout=rollout,
        snap_start=snap_start,
        delivery=delivery,
    )


_OFTEN = Rate(600, 60)

STAGES: dict[str, StageConfig] = {
    stage.name: stage
    for stage in (
        _stage(
            name="local",
            database=NeonDatabase(tls=DatabaseTls.OFF),
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
            database=NeonDatabase(),
            other_databases=(
                AuroraDatabase(
                    min_acu=0,
                    max_acu=2,
                    pause_after_minutes=5,
                    readers=0,
                    backup_days=3,
                    availability_zones=2,
                    nat_gateways=1,
                    monitoring_seconds=60,
                    password_rotation_days=30,
                    monthly_budget_usd=100,
                ),
            ),
            log_retention_days=7,
            lock_margin_seconds=0,
            empty_buckets_with_stack=True,
            web_origin="*",
            canary_schedule="cron(0 3,9,15,21 * * ? *)",
        ),
        _stage(
            name="prod",
            database=NeonDatabase(),
            other_databases=(
                AuroraDatabase(
                    min_acu=1,
                    max_acu=16,
                    pause_after_minutes=None,
                    readers=1,
                    backup_days=35,
                    availability_zones=2,
                    nat_gateways=2,
                    monitoring_seconds=60,
                    password_rotation_days=30,
                    monthly_budget_usd=350,
                ),
            ),
            log_retention_days=90,
            lock_margin_seconds=120,
            data_is_kept=True,
            monthly_budget_usd=100,
            rollout=Rollout(percent=10, minutes=10),
            snap_start=True,
            measure_schedule="rate(5 minutes)",
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


def stage_config(name: str | None, *, database: str | None = None) -> StageConfig:
    """Return the stage called `name` (`dev` if none is given), with the database mode `database` if that is given.

    Raises DeploymentError for a name that is no stage, and for a mode that the stage does not have.
    """
    try:
        config = STAGES[name or "dev"]
    except KeyError:
        raise DeploymentError(f"no stage is called {name!r}; use -c stage= with one of {', '.join(STAGES)}") from None
    modes = {each.MODE: each for each in (config.database, *config.other_databases)}
    if database is not None and database not in modes:
        raise DeploymentError(
            f"{config.name} has no database {database!r}; use -c database= with one of {', '.join(modes)}"
        )
    return replace(config, database=modes[database]) if database else config
