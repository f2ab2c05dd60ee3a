"""What an erased account is called, and what an export leaves out. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pickvs.accounts.rules import ERASED_PREFIX

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "users.password_hash": "A secret: made of your password, which nobody here knows.",
        "users.erased_at": "Empty for as long as you have an account.",
        "refresh_tokens.token_hash": "A secret: made of a session's refresh token, which you have.",
        "api_keys.key_hash": "A secret: made of an API key, which you have; it begins with the prefix.",
        "limits.key": "A digest of your e-mail address, under which tries at your password are counted.",
        "game_results.source": "Names by id the administrator who set a result; the audit log has what they set.",
        "limits.theoretical_arrival": "When those tries count no more, minutes after the last; the next daily tidying "
        "deletes them.",
    }
)
"""What is stored about a user and not exported, as table and column, each with the reason in words for the user. A hash
proves nothing to its owner, and whoever gets hold of an export could try to guess what it was made of."""


def without_others(state: Mapping[str, Any], own_source: str) -> dict[str, Any]:
    """Return a game's state in the audit log without the number of another administrator who had set its result.

    own_source: how results name the reader as their source. Of any other the part before the colon is left, which is
    what the public sees.
    """
    source = state.get("source")
    if not isinstance(source, str) or source == own_source:
        return dict(state)
    return {**state, "source": source.partition(":")[0]}


def pseudonym(random_hex: str) -> str:
    """Return the name under which the picks of an erased account stay: a valid username that says nothing.

    random_hex: 16 hexadecimal digits of chance, so that no two accounts are ever called the same.
    """
    return f"{ERASED_PREFIX}{random_hex}"
