from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Observability:
    """Measurements, the canary, and who is notified."""

    alarm_email: str | None = None
    """Mail address for alarms and budget notifications. It must first confirm AWS's mail. None: no mail is sent; an
    engineer can subscribe another endpoint to the topic."""

    monthly_budget_usd: int = 30
    """Monthly AWS budget in US dollars, without a database. A notification is sent at 80 % of the budget, and when the
    forecast exceeds it. Nothing is stopped."""

    measure_schedule: str = "cron(10 3,9,15,21 * * ? *)"
    """When the gauges are measured: an EventBridge schedule expression, in UTC. Each run wakes a paused database."""

    least_closes_percent: int = 75
    """Share of a week's graded picks that have a closing quote, in percent, below which an alarm rings. The planner may
    give up one close in ten, and a night without captures costs one pick in seven: two such nights ring, one does not.
    """

    canary_schedule: str | None = None
    """When the canary exercises the API: an EventBridge schedule expression, in UTC. None: only when invoked.
    The canary erases its picks; until then they are among the users' picks."""
