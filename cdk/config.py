"""Configuration of the stages. No other module in this folder may depend on which stage it builds."""

import platform
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from cdk.errors import DeploymentError
from cdk.settings.database import AuroraDatabase, Database, DatabaseTls, NeonDatabase
from cdk.settings.delivery import Delivery
from cdk.settings.dfs import Dfs
from cdk.settings.edge import Edge, WebAclLimits
from cdk.settings.fantasy import NON_COMMERCIAL, Fantasy, LeagueLimits
from cdk.settings.feeds import Feeds
from cdk.settings.functions import FunctionSettings
from cdk.settings.game_clock import GameClock
from cdk.settings.groups import GroupLimits
from cdk.settings.notices import Mail, WebhookTargets
from cdk.settings.observability import Observability
from cdk.settings.odds_api import OddsApi
from cdk.settings.pick_rules import PickRules
from cdk.settings.predictions import Predictions
from cdk.settings.rates import Rate
from cdk.settings.recovery import Recovery
from cdk.settings.retention import Retention
from cdk.settings.rollout import Rollout
from cdk.settings.runtime import Runtime
from cdk.settings.scores_sources import ScoresSources
from cdk.settings.sign_in import SigningKeys, SignInLimits, UserLimits
from cdk.settings.stats_sources import StatsSources


@dataclass(frozen=True, slots=True, kw_only=True)
class StageConfig:
    """Configuration of one stage: `local` for a laptop, `dev` for developers, `prod` for users.

    The defaults here and in the groups of settings apply to every stage that does not override them.
    """

    name: str
    """`local`, `dev` or `prod`. Part of the name of every stack, function and secret."""

    database: Database = NeonDatabase()
    """Database of the stage. Switching to another database does not move the data: see the runbook."""

    other_databases: tuple[Database, ...] = ()
    """Other databases that `-c database=` can select, to compare templates and costs."""

    runtime: Runtime = Runtime()
    retention: Retention = Retention()
    edge: Edge = Edge()
    sign_in: SignInLimits = SignInLimits()
    user_limits: UserLimits = UserLimits()
    signing_keys: SigningKeys = SigningKeys()
    pick_rules: PickRules = PickRules()
    groups: GroupLimits = GroupLimits()
    odds_api: OddsApi = OddsApi()
    scores_sources: ScoresSources = ScoresSources()
    stats_sources: StatsSources = StatsSources()
    predictions: Predictions = Predictions()
    fantasy: Fantasy = Fantasy()
    leagues: LeagueLimits = LeagueLimits()
    dfs: Dfs = Dfs()
    feeds: Feeds = Feeds()
    game_clock: GameClock = GameClock()
    webhook_targets: WebhookTargets = WebhookTargets()
    recovery: Recovery = Recovery()
    observability: Observability = Observability()

    notices_schedule: str = "cron(30 6 * * ? *)"
    """Schedule on which notices are delivered that no event and no alarm has told of."""

    mail: Mail | None = None
    """From where mails come. None: the stage sends no mail, and says so in each delivery."""

    rollout: Rollout | None = None
    """Gradual roll-out of new versions, for the authorizer and the endpoints with `gradual` in their row. None: a new
    version takes over at once, which needs no published versions and costs nothing."""

    snap_start: bool = False
    """Whether the authorizer and the endpoints with `snap_start` in their row use Lambda SnapStart. Only published
    versions have snapshots, so `rollout` is required. Stored snapshots are billed by the hour."""

    delivery: Delivery | None = None
    """Repository whose workflows deploy the stage. None: only engineers deploy it."""

    @property
    def budget_usd(self) -> int:
        """Monthly AWS budget in US dollars, including the database if it runs at AWS."""
        own = self.database.monthly_budget_usd if isinstance(self.database, AuroraDatabase) else 0
        return self.observability.monthly_budget_usd + own

    def environment(self, groups: Iterable[type[FunctionSettings]]) -> dict[str, str]:
        """Return the environment variables that pass these groups of settings to a function.

        Raises DeploymentError for a group that is not a field of StageConfig.
        """
        values = {type(value): value for value in (getattr(self, field.name) for field in fields(self))}
        variables: dict[str, str] = {}
        for group in groups:
            settings = values.get(group)
            if settings is None:
                raise DeploymentError(f"StageConfig has no settings {group.__name__}; add a field for them")
            variables |= settings.environment()
        return variables

    def __post_init__(self) -> None:
        """Reject contradictory settings. Raises DeploymentError."""
        if self.snap_start and self.rollout is None:
            raise DeploymentError("snap_start needs a rollout: only published versions start from snapshots")
        if not self.webhook_targets.public_only and self.name != "local":
            raise DeploymentError("webhooks may lead into private networks on a laptop only; set public_only")
        self.signing_keys.check(secrets_cache_seconds=self.runtime.secrets_cache_seconds)


