"""Every error that PickVs raises on purpose.

PickvsError
|- ConfigurationError        the deployment is wrong; nobody's request can mend it
|- DatabaseUnavailable       no connection to the database; try again soon
|  |- LoginRefused           it was there, and did not let us in
|     |- PasswordRefused     because of the password
|- StorageUnavailable        the object store refused or cannot be reached
|  |- ObjectMissing          it has no such object
|- RequestError              the caller can do something about it; `code` is stable and part of the HTTP contract
   |- BadRequest             not readable at all
   |- Unauthenticated        no credentials, or not valid ones
   |- Forbidden              valid credentials that do not reach this far
   |- NotFound               no such thing
   |- Conflict               at odds with the present state
   |- Invalid                readable, with a value that is not allowed
   |- TooManyRequests        slow down

Features raise these with their own codes; `pickvs.http.problems` alone knows which status each becomes.
"""

from dataclasses import dataclass
from typing import Any


class PickvsError(Exception):
    """Base of all errors raised on purpose."""


class ConfigurationError(PickvsError):
    """The deployment lacks something the code needs."""


class DatabaseUnavailable(PickvsError):
    """The database cannot be reached now."""


class LoginRefused(DatabaseUnavailable):
    """The database asked for the password, and did not let in who sent it; why is not known."""


class PasswordRefused(LoginRefused):
    """The server said that the password is wrong, or that it has no such user."""


class StorageUnavailable(PickvsError):
    """The object store refused or cannot be reached now."""


class ObjectMissing(StorageUnavailable):
    """The object store has no object of this name."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong, and where: `field` is a path such as `picks[2].quote_id`."""

    field: str
    message: str


class RequestError(PickvsError):
    """An error that the caller can mend.

    code: stable, upper snake case. detail: a sentence that says what to do. errors: the fields at fault.
    extra: further members of the problem document, for instance the quote that replaced a moved one.
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
    """The request cannot be read."""


class Unauthenticated(RequestError):
    """The credentials are missing or not valid."""


class Forbidden(RequestError):
    """The credentials are valid and do not allow this."""


class NotFound(RequestError):
    """There is no such thing."""


class Conflict(RequestError):
    """The request is at odds with the present state."""


class Invalid(RequestError):
    """A value is not allowed."""


class TooManyRequests(RequestError):
    """Too many requests; `retry_after` says for how many seconds to wait."""

    def __init__(self, code: str, detail: str, retry_after: int) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after
