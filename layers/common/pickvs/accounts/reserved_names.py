"""Usernames that nobody can register. Accounts that have one already keep it.

Case, `_` and `-` make no difference, so `Ad-min_` is reserved with `admin`.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from pickvs.accounts.rules import ERASED_PREFIX

RESERVED: Mapping[str, str] = MappingProxyType(
    {
        "people would take it for the service or its staff": """
        admin administrator admins bot canary daemon helpdesk help mod moderator moderators official operator
        operators owner pickvs pickvsteam root security staff superuser support sysadmin system team webteam
        """,
        "it is a mailbox of the service (RFC 2142), or looks like one": """
        abuse billing contact feedback hostmaster info legal mail mailerdaemon noc noreply postmaster press
        sales webmaster
        """,
        "programs write it for a name that is missing": """
        anonymous false guest nan nil none null true undefined unknown void
        """,
        "it is, or may become, the first part of an address": """
        about account accounts api apikeys apps assets auth board boards constructors dfs docs drafts drivers
        explore fantasy favicon feed games groups health home invitations jobs leaderboard leaderboards leagues local
        login logout markets me metrics models news notices notifications odds openapi password picks players
        predictions privacy profile profiles public races ratings record register reset scoringtables search self
        settings signin signout signup sports standings static stats status teams terms user users webhooks www
        """,
    }
)
"""Reserved names by the reason, in lower case and without `_` and `-`, separated by white space."""

_ALL = frozenset(" ".join(RESERVED.values()).split())


def _bare(name: str) -> str:
    return name.replace("_", "").replace("-", "")


_PSEUDONYM = re.compile(re.escape(_bare(ERASED_PREFIX)) + "(?=[a-f]*[0-9])[0-9a-f]+")


def is_reserved(username: str) -> bool:
    """Return whether the name is reserved, or has the form of an erased account's pseudonym."""
    name = username.lower()
    bare = _bare(name)
    return name.startswith(ERASED_PREFIX) or bare in _ALL or _PSEUDONYM.fullmatch(bare) is not None
