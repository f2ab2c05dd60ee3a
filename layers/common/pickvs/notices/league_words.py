"""The words of what happens in fantasy leagues and their drafts."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pickvs.notices.wording import Data, Words, moment

_PICKED_BY = MappingProxyType(
    {
        "commissioner": "A commissioner has picked",
        "auto": "Autopick has picked",
        "expiry": "Your clock has run out. The system has picked",
        "retired": "The system has picked",
        "lock": "The draft is locked. The system has picked",
    }
)


def _of_league(title: str, text: str) -> Callable[[Data], Words]:
    """Return words in which {league} and {event} stand for the names."""

    def words(data: Data) -> Words:
        names = {"league": _league(data), "event": _event(data)}
        return Words(title.format(**names), text.format(**names))

    return words


def _removed(data: Data) -> Words:
    return Words(
        f"You were removed from {_league(data)}",
        f"A commissioner has removed you from {_league(data)}{_because(data)}. Your points stay on its board.",
    )


def _joined(data: Data) -> Words:
    team = data.get("team_name") or "A new constructor"
    return Words(f"{team} has joined {_league(data)}", f"{team} has joined {_league(data)}.")


def _opened(data: Data) -> Words:
    slots, contestants = data.get("slots"), data.get("contestants")
    text = f"The draft of {_league(data)} for {_event(data)} is open."
    if isinstance(slots, int) and isinstance(contestants, int) and contestants < slots:
        text += f" It has {slots} slots and {contestants} contestants: the last slots stay empty."
    return Words(f"The draft for {_event(data)} is open", text)


def _turn(data: Data) -> Words:
    by = f" Pick by {moment(data['expires_at'])}." if data.get("expires_at") else ""
    return Words(
        f"Your turn: {_event(data)}", f"You are on turn in the draft of {_league(data)} for {_event(data)}.{by}"
    )


def _picked(data: Data) -> Words:
    return Words(
        f"{_contestant(data)} was picked for {_event(data)}",
        f"In the draft of {_league(data)} for {_event(data)}, {_contestant(data)} was picked in slot {_slot(data)}.",
    )


def _autopicked(data: Data) -> Words:
    by = _PICKED_BY.get(str(data.get("made_by")), "The system has picked")
    return Words(
        f"Picked for you: {_contestant(data)} ({_event(data)})",
        f"{by} {_contestant(data)} for you in the draft of {_league(data)} for {_event(data)}{_because(data)}.",
    )


def _paused(data: Data) -> Words:
    return Words(
        f"The draft for {_event(data)} is paused",
        f"A commissioner of {_league(data)} has paused the draft for {_event(data)}{_because(data)}. Its lock stays.",
    )


def _resumed(data: Data) -> Words:
    return Words(
        f"The draft for {_event(data)} goes on",
        f"A commissioner of {_league(data)} has resumed the draft for {_event(data)}{_because(data)}.",
    )


def _undone(data: Data) -> Words:
    return Words(
        f"Picks for {_event(data)} were undone",
        f"A commissioner of {_league(data)} has voided the picks for {_event(data)} from slot "
        f"{data.get('to_slot') or 1} on{_because(data)}. The draft is paused.",
    )


def _moved(data: Data) -> Words:
    return Words(
        f"New times: {_event(data)}",
        f"{_event(data)} has moved. The draft of {_league(data)} opens at {moment(data.get('opens_at'))} and is locked "
        f"at {moment(data.get('lock_at'))}.",
    )


WORDS: Mapping[str, Callable[[Data], Words]] = MappingProxyType(
    {
        "league.invited": _of_league(
            "You are invited to {league}", "You are invited to the fantasy league {league}. Your invitations show it."
        ),
        "league.joined": _joined,
        "league.started": _of_league(
            "{league} has started",
            "The fantasy league {league} has started. Its seed is shown, its rules are fixed.",
        ),
        "league.finished": _of_league(
            "{league} is finished", "The fantasy league {league} is finished. Its board is final."
        ),
        "league.removed": _removed,
        "league.handover_offered": _of_league(
            "You are asked to lead {league}",
            "The commissioner of {league} offers you to lead it. Accept or decline among your invitations.",
        ),
        "league.handed_over": _of_league("{league} has a new commissioner", "{league} has a new commissioner."),
        "draft.opened": _opened,
        "draft.turn": _turn,
        "draft.turn_reminder": _of_league(
            "Still your turn: {event}",
            "A quarter of your clock is left in the draft of {league} for {event}.",
        ),
        "draft.picked": _picked,
        "draft.autopicked": _autopicked,
        "draft.skipped": _of_league(
            "Your turn was passed over: {event}",
            "Your clock has run out in the draft of {league} for {event}. You may fill the slot until the lock.",
        ),
        "draft.auto_on": _of_league(
            "Autopick is on: {event}",
            "Several of your turns in {league} have expired, so the system picks for you. A pick by hand ends that.",
        ),
        "draft.paused": _paused,
        "draft.resumed": _resumed,
        "draft.undone": _undone,
        "draft.locked": _of_league(
            "The draft for {event} is locked", "The draft of {league} for {event} is locked. Nobody picks any more."
        ),
        "draft.void": _of_league(
            "No draft for {event}", "{league} holds no draft for {event}. The same order comes again."
        ),
        "draft.reinstated": _of_league(
            "The draft for {event} goes on",
            "{event} takes place after all. The draft of {league} for it goes on where it was, and its picks stand.",
        ),
        "event.moved": _moved,
        "event.void": _of_league(
            "{event} is cancelled",
            "{event} is cancelled. The draft of {league} is void, and its order comes again.",
        ),
    }
)


def _league(data: Data) -> str:
    return str(data.get("league") or "your league")


def _event(data: Data) -> str:
    return str(data.get("event") or "the next event")


def _contestant(data: Data) -> str:
    return str(data.get("contestant") or "a contestant")


def _slot(data: Data) -> Any:
    return data.get("slot") or "of the draft"


def _because(data: Data) -> str:
    reason = str(data.get("reason") or "").rstrip(".")
    return f" ({reason})" if reason else ""
