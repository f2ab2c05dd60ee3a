"""What is fetched from The Odds API, and when.

To add a sport to a stage, name its key: `odds_api=OddsApi(sports=("basketball_nba", "soccer_epl"))` in `cdk/config.py`.
The keys are in `layers/common/pickvs/sports/sports.json`. Synthesis says what a day costs.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from cdk.covered_sports import check_sports
from cdk.credits import FREE_PLAN, DailyCredits, daily_credits
from cdk.errors import DeploymentError
from cdk.schedules import longest_gap, runs_a_day, times_of_day


@dataclass(frozen=True, slots=True, kw_only=True)
class OddsApi:
    """Requests to The Odds API, and their schedules."""

    base_url: str = "https://api.the-odds-api.com"
    """URL of the provider, without a trailing slash."""

    sports: tuple[str, ...] = ("basketball_nba",)
    """Sports whose odds and scores are fetched, by the provider's keys. Each costs credits."""

    regions: tuple[str, ...] = ("us",)
    """Bookmaker regions, by the provider's keys. Each costs credits."""

    scores_days_from: int = 3
    """Days that the scores call looks back: 1 to 3, the provider's limits."""

    fetch_odds_schedule: str = "cron(0 5 * * ? *)"
    """When odds are fetched: an EventBridge schedule expression, in UTC."""

    process_results_schedule: str = "cron(0 9 * * ? *)"
    """When results are fetched and picks graded: an EventBridge schedule expression, in UTC."""

    monthly_credits: int = FREE_PLAN
    """Credits a month of the account's plan, by default the free one. The planner divides them (docs/credits.md). The
    provider's own report of what is left goes before."""

    def __post_init__(self) -> None:
        """Reject sports that are not covered, and a plan without credits. Raises DeploymentError."""
        check_sports(self.sports)
        if self.monthly_credits < 1:
            raise DeploymentError("odds_api.monthly_credits must be positive")

    def daily_credits(self) -> list[DailyCredits]:
        """Return what each sport costs a day in season, in the provider's credits."""
        return daily_credits(
            self.sports,
            self.regions,
            odds_runs=runs_a_day(self.fetch_odds_schedule),
            scores_runs=runs_a_day(self.process_results_schedule),
        )

    @property
    def max_results_age_hours(self) -> int:
        """Hours after which results are stale: the longest time between two runs, and two hours, rounded up."""
        return ceil(longest_gap(self.process_results_schedule) / timedelta(hours=1)) + 2

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the settings to a function."""
        return {
            "ODDS_API_BASE_URL": self.base_url,
            "ODDS_API_SPORTS": ",".join(self.sports),
            "ODDS_API_REGIONS": ",".join(self.regions),
            "SCORES_DAYS_FROM": str(self.scores_days_from),
            "MAX_RESULTS_AGE_HOURS": str(self.max_results_age_hours),
            "MONTHLY_CREDITS": str(self.monthly_credits),
            "ODDS_TIMES": ",".join(times_of_day(self.fetch_odds_schedule)),
            "RESULTS_A_DAY": str(ceil(runs_a_day(self.process_results_schedule))),
        }
