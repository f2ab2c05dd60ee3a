"""Daily fantasy: how lineups are built and contests simulated."""

from dataclasses import dataclass

from cdk.errors import DeploymentError


@dataclass(frozen=True, slots=True, kw_only=True)
class Dfs:
    """The functions that build lineups and simulate contests."""

    build_lineups_schedule: str = "cron(45 6 * * ? *)"
    """Schedule on which builds are looked after that no alarm has told of, in UTC."""

    builds_at_once: int = 20
    """Runs of build_lineups at once. A build that comes while all are busy waits for one of them."""

    simulate_contest_schedule: str = "cron(45 6 * * ? *)"
    """Schedule on which simulations of contests are looked after that no alarm has told of, in UTC."""

    simulations_at_once: int = 10
    """Runs of simulate_contest at once. A simulation that comes while all are busy waits for one of them."""

    def __post_init__(self) -> None:
        """Reject a stage that would build nothing. Raises DeploymentError."""
        if self.builds_at_once < 1:
            raise DeploymentError("dfs.builds_at_once is at least 1: nobody else builds lineups")
        if self.simulations_at_once < 1:
            raise DeploymentError("dfs.simulations_at_once is at least 1: nobody else simulates contests")
