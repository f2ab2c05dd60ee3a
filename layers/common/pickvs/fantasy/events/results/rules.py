"""The states of a session's result. Pure.

    awaited -> provisional -> official -> amended (any number of times) -> frozen
    review at any point before frozen; void if the session was cancelled

Two sources report. The first complete answer of the first source is provisional and scores at once. It is official when
the second source says the same, or an administrator does: never by time alone. What is official changes only when both
sources agree on the change, or an administrator accepts it. In every other case the facts in force stay, and a review
is open: sources that disagree, an answer that breaks an invariant, an answer that has gone.

Answers are compared by their digests (`pickvs.fantasy.events.rules`); the facts themselves stand elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

type Standing = Literal["awaited", "provisional", "official", "amended"]
type State = Literal["awaited", "provisional", "official", "amended", "review", "frozen", "void"]
type Source = Literal["first", "second"]
type Cause = Literal["broken", "gone", "disagreement", "unconfirmed_change"]
"""Why a review is open: a broken invariant, an answer withdrawn, sources apart, a change by one source only."""
type RefusalCode = Literal["RESULT_FROZEN", "RESULT_VOID", "RESULT_NOT_FINAL", "NOTHING_TO_DECIDE", "NOTHING_TO_REOPEN"]

GONE = "gone"
"""The digest of an answer that a source had given and has no longer."""


@dataclass(frozen=True, slots=True)
class Said:
    """The latest answer of a source.

    is_complete: every invariant holds and every driver is known. is_refused: an administrator has seen this answer and
    decided otherwise; it holds until the source says something else.
    """

    digest: str
    is_complete: bool
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """An open question to an administrator. proposals: digests of the answers that speak against what is in force."""

    causes: tuple[Cause, ...]
    proposals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of one session.

    version: of the facts in force, 0 for none; versions count up by one. digest: of these facts. is_decided: an
    administrator's word, which stands until it is reopened. latest: the highest version stored; above `version` only
    after the result was frozen, when changes are stored and not applied. provisional_since: when the facts in force
    became so; None unless they are provisional.
    """

    standing: Standing = "awaited"
    version: int = 0
    digest: str | None = None
    first: Said | None = None
    second: Said | None = None
    review: Review | None = None
    is_decided: bool = False
    is_void: bool = False
    is_frozen: bool = False
    latest: int = 0
    latest_digest: str | None = None
    provisional_since: datetime | None = None

    @property
    def state(self) -> State:
        """The state that is shown. The facts in force score in every state but void."""
        if self.is_void:
            return "void"
        if self.is_frozen:
            return "frozen"
        return "review" if self.review is not None else self.standing


@dataclass(frozen=True, slots=True)
class Versioned:
    """A new version of the facts. is_applied: False for one that came after the cut-off, and is only shown."""

    version: int
    digest: str
    standing: Standing
    is_applied: bool = True


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The version in force became official."""

    version: int


@dataclass(frozen=True, slots=True)
class ReviewOpened:
    """A review was opened, or its question changed."""

    review: Review


@dataclass(frozen=True, slots=True)
class ReviewClosed:
    """The review is over."""


@dataclass(frozen=True, slots=True)
class Voided:
    """The session was cancelled: it gives no points."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """From now on nothing changes."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """An administrator took a decision back."""


type Act = Versioned | Confirmed | ReviewOpened | ReviewClosed | Voided | Frozen | Reopened


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a result cannot be changed in this way."""

    code: RefusalCode
    detail: str


type Outcome = tuple[Result, tuple[Act, ...]]

AWAITED = Result()
_FROZEN = Refusal("RESULT_FROZEN", "The season's results are frozen. Nothing about them can be changed any more.")
_VOID = Refusal("RESULT_VOID", "The session was cancelled. Reopen it first.")


def hear(result: Result, source: Source, answer: tuple[str, bool] | None, at: datetime) -> Outcome:
    """Return the result after a source has answered, and what changed.

    answer: the digest and whether it is complete; None if the source has no result, which means nothing until it had
    one. The same answer again changes nothing.
    """
    before = result.first if source == "first" else result.second
    if answer is None and before is None:
        return result, ()
    said = Said(GONE, is_complete=False) if answer is None else Said(*answer)
    if before is not None and replace(before, is_refused=False) == said:
        return result, ()
    heard = replace(result, first=said) if source == "first" else replace(result, second=said)
    if heard.is_void:
        return heard, ()
    return _stored(heard) if heard.is_frozen else _settled(heard, at)


def decide(result: Result, digest: str, at: datetime) -> Outcome | Refusal:
    """Return the result after an administrator has decided that these facts hold, and what changed.

    digest: of a source's answer, of the facts in force, or of facts that the administrator entered. What the sources
    say otherwise at this moment is refused; what they say later opens a review again.
    """
    refusal = _closed(result)
    if refusal is not None:
        return refusal
    if digest == GONE:
        return Refusal("NOTHING_TO_DECIDE", "The source has no result any more. Decide on the facts that shall hold.")
    decided = replace(
        result, first=_refused(result.first, digest), second=_refused(result.second, digest), is_decided=True
    )
    decided, acts = _taken(decided, digest, at, is_agreed=True)
    return _reviewed(decided, acts)


