"""Names of erased accounts, and what an export leaves out. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pickvs.accounts.rules import ERASED_PREFIX

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "users.password_hash": "A secret: the hash of your password. We do not know the password itself.",
        "users.erased_at": "Empty while you have an account.",
        "refresh_tokens.token_hash": "A secret: the hash of a session's refresh token, which you have.",
        "account_tokens.token_hash": "A secret: the hash of a one-time token, which was mailed to you.",
        "api_keys.key_hash": "A secret: the hash of an API key, which you have; the key begins with the prefix.",
        "groups.code": "The invitation to a group that you own. GET /groups shows it to you; whoever has it can join.",
        "constructors.name_key": "The name of your team, without regard to case and spaces.",
        "league_invitations.code_sha256": "A secret: the hash of an invitation code, which was shown when it was made.",
        "dfs_builds.worker": "A number drawn by the process that builds your lineups, while it does.",
        "dfs_builds.claimed_until": "Until when that process has said that it is at work.",
        "dfs_contest_runs.worker": "A number drawn by the process that simulates a contest for you, while it does.",
        "dfs_contest_runs.claimed_until": "Until when that process has said that it is at work.",
        "dfs_contest_runs.workings": "Sums from which the result of a simulation follows, which is in the export.",
        "lineups.fingerprint": "Players of the lineup in an order that shows whether two lineups are the same.",
        "webhooks.secret": "A secret: it signs what is sent to your webhook, and you have it.",
        "webhooks.held_until": "Set for a minute when your server was slow to answer.",
        "deliveries.is_urgent": "It follows from the kind of the notice.",
        "deliveries.secret": "A secret: the one-time token in a mail that has not been sent yet.",
        "unsubscribe_keys.key": "A secret: it signs the unsubscribe links in your mails.",
        "limits.key": "Digests of your e-mail address, username or id, some with a network address. Attempts are "
        "counted by them.",
        "game_results.source": "The id of the administrator who set a result; the audit log has their actions.",
        "game_merges.actor_id": "The id of the administrator who merged games; the audit log has their actions.",
        "game_merges.reason": "The reason that the administrator gave; the audit log has it with the action.",
        "training_runs.requested_by": "The id of the administrator who asked for a training; the audit log has it.",
        "promotions.actor_id": "The id of the administrator who changed a model; the audit log has their actions.",
        "result_versions.decided_by": "The id of the administrator who set a result; the audit log has it.",
        "result_versions.reason": "The reason that the administrator gave; the audit log has it with the action.",
        "result_acts.decided_by": "The id of the administrator who decided on a result; the audit log has it.",
        "result_acts.reason": "The reason that the administrator gave; the audit log has it with the action.",
        "fantasy_reviews.decided_by": "The id of the administrator who answered a question; the audit log has it.",
        "fantasy_reviews.reason": "The reason that the administrator gave; the audit log has it with the action.",
        "substitutions.decided_by": "The id of the administrator who named who scores; the audit log has it.",
        "substitutions.reason": "The reason that the administrator gave; the audit log has it with the action.",
        "limits.theoretical_arrival": "When those attempts expire, within a day of the last one. The next daily "
        "cleanup deletes them. Erasing your account deletes those of your id at once.",
    }
)
"""Data about a user that is stored but not exported: table.column, and the reason in words for the user.

A hash proves nothing to its owner, and an attacker who obtains an export could try to guess the original.
"""


def without_others(state: Mapping[str, Any], own_source: str) -> dict[str, Any]:
    """Return a game's state from the audit log without another administrator's id.

    own_source: the source that results name for the caller. Other sources are cut at the colon, as the public sees
    them.
    """
    source = state.get("source")
    if not isinstance(source, str) or source == own_source:
        return dict(state)
    return {**state, "source": source.partition(":")[0]}


def pseudonym(random_hex: str) -> str:
    """Return the pseudonym that keeps the picks of an erased account: a valid username that reveals nothing.

    random_hex: 16 random hexadecimal digits, so that no two accounts get the same name.
    """
    return f"{ERASED_PREFIX}{random_hex}"
