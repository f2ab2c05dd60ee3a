"""Errors of requests to a source (a data provider). `code` is stable and stored in the run's row.

ProviderError
|- InvalidKey      the API key is missing, wrong or deactivated; the operator must act
|- OutOfCredits    the monthly credits are used up
|- Refused         the provider rejects the request
|- RateLimited     too many requests at once
|- ProviderDown    no connection, or a server error of the provider
|- ProviderTimeout no response in time
|- BadAnswer       an unexpected response: not JSON, truncated, not a list, too large
|- UnusableAnswer  a well-formed response without anything usable in it

The source's client has already retried what a retry within seconds can fix. `retry_later` says whether a retry in
minutes may succeed. Messages never contain the API key, whatever the provider sent.
"""

from typing import ClassVar

from pickvs.core.errors import PickvsError
from pickvs.jobs.sources import Credits


class ProviderError(PickvsError):
    """The provider gave no usable response. `http_status` is None if there was no response."""

    code: ClassVar[str] = "PROVIDER_ERROR"
    retry_later: ClassVar[bool] = True

    def __init__(self, detail: str, *, http_status: int | None = None, credit: Credits | None = None) -> None:
        super().__init__(detail)
        self.http_status = http_status
        self.credits = credit or Credits()


class InvalidKey(ProviderError):
    """The provider rejects the API key."""

    code = "INVALID_KEY"
    retry_later = False


class OutOfCredits(ProviderError):
    """The account's credits are used up."""

    code = "OUT_OF_CREDITS"
    retry_later = False


class Refused(ProviderError):
    """The provider rejects the request. Repeating it cannot succeed."""

    code = "REFUSED"
    retry_later = False


class RateLimited(ProviderError):
    """The provider limits the request rate."""

    code = "RATE_LIMITED"


class ProviderDown(ProviderError):
    """The provider cannot be reached, or returned a server error."""

    code = "PROVIDER_DOWN"


class ProviderTimeout(ProviderError):
    """The provider did not respond in time."""

    code = "PROVIDER_TIMEOUT"


class BadAnswer(ProviderError):
    """The provider's response does not match its documentation."""

    code = "BAD_ANSWER"


class UnusableAnswer(ProviderError):
    """The response has nothing usable in it, although there was something before or its parts say that there is."""

    code = "UNUSABLE_ANSWER"
