from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OddsApi:
    """Requests to The Odds API, and their schedules."""

    base_url: str = "https://api.the-odds-api.com"
    """URL of the provider, without a trailing slash."""

    sports: tuple[str, ...] = ("basketball_nba",)
    """Sports whose odds and scores are fetched, by the provider's keys."""

    regions: tuple[str, ...] = ("us",)
    """Bookmaker regions, by the provider's keys. Each costs credits."""

    scores_days_from: int = 3
    """Days that the scores call looks back: 1 to 3, the provider's limits."""

    fetch_odds_schedule: str = "cron(0 5 * * ? *)"
    """When odds are fetched: an EventBridge schedule expression, in UTC."""

    process_results_schedule: str = "cron(0 9 * * ? *)"
    """When results are fetched and picks graded: an EventBridge schedule expression, in UTC."""

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the settings to a function."""
        return {
            "ODDS_API_BASE_URL": self.base_url,
            "ODDS_API_SPORTS": ",".join(self.sports),
            "ODDS_API_REGIONS": ",".join(self.regions),
            "SCORES_DAYS_FROM": str(self.scores_days_from),
        }
