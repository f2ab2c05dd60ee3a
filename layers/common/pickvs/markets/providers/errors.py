"""How asking a provider can fail. `code` is stable: it stands in the run's row.

ProviderError
|- InvalidKey      the key is missing, wrong or switched off; an engineer must act
|- OutOfCredits    the month's credits are used up; nothing helps before the next month
|- Refused         the provider does not accept the question
|- RateLimited     too many questions at once
|- ProviderDown    no connection, or an error on the provider's side
|- ProviderTimeout no answer in time
|- BadAnswer       an answer that is not what was asked for: not JSON, cut short, not a list, too large

The client has already repeated what a repetition within seconds can help. `retry_later` says whether asking again in
minutes can. No text here holds the key, whatever the provider wrote.
"""

from dataclasses import dataclass
from typing import ClassVar

from pickvs.core.errors import PickvsError


@dataclass(frozen=True, slots=True)
class Credits:
    """The provider's own count, from its headers; each may be absent, and `remaining` can be negative."""

    used: int | None = None
    remaining: int | None = None
    last: int | None = None
    """What this question cost."""


class ProviderError(PickvsError):
    """A provider did not give a usable answer. `http_status` is None when there was none."""

    code: ClassVar[str] = "PROVIDER_ERROR"
    retry_later: ClassVar[bool] = True

    def __init__(self, detail: str, *, http_status: int | None = None, credit: Credits | None = None) -> None:
        super().__init__(detail)
        self.http_status = http_status
        self.credits = credit or Credits()


class InvalidKey(ProviderError):
    """The provider does not accept the key."""

    code = "INVALID_KEY"
    retry_later = False


class OutOfCredits(ProviderError):
    """The account's credits are used up."""

    code = "OUT_OF_CREDITS"
    retry_later = False


class Refused(ProviderError):
    """The provider does not accept the question; the same one will be refused again."""

    code = "REFUSED"
    retry_later = False


class RateLimited(ProviderError):
    """The provider asks for patience."""

    code = "RATE_LIMITED"


class ProviderDown(ProviderError):
    """The provider cannot be reached or failed."""

    code = "PROVIDER_DOWN"


class ProviderTimeout(ProviderError):
    """The provider did not answer in time."""

    code = "PROVIDER_TIMEOUT"


class BadAnswer(ProviderError):
    """The provider answered something else than what it promises."""

    code = "BAD_ANSWER"
