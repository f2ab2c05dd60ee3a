from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Retention of the data that a stage writes."""

    log_days: int = 7
    """Days after which log lines are deleted."""

    raw_answers_days: int = 400
    """Days after which a provider's raw answers are deleted."""

    uploads_days: int = 400
    """Days after which a user's uploaded files are deleted. What was read from them stays."""

    housekeeping_schedule: str = "cron(0 10 * * ? *)"
    """When expired rows of the database are deleted: an EventBridge schedule expression, in UTC."""

    data_is_kept: bool = False
    """Whether secrets and buckets outlive their stack, which is then protected against deletion."""

    empty_buckets_with_stack: bool = False
    """Whether deleting the stack first empties its buckets. If not, an engineer must empty them."""
