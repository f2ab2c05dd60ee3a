"""The words of each kind of notice, for the feed, mails and webhooks."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pickvs.notices import league_words, result_words
from pickvs.notices.wording import Data, Words, moment

_RESULTS = MappingProxyType({"win": "won", "loss": "lost", "push": "pushed", "void": "was voided"})
_VOID_REASONS = MappingProxyType(
    {
        "game_void": "the game was not played on its date",
        "after_start": "it was placed after the game had begun",
        "tie": "the game ended in a tie, and the draw was not on offer",
        "duplicate": "you had picked the same market of the same game before",
    }
)


OF_UNKNOWN_KIND = Words("News of your account", "This notice has no words yet. Look again in a few minutes.")
"""Shown for a notice that a newer release has told, while that release is being deployed."""


def words_of(kind: str, data: Data) -> Words:
    """Return the words of a notice. Raises KeyError for a kind that has none."""
    words = _WORDS[kind](data)
    return Words(one_line(words.title), one_line(words.text))


def one_line(text: str) -> str:
    """Return `text` in one line without control characters, so that no name can add a line to a mail."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def token_page(kind: str) -> str:
    """Return the path of the web page that takes the one-time token of a kind's mail. Empty for any other kind."""
    return _TOKEN_PAGES.get(kind, "")


_TOKEN_PAGES = MappingProxyType({"account.confirm_email": "/confirm", "account.password_forgotten": "/reset"})


def _settled(data: Data) -> Words:
    result = _RESULTS.get(data.get("result", ""), "was graded")
    return Words(
        f"Your pick {result}: {_pick(data)} ({_units(data)})",
        f"Your pick of {_pick(data)} in {_game(data)} {result}. It counts {_units(data)}.",
    )


def _voided(data: Data) -> Words:
    reason = _VOID_REASONS.get(data.get("void_reason") or "")
    because = f", because {reason}" if reason else ""
    return Words(
        f"Your pick was voided: {_pick(data)}",
        f"Your pick of {_pick(data)} in {_game(data)} was voided{because}. It counts 0 units.",
    )


def _regraded(data: Data) -> Words:
    before = data.get("before") or {}
    was, now = (_RESULTS.get(each.get("result", ""), "was graded") for each in (before, data))
    return Words(
        f"Your pick was graded again: {_pick(data)} ({_units(data)})",
        f"The result of {_game(data)} has changed. Your pick of {_pick(data)} {was} before ({_units(before)}); "
        f"now it {now} ({_units(data)}).",
    )


def _moved(data: Data) -> Words:
    return Words(
        f"New time: {_game(data)}",
        f"{_game(data)} now starts at {moment(data.get('starts_at'))} instead of {moment(data.get('started_at'))}. "
        "Your open picks on it stay as they are.",
    )


def _confirm_email(data: Data) -> Words:
    return Words(
        "Confirm your e-mail address",
        f"Somebody, probably you, has given this address to the PickVs account {_account(data)}. To confirm it, log in "
        "and enter the code below. If it was not you, ignore this mail: without the code the account cannot use your "
        "address.",
    )


def _password_forgotten(data: Data) -> Words:
    return Words(
        "Set a new password",
        f"Somebody, probably you, wants to set a new password for the PickVs account {_account(data)}. The code below "
        "sets one. If it was not you, ignore this mail: the password stays as it is.",
    )


def _password_changed(data: Data) -> Words:
    return Words(
        "Your password was changed",
        f"The password of the PickVs account {_account(data)} was changed, and its other sessions have ended. "
        f"{_NOT_YOU}",
    )


def _email_changed(data: Data) -> Words:
    return Words(
        "Your e-mail address was changed",
        f"The PickVs account {_account(data)} has another e-mail address. If this was not you, log in, change "
        "the address back, and set a new password at once.",
    )


def _username_changed(data: Data) -> Words:
    return Words(
        "Your username was changed",
        f"Your PickVs account is now called {_account(data)}. Your former name leads to it. {_NOT_YOU}",
    )


def _api_key_made(data: Data) -> Words:
    name = data.get("name")
    return Words(
        "An API key was made",
        f"An API key{f' called “{name}”' if name else ''} was made for the PickVs account {_account(data)}. {_NOT_YOU}",
    )


def _webhook_made(data: Data) -> Words:
    host = data.get("host")
    return Words(
        "A webhook was made",
        f"A webhook{f' that leads to {host}' if host else ''} was made for the PickVs account {_account(data)}. What "
        f"happens to your picks and your account is sent there. {_NOT_YOU}",
    )


def _sessions_ended(data: Data) -> Words:
    return Words(
        "All sessions have ended",
        f"All sessions and API keys of the PickVs account {_account(data)} have ended. Log in again. {_NOT_YOU}",
    )


def _webhook_test(_: Data) -> Words:
    return Words("A test of your webhook", "You have asked PickVs to test this webhook.")


# By mail, because a mere change of the password leaves API keys and webhooks as they are.
_NOT_YOU = (
    "If this was not you, reset your password by mail at once. That also ends all sessions and API keys, and deletes "
    "all webhooks."
)

_WORDS: Mapping[str, Callable[[Data], Words]] = MappingProxyType(
    {
        "pick.settled": _settled,
        "pick.voided": _voided,
        "pick.regraded": _regraded,
        "game.moved": _moved,
        "account.confirm_email": _confirm_email,
        "account.password_forgotten": _password_forgotten,
        "account.password_changed": _password_changed,
        "account.email_changed": _email_changed,
        "account.username_changed": _username_changed,
        "account.api_key_made": _api_key_made,
        "account.webhook_made": _webhook_made,
        "account.sessions_ended": _sessions_ended,
        "webhook.test": _webhook_test,
        **league_words.WORDS,
        **result_words.WORDS,
    }
)


def _account(data: Data) -> str:
    return str(data.get("username") or "of this address")


def _game(data: Data) -> str:
    return f"{data.get('away_team', 'the away team')} at {data.get('home_team', 'the home team')}"


def _pick(data: Data) -> str:
    """Return what was picked: `Boston Celtics -4.5`, `over 220.5`, `draw`."""
    line, selection = data.get("line"), str(data.get("selection", ""))
    team = data.get({"home": "home_team", "away": "away_team"}.get(selection, ""))
    if team is None:
        return selection if line is None else f"{selection} {line:g}"
    return f"{team} to win" if line is None else f"{team} {line:+g}"


def _units(data: Data) -> str:
    units = data.get("units")
    return "no units" if units is None else f"{units:+.2f} units" if units else "0 units"
