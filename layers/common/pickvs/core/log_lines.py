"""What makes a log line of an event: powertools, with everything secret taken out at the last step."""

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.logging.types import LogRecord

from pickvs.core.logging import redacted


class _RedactingFormatter(LambdaPowertoolsFormatter):
    def serialize(self, log: LogRecord) -> str:
        return super().serialize(redacted(log))


def new_logger(*, stage: str | None) -> Logger:
    """Return a logger whose lines all have the field `stage`."""
    return Logger(logger_formatter=_RedactingFormatter(utc=True, use_rfc3339=True), stage=stage)
