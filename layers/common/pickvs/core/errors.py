"""Exceptions that PickVs raises deliberately.

PickvsError
|- ConfigurationError        the deployment is wrong; callers cannot fix it
|- DatabaseUnavailable       the database cannot be reached; retry soon
|  |- LoginRefused           the server refused the login
|     |- PasswordRefused     the server rejected the password
|- StorageUnavailable        the object store refused the request or cannot be reached
|  |- ObjectMissing          the object does not exist
|- MailRefused               a mail cannot be sent, now or later
|- MailUnavailable           the mail service refused the request or cannot be reached
   |- MailThrottled          it takes no more mails at the moment
|- AlarmNotSet               a function could not be woken, or no alarm set for it
|- RequestError              the caller can fix it; `code` is stable and part of the HTTP contract
   |- BadRequest             the request cannot be parsed
   |- Unauthenticated        missing or invalid credentials
   |- Forbidden              valid credentials without the required permission
   |- NotFound               the resource does not exist
   |- Conflict               the request conflicts with the current state
   |- Invalid                a value is not allowed
   |- TooManyRequests        a rate limit is exceeded

Features raise these with their own codes. Only `pickvs.http.problems` maps them to HTTP statuses.
"""

from dataclasses import dataclass
from typing import Any


class PickvsError(Exception):
    """Base class of all exceptions raised deliberately."""


class ConfigurationError(PickvsError):
    """The deployment lacks something that the code needs."""


class DatabaseUnavailable(PickvsError):
    """The database cannot be reached at the moment."""


class LoginRefused(DatabaseUnavailable):
    """The database server asked for a password and then refused the login, for an unknown reason."""


class PasswordRefused(LoginRefused):
    """The database server reported a wrong password or an unknown user."""


class StorageUnavailable(PickvsError):
    """The object store refused the request or cannot be reached at the moment."""


class ObjectMissing(StorageUnavailable):
    """The object store has no object with this key."""


class MailRefused(PickvsError):
    """The mail cannot be sent, however often it is tried."""


class MailUnavailable(PickvsError):
    """The mail service did not accept the mail. A later attempt may succeed."""


class MailThrottled(MailUnavailable):
    """The mail service takes no more mails at the moment. That is no fault of this one."""


class AlarmNotSet(PickvsError):
    """A function could not be woken, or no alarm could be set for it. Its next run does what is due."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One invalid value of a request. `field` is its path, such as `picks[2].quote_id`."""

    field: str
    message: str


class RequestError(PickvsError):
    """An error that the caller can fix.

    code: stable identifier in upper snake case. detail: a sentence that says what to do. errors: the invalid fields.
    extra: additional members of the problem document, for example the quotes that replaced the outdated ones.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        errors: tuple[FieldError, ...] = (),
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.extra = extra or {}


class BadRequest(RequestError):
    """The request cannot be parsed."""


class Unauthenticated(RequestError):
    """The credentials are missing or invalid."""


class Forbidden(RequestError):
    """The credentials are valid but do not permit the operation."""


class NotFound(RequestError):
    """The resource does not exist."""


class Conflict(RequestError):
    """The request conflicts with the current state."""


class Invalid(RequestError):
    """A value is not allowed."""


class TooManyRequests(RequestError):
    """A limit is exceeded. `retry_after` is the number of seconds to wait.

    By default its code is that of the gateway's throttle: clients need not know who limits them. Another code is for
    limits that are no rates.
    """

    def __init__(self, detail: str, retry_after: int, *, code: str = "TOO_MANY_REQUESTS") -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after
