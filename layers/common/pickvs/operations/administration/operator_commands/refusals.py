"""Why a command is refused, and what to send."""

from pickvs.core.errors import PickvsError

USAGE = (
    'Send {"command": "grant_role", "username": "…", "role": "admin" or "user", "reason": "…"}, '
    '{"command": "record_past_games", "username": "…", "sport": "…", "source": "…", "rows": [{…}], "reason": "…"}, '
    '{"command": "replay_draft", "draft_id": …} or {"command": "rebuild_standings"}.'
)


class CommandRefused(PickvsError):
    """The command cannot be executed; the message says why, and what to send."""
