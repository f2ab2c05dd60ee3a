"""Errors about contests and their simulations."""

from pickvs.core.errors import Conflict, Invalid, NotFound, TooManyRequests
from pickvs.dfs.contests.rules import MOST_CONTESTS, MOST_RUNNING

_RETRY_SECONDS = 5


def unknown_contest() -> NotFound:
    """Return the error for a contest that does not exist or that is another user's: nobody can tell which."""
    return NotFound("CONTEST_NOT_FOUND", "There is no such contest, or it is somebody else's.")


def unknown_run() -> NotFound:
    """Return the error for a run that does not exist or that is another user's: nobody can tell which."""
    return NotFound("CONTEST_RUN_NOT_FOUND", "There is no such simulation, or it is somebody else's.")


def no_results() -> NotFound:
    """Return the error for a contest whose standings were not uploaded."""
    return NotFound("RESULTS_NOT_FOUND", "The contest's finished standings have not been uploaded.")


def bad_payouts(said: str) -> Invalid:
    """Return the error for payouts that are no table of a contest."""
    return Invalid("PAYOUTS_DO_NOT_ADD_UP", f"The payouts are not those of a contest: {said}.")


def too_many_contests() -> Conflict:
    """Return the error for one contest too many."""
    return Conflict("TOO_MANY_CONTESTS", f"You have {MOST_CONTESTS} contests for this slate, which is the most.")


def build_of_other_slate() -> Conflict:
    """Return the error for lineups that are of another slate than the contest."""
    return Conflict("BUILD_OF_OTHER_SLATE", "The build is of another slate. Name a build of the contest's slate.")


def build_without_lineups() -> Conflict:
    """Return the error for a build whose lineups cannot be entered yet, or never."""
    return Conflict(
        "BUILD_WITHOUT_LINEUPS",
        "The build has no complete lineups. Wait until it has ended, or name another build.",
    )


def too_many_lineups(lineups: int, size: int) -> Conflict:
    """Return the error for a contest that is too small for the lineups."""
    return Conflict("CONTEST_TOO_SMALL", f"{lineups} lineups leave no place for others in a contest of {size} entries.")


def too_many_running() -> TooManyRequests:
    """Return the error for one run too many at once."""
    return TooManyRequests(
        f"{MOST_RUNNING} of your simulations are running. Wait until one has ended, or cancel one.",
        _RETRY_SECONDS,
        code="RUNS_RUNNING",
    )


def not_running() -> Conflict:
    """Return the error for cancelling a run that has ended."""
    return Conflict("RUN_NOT_RUNNING", "The simulation has ended. What it says stays.")


def still_in_play() -> Conflict:
    """Return the error for standings of a contest that has not ended."""
    return Conflict("CONTEST_IN_PLAY", "Somebody has players left to play. Upload the standings when all have played.")


def standings_of_other_contest(said: str) -> Conflict:
    """Return the error for standings that cannot be those of the contest."""
    return Conflict("STANDINGS_OF_OTHER_CONTEST", said)


def no_standings() -> NotFound:
    """Return the error for an upload that is not there, or is no file of standings."""
    return NotFound(
        "UPLOAD_NOT_FOUND", "There is no such upload of yours with the standings of a contest (kind dk_standings)."
    )
