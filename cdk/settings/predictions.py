"""What is forecast, and when models are trained."""

from dataclasses import dataclass

from cdk.covered_sports import check_sports


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """Sports that are forecast, and the schedules of training and of forecasts."""

    sports: tuple[str, ...] = ("basketball_nba", "basketball_wnba", "americanfootball_nfl", "baseball_mlb")
    """Sports whose models are trained and whose games are forecast, where their facts are known."""

    train_schedule: str = "cron(0 11 ? * MON *)"
    """When models are trained anew, in UTC: an EventBridge schedule expression. Leagues out of season are left out."""

    predict_schedule: str = "cron(0 11,16 * * ? *)"
    """When forecasts are published, in UTC: after the morning's statistics, and before the evening. Beside that, before
    each slate."""

    training_memory_mb: int = 3008
    """Memory of the function that trains, for 250,000 lines of players. Lambda gives two processors with it."""

    def __post_init__(self) -> None:
        """Reject sports that are not covered. Raises DeploymentError."""
        check_sports(self.sports)

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the settings to a function."""
        return {"PREDICTED_SPORTS": ",".join(self.sports)}