_OFTEN = Rate(600, 60)

_LOCAL = StageConfig(
    name="local",
    database=NeonDatabase(tls=DatabaseTls.OFF, pooled=False),
    runtime=Runtime(
        wheel_platform=None,
        architecture="arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64",
        secrets_cache_seconds=2,
    ),
    edge=Edge(web_origin="*"),
    mail=Mail(domain="pickvs.example"),
    # A laptop plays the source itself, and asks ESPN only if its user names ESPN's address.
    scores_sources=ScoresSources(espn=True, contact="https://pickvs.example/laptop"),
    stats_sources=StatsSources(espn=True, nba_report=True, contact="https://pickvs.example/laptop"),
    feeds=Feeds(
        nws=True,
        open_meteo=True,
        weather_terms=NON_COMMERCIAL,
        draftkings_sports=("NBA",),
        draftkings_permission="not needed: the laptop asks its own stand-in",
        contact="https://pickvs.example/laptop",
    ),
    # Of the stand-in, whose race weekends begin every five minutes.
    fantasy=Fantasy(
        jolpica=True,
        f1db=True,
        provider_terms=NON_COMMERCIAL,
        contact="https://pickvs.example/laptop",
        hour_seconds=7.5,
    ),
    odds_api=OddsApi(monthly_credits=100_000),  # of the stand-in
    webhook_targets=WebhookTargets(public_only=False),
    # The stand-in's games last 45 seconds, and bookmakers withdraw them 60 seconds before the tip-off.
    game_clock=GameClock(
        closing_lead_seconds=130, closing_reach_seconds=200, first_check_seconds=45, check_every_seconds=60
    ),
    # Short enough that an engineer can watch a whole rotation: it takes less than half a minute.
    signing_keys=SigningKeys(delay_seconds=20),
    # All clients of a laptop share one address, and the tests send many requests.
    sign_in=SignInLimits(
        registrations_per_address=_OFTEN,
        logins_per_address=_OFTEN,
        tries_per_account_and_address=_OFTEN,
        daily_tries_per_account_and_address=_OFTEN,
        tries_per_account=_OFTEN,
        refreshes_per_address=_OFTEN,
        mails_per_account=_OFTEN,
        confirmations_per_email_and_address=_OFTEN,
        confirmations_per_email=_OFTEN,
    ),
    user_limits=UserLimits(
        passwords_per_user=_OFTEN,
        submissions_per_user=_OFTEN,
        keys_per_user=_OFTEN,
        export_pages_per_user=_OFTEN,
        email_changes_per_user=_OFTEN,
        confirmations_per_user_and_email=_OFTEN,
        webhook_orders_per_user=_OFTEN,
    ),
    groups=GroupLimits(joins_per_user=_OFTEN),
    leagues=LeagueLimits(codes_per_address=_OFTEN, tables_per_user=_OFTEN),
)

_DEV = StageConfig(
    name="dev",
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
    retention=Retention(empty_buckets_with_stack=True),
    edge=Edge(web_origin="*"),
    observability=Observability(canary_schedule="cron(0 3,9,15,21 * * ? *)"),
)

_PROD = StageConfig(
    name="prod",
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
    retention=Retention(log_days=90, data_is_kept=True),
    edge=Edge(
        throttle_rate=500,
        throttle_burst=1000,
        # Ten requests per second over five minutes: enough for a household of players behind one address. Five writes.
        web_acl=WebAclLimits(
            requests_per_address=Rate(3000, 300),
            writes_per_address=Rate(300, 60),
            body_bytes=16_384,
            path_bytes=512,
            query_bytes=2048,
        ),
    ),
    pick_rules=PickRules(lock_margin_seconds=120),
    recovery=Recovery(back_up_schedule="rate(45 minutes)", exports_expire_days=35),
    observability=Observability(monthly_budget_usd=100, measure_schedule="rate(5 minutes)"),
    rollout=Rollout(percent=10, minutes=10),
    snap_start=True,
)

STAGES: dict[str, StageConfig] = {stage.name: stage for stage in (_LOCAL, _DEV, _PROD)}


def stage_config(name: str | None, *, database: str | None = None) -> StageConfig:
    """Return the stage `name` (default: `dev`), with the database mode `database` if given.

    Raises DeploymentError for an unknown stage, and for a database mode that the stage does not have.
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
