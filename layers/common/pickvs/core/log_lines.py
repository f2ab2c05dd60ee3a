"""Log formatter: Powertools' JSON formatter, with secrets redacted in the last step."""

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.logging.types import LogRecord

from pickvs.core.redaction import redacted


class _RedactingFormatter(LambdaPowertoolsFormatter):
    def serialize(self, log: LogRecord) -> str:
        return super().serialize(redacted(log))


def new_logger(*, stage: str | None) -> Logger:
    """Return a logger that adds the field `stage` to every line."""
    return Logger(logger_formatter=_RedactingFormatter(utc=True, use_rfc3339=True), stage=stage)
