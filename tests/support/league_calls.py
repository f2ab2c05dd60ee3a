"""Requests about fantasy leagues and drafts, as their members send them to the endpoints."""

from datetime import datetime
from typing import Any

from pickvs.core import clock
from tests.support.gateway import Answer, call

type User = tuple[int, str]
"""Id and name of a user."""

OPERATIONS: dict[str, tuple[str, str]] = {
    "create_league": ("POST", "/leagues"),
    "list_leagues": ("GET", "/leagues"),
    "list_my_leagues": ("GET", "/leagues/me"),
    "get_league": ("GET", "/leagues/{league}"),
    "change_league": ("PATCH", "/leagues/{league}"),
    "delete_league": ("DELETE", "/leagues/{league}"),
    "start_league": ("POST", "/leagues/{league}/start"),
    "hand_over_league": ("POST", "/leagues/{league}/handover"),
    "join_league": ("POST", "/leagues/{league}/constructors"),
    "list_constructors": ("GET", "/leagues/{league}/constructors"),
    "list_league_members": ("GET", "/leagues/{league}/members"),
    "set_league_role": ("PATCH", "/leagues/{league}/members/{name}"),
    "remove_league_member": ("DELETE", "/leagues/{league}/members/{name}"),
    "create_invitation": ("POST", "/leagues/{league}/invitations"),
    "list_league_invitations": ("GET", "/leagues/{league}/invitations"),
    "revoke_invitation": ("DELETE", "/invitations/{invitation}"),
    "list_my_invitations": ("GET", "/invitations/me"),
    "accept_invitation": ("POST", "/invitations/accept"),
    "decline_invitation": ("POST", "/invitations/decline"),
    "get_league_log": ("GET", "/leagues/{league}/log"),
    "get_league_leaderboard": ("GET", "/leagues/{league}/leaderboard"),
    "list_league_drafts": ("GET", "/leagues/{league}/drafts"),
    "get_draft": ("GET", "/drafts/{draft}"),
    "list_draft_drivers": ("GET", "/drafts/{draft}/drivers"),
    "pause_draft": ("POST", "/drafts/{draft}/pause"),
    "resume_draft": ("POST", "/drafts/{draft}/resume"),
    "undo_draft": ("POST", "/drafts/{draft}/undo"),
    "change_draft_clock": ("POST", "/drafts/{draft}/clock"),
    "set_draft_order": ("PUT", "/drafts/{draft}/order"),
    "get_constructor": ("GET", "/constructors/{constructor}"),
    "rename_constructor": ("PATCH", "/constructors/{constructor}"),
    "make_draft_pick": ("POST", "/constructors/{constructor}/drafts"),
    "list_constructor_drafts": ("GET", "/constructors/{constructor}/drafts"),
    "swap_draft_pick": ("PATCH", "/constructors/{constructor}/drafts/{pick}"),
    "get_draft_queue": ("GET", "/constructors/{constructor}/queue"),
    "replace_draft_queue": ("PUT", "/constructors/{constructor}/queue"),
    "get_constructor_points": ("GET", "/constructors/{constructor}/points"),
}
"""Method and path of every operation on leagues and drafts."""


class Caller:
    """A user at the endpoints. `at` is the time of the next requests."""

    def __init__(self, user: User | None, at: datetime, **credentials: Any) -> None:
        self.user = user
        self.at = at
        self._credentials = credentials

    def ask(self, operation: str, *, at: datetime | None = None, body: Any = None, **parts: Any) -> Answer:
        """Send a request. parts: those of the path by their names, and `query` and `headers`."""
        method, path = OPERATIONS[operation]
        request = {name: parts.pop(name) for name in ("query", "headers") if name in parts}
        with clock.held_at(at or self.at):
            return call(
                operation,
                method,
                path.format_map(parts),
                user=self.user,
                **({} if body is None else {"body": body}),
                **request,
                **self._credentials,
            )

    def get(self, operation: str, **parts: Any) -> dict[str, Any]:
        """Send a request that must be answered, and return the body."""
        answer = self.ask(operation, **parts)
        assert answer.status in {200, 201}, answer.body
        return dict(answer.body)

    def done(self, operation: str, **parts: Any) -> None:
        """Send a request that must be done and has no answer."""
        answer = self.ask(operation, **parts)
        assert answer.status == 204, answer.body
