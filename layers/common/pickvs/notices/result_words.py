"""The words of results in fantasy leagues, and of questions to administrators."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pickvs.notices.wording import Data, Words

_CAUSES = MappingProxyType(
    {
        "broken": "an answer breaks a rule",
        "gone": "an answer has gone",
        "disagreement": "two sources disagree",
        "unconfirmed_change": "one source alone has changed its answer",
        "unknown": "a contestant is not known",
        "unclear": "a seat may have gone to one of several",
        "cancelled": "a source says that it is cancelled",
    }
)


def _provisional(data: Data) -> Words:
    return Words(
        f"Provisional result: {_session(data)}",
        f"The {_session(data)} has a provisional result. In {_league(data)} your event stands at {_standing(data)}"
        f"{_before(data)}.",
    )


def _official(data: Data) -> Words:
    return Words(
        f"Official result: {_session(data)}",
        f"The result of the {_session(data)} is official. In {_league(data)} your event stands at {_standing(data)}"
        f"{_before(data)}.",
    )


def _amended(data: Data) -> Words:
    return Words(
        f"Amended result: {_session(data)}",
        f"The result of the {_session(data)} has been amended. In {_league(data)} your event now stands at "
        f"{_standing(data)}{_before(data)}.",
    )


def _review(data: Data) -> Words:
    about, event = data.get("about") or "result", data.get("event") or "an event"
    causes = "; ".join(_CAUSES.get(each, each) for each in data.get("causes") or ()) or "somebody must look at it"
    return Words(f"To decide: {about} of {event}", f"A question about the {about} of {event} is open: {causes}.")


WORDS: Mapping[str, Callable[[Data], Words]] = MappingProxyType(
    {
        "result.provisional": _provisional,
        "result.official": _official,
        "result.amended": _amended,
        "review.open": _review,
    }
)


def _session(data: Data) -> str:
    return f"{data.get('session') or 'session'} of {data.get('event') or 'an event'}"


def _league(data: Data) -> str:
    return str(data.get("league") or "your league")


def _standing(data: Data) -> str:
    return f"{_number(data.get('points'))} points, rank {data.get('rank') or '-'}"


def _before(data: Data) -> str:
    if data.get("points_before") is None:
        return ""
    return f" instead of {_number(data['points_before'])} points, rank {data.get('rank_before') or '-'}"


def _number(points: object) -> str:
    return f"{points:g}" if isinstance(points, int | float) else "-"
