"""What differs between the stages. Nothing else in this folder may ask which stage it is building."""

import platform
from dataclasses import dataclass
from typing import Literal

from cdk.errors import DeploymentError

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

    delete_raw_answers_with_stack: bool
    """Whether removing the stack first empties its bucket; otherwise an engineer must."""

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

    throttle_rate: int
    """Requests a second to the whole API, sustained, where an endpoint's row sets no lower limit."""

    throttle_burst: int
    """Requests at once to the whole API, where an endpoint's row sets no lower limit."""

    authorizer_cache_seconds: int
    """How long the gateway remembers an authorizer's answer: a revoked token works as long, so 300 at most."""

    authorizer_memory_mb: int
    """The authorizer's memory, and with it its share of a processor (1,769 MB is one)."""

    ingestion_memory_mb: int
    """The memory of each scheduled function."""

    migrate_memory_mb: int
    """The memory of the function that brings the database's schema up to date."""


def _stage(
    *,
    name: str,
    log_retention_days: int,
    lock_margin_seconds: int,
    wheel_platform: str | None = "aarch64-manylinux_2_28",
    architecture: CpuArchitecture = "arm64",
    data_is_kept: bool = False,
    delete_raw_answers_with_stack: bool = False,
    throttle_rate: int = 100,
    throttle_burst: int = 200,
) -> StageConfig:
    """Return a stage that says what it does differently; the rest is the same in all of them."""
    return StageConfig(
        name=name,
        wheel_platform=wheel_platform,
        architecture=architecture,
        log_level="INFO",
        log_retention_days=log_retention_days,
        data_is_kept=data_is_kept,
        delete_raw_answers_with_stack=delete_raw_answers_with_stack,
        raw_answers_expire_days=400,
        lock_margin_seconds=lock_margin_seconds,
        max_odds_age_hours=26,
        odds_api_base_url="https://api.the-odds-api.com",
        odds_api_sports=("basketball_nba",),
        odds_api_regions=("us",),
        scores_days_from=3,
        fetch_odds_schedule="cron(0 5 * * ? *)",
        process_results_schedule="cron(0 9 * * ? *)",
        throttle_rate=throttle_rate,
        throttle_burst=throttle_burst,
        authorizer_cache_seconds=300,
        authorizer_memory_mb=1024,
        ingestion_memory_mb=1024,
        migrate_memory_mb=512,
    )


STAGES: dict[str, StageConfig] = {
    stage.name: stage
    for stage in (
        _stage(
            name="local",
            wheel_platform=None,
            architecture="arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64",
            log_retention_days=7,
            lock_margin_seconds=0,
        ),
        _stage(name="dev", log_retention_days=7, lock_margin_seconds=0, delete_raw_answers_with_stack=True),
        _stage(
            name="prod",
            log_retention_days=90,
            lock_margin_seconds=120,
            data_is_kept=True,
            throttle_rate=500,
            throttle_burst=1000,
        ),
    )
}


def stage_config(name: str | None) -> StageConfig:
    """Return the stage called `name` (`dev` if none is given). Raises DeploymentError for a name that is no stage."""
    try:
        return STAGES[name or "dev"]
    except KeyError:
        raise DeploymentError(f"no stage is called {name!r}; use -c stage= with one of {', '.join(STAGES)}") from None
