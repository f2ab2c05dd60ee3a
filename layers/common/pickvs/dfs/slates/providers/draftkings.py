"""Client of DraftKings' lobby. Its terms have prohibited automated access since 29 January 2016: see docs/sources.md.

It is for a stage that has the site's written permission, and for the laptop's stand-in.
"""

import json
import time

from pickvs.dfs.slates.providers.draftkings_parsing import SITE, Group
from pickvs.jobs.sources import Answer, Question
from pickvs.markets.providers.http_source import Pace, Patience
from pickvs.markets.providers.polite_client import PoliteClient
from pickvs.markets.providers.reading import json_of

PATIENCE = Patience(connect=5, read=15, pauses=(2,), answer_bytes=24 * 1024 * 1024)
"""A lobby is up to 10 MB."""
SECONDS = 60
_RULES, _DRAFTABLES = "rules", "draftables"


def lobby_question(sport: str) -> Question:
    """Return the question for the slates of a sport, by the site's name of it, such as NBA."""
    return Question("lobby", sport.lower(), "/lobby/getcontests", {"sport": sport})


def group_question(group: Group) -> Question:
    """Return the question for a slate's rules and players."""
    paths = {
        _RULES: f"/lineups/v1/gametypes/{group.rules}/rules",
        _DRAFTABLES: f"/draftgroups/v1/draftgroups/{group.id}/draftables",
    }
    return Question("slate", str(group.id), "", paths)


class DraftKings:
    """Asks the lobby at one address and everything else at another, at one pace."""

    name = SITE

    def __init__(self, lobby_url: str, api_url: str, contact: str, pace: Pace) -> None:
        self._lobby = PoliteClient(SITE, lobby_url, contact, patience=PATIENCE, pace=pace)
        self._api = PoliteClient(SITE, api_url, contact, patience=PATIENCE, pace=pace)

    def ask(self, question: Question, *, seconds: float) -> Answer:
        """Return the lobby, or the rules and draftables of a slate as one document. Raises ProviderError."""
        if question.kind == "lobby":
            return self._lobby.ask(question, seconds=seconds)
        ends = time.monotonic() + seconds
        parts = {}
        for name, path in question.parameters.items():
            left = max(1.0, ends - time.monotonic())
            answer = self._api.ask(Question(question.kind, question.subject, path, {}), seconds=left)
            json_of(answer.body, dict)
            parts[name] = answer.body.decode("utf-8-sig")
        whole = ",".join(f"{json.dumps(name)}:{text}" for name, text in parts.items())
        return Answer(f"{{{whole}}}".encode(), answer.http_status, answer.credits, answer.attempts)
