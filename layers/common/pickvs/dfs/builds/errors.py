"""Errors about builds."""

from pickvs.core.errors import Conflict, FieldError, Invalid, NotFound, TooManyRequests
from pickvs.dfs.builds.rules import MOST_EXCLUDED, MOST_RUNNING

_RETRY_SECONDS = 5


def unknown_build() -> NotFound:
    """Return the error for a build that does not exist or that is another user's: nobody can tell which."""
    return NotFound("BUILD_NOT_FOUND", "There is no such build, or it is somebody else's.")


def not_running() -> Conflict:
    """Return the error for cancelling a build that has ended."""
    return Conflict("BUILD_NOT_RUNNING", "The build has ended. Its lineups stay.")


def too_many_running() -> TooManyRequests:
    """Return the error for one build too many at once."""
    return TooManyRequests(
        f"{MOST_RUNNING} of your builds are running. Wait until one has ended, or cancel one.",
        _RETRY_SECONDS,
        code="BUILDS_RUNNING",
    )


def invalid_build(errors: list[FieldError]) -> Invalid:
    """Return the error for a build whose values do not fit the slate."""
    return Invalid("INVALID_VALUE", "Some values are not valid; see errors.", tuple(errors))


def impossible_build(reasons: list[str]) -> Invalid:
    """Return the error for rules that no lineups can keep, as arithmetic shows."""
    return Invalid(
        "INFEASIBLE",
        "No lineups keep these rules: " + " ".join(reasons),
        extra={"conflict": reasons},
    )


def too_many_excluded() -> FieldError:
    """Return the problem of excluded builds with too many lineups."""
    return FieldError("exclude_builds", f"have more than {MOST_EXCLUDED} lineups together; exclude fewer builds")