def reopen(result: Result, at: datetime) -> Outcome | Refusal:
    """Return the result after an administrator has taken back a decision or a cancellation, and what changed.

    From now on it is again judged by what the sources said last.
    """
    if result.is_frozen:
        return _FROZEN
    if not result.is_decided and not result.is_void:
        return Refusal("NOTHING_TO_REOPEN", "No decision is in force. The result follows its sources already.")
    first, second = (
        None if said is None else replace(said, is_refused=False) for said in (result.first, result.second)
    )
    reopened, acts = _settled(replace(result, first=first, second=second, is_decided=False, is_void=False), at)
    return reopened, (Reopened(), *acts)


def void(result: Result) -> Outcome | Refusal:
    """Return the result of a session that was cancelled, and what changed. Facts in force are kept, without points."""
    if result.is_frozen:
        return _FROZEN
    if result.is_void:
        return result, ()
    closed: tuple[Act, ...] = () if result.review is None else (ReviewClosed(),)
    return replace(result, is_void=True, review=None), (*closed, Voided())


def freeze(result: Result) -> Outcome | Refusal:
    """Return the result after the season's end, and what changed. Only what is settled can be frozen."""
    if result.is_frozen:
        return result, ()
    if not result.is_void and (result.standing not in ("official", "amended") or result.review is not None):
        return Refusal("RESULT_NOT_FINAL", "The result is not official, or under review. Decide it first.")
    return replace(result, is_frozen=True), (Frozen(),)


def remembered(result: Result, first: Said | None, second: Said | None) -> Result:
    """Return a result that was read without its answers, with them and the review that follows from them."""
    known = replace(result, first=first, second=second)
    is_closed = known.is_void or known.is_frozen
    return known if is_closed else replace(known, review=_review_of(known))


def understood(result: Result, second: tuple[str, bool] | None) -> Result:
    """Return a result that an administrator has decided, with the second source's answer in the words of that decision.

    second: its digest and whether it is complete. The answer itself is no other, so it is refused if it differs.
    """
    if second is None or result.second is None or result.second.digest == GONE:
        return result
    digest, is_complete = second
    said = Said(digest, is_complete, is_refused=digest != result.digest)
    return remembered(result, result.first, said)


def _closed(result: Result) -> Refusal | None:
    if result.is_frozen:
        return _FROZEN
    return _VOID if result.is_void else None


def _refused(said: Said | None, digest: str) -> Said | None:
    return said if said is None else replace(said, is_refused=said.digest != digest)


def _settled(result: Result, at: datetime) -> Outcome:
    """Return the result by what both sources said last: take what may be taken, and review what may not."""
    first, second = result.first, result.second
    acts: tuple[Act, ...] = ()
    if not result.is_decided and first is not None and first.is_complete:
        agreed = second is not None and second == first
        alone = second is None or not second.is_complete
        if agreed or (alone and result.standing in ("awaited", "provisional")):
            result, acts = _taken(result, first.digest, at, is_agreed=agreed)
    return _reviewed(result, acts)


def _taken(result: Result, digest: str, at: datetime, *, is_agreed: bool) -> Outcome:
    """Return the result with these facts in force. is_agreed: by both sources, or by an administrator's word."""
    is_settled = result.standing in ("official", "amended")
    if digest == result.digest:
        if not is_agreed or is_settled:
            return result, ()
        return replace(result, standing="official", provisional_since=None), (Confirmed(result.version),)
    standing: Standing = ("amended" if is_settled else "official") if is_agreed else "provisional"
    version = result.latest + 1
    changed = replace(
        result,
        standing=standing,
        version=version,
        digest=digest,
        latest=version,
        latest_digest=digest,
        provisional_since=(result.provisional_since or at) if standing == "provisional" else None,
    )
    return changed, (Versioned(version, digest, standing),)


def _reviewed(result: Result, acts: Sequence[Act]) -> Outcome:
    """Return the result with the review that it needs, or none."""
    review = _review_of(result)
    if review == result.review:
        return result, tuple(acts)
    act: Act = ReviewClosed() if review is None else ReviewOpened(review)
    return replace(result, review=review), (*acts, act)


def _review_of(result: Result) -> Review | None:
    first, second = result.first, result.second
    if first is None and result.digest is None:
        return None  # the second source alone: nothing is believed, so nothing can be wrong
    said = [each for each in (first, second) if each is not None and not each.is_refused]
    # What is in force may itself be broken: an administrator accepted it, and has taken his word back.
    against = [each for each in said if each.digest != result.digest or not (each.is_complete or result.is_decided)]
    if not against:
        return None
    causes: list[Cause] = []
    if any(each.digest == GONE for each in against):
        causes.append("gone")
    if any(not each.is_complete and each.digest != GONE for each in against):
        causes.append("broken")
    complete = [each for each in against if each.is_complete]
    if complete:
        both = first is not None and second is not None and first.is_complete and second.is_complete
        causes.append("disagreement" if both and first != second else "unconfirmed_change")
    return Review(tuple(causes), tuple(sorted({each.digest for each in against if each.digest != GONE})))


def _stored(result: Result) -> Outcome:
    """Return a frozen result that both sources amend: the change is stored and shown, and not applied."""
    first, second = result.first, result.second
    if first is None or second is None or not (first.is_complete and second.is_complete):
        return result, ()
    if first.digest != second.digest or first.digest == result.latest_digest:
        return result, ()
    version = result.latest + 1
    stored = replace(result, latest=version, latest_digest=first.digest)
    return stored, (Versioned(version, first.digest, "amended", is_applied=False),)
