"""Usernames that nobody can register."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk.routes import WINGS
from cdk.routes.shared_paths import SHARED_PATHS
from pickvs.accounts.reserved_names import RESERVED, is_reserved
from pickvs.accounts.rules import USERNAME_MAX
from pickvs.operations.canary.rules import USERNAME_PREFIX
from pickvs.operations.privacy.rules import pseudonym

NAMES = [name for names in RESERVED.values() for name in names.split()]


@pytest.mark.parametrize(
    "name",
    ["admin", "Administrator", "NULL", "undefined", "me", "system", "root", "support", "PickVs", "api-keys", "ad_min-"],
)
def test_these_are_reserved(name: str) -> None:
    assert is_reserved(name)


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
def test_case_and_separators_make_no_difference(name, random) -> None:
    written = "".join(random.choice([str.upper, str.lower])(letter) + random.choice(["", "_", "-"]) for letter in name)
    assert is_reserved(written)


@pytest.mark.parametrize(
    "name", ["ada", "adminton", "my-admin", "null2", "deleted", "deletedscenes", "---", f"{USERNAME_PREFIX}0f3a"]
)
def test_others_are_free(name: str) -> None:
    assert not is_reserved(name)


def test_the_first_part_of_every_path_is_reserved() -> None:
    """A page may show users below the same address, and a test of the routes knows no others."""
    paths = [path for wing in WINGS for path in (*wing.segments, *(each.path for each in wing.endpoints))]
    first = {path.strip("/").split("/")[0].removesuffix(".json") for path in (*paths, *SHARED_PATHS)}
    assert {name for name in first if not is_reserved(name)} == set(), "add it to accounts/reserved_names.py"
    assert len(first) > 8


def test_what_erased_accounts_are_called_is_reserved() -> None:
    name = pseudonym("0123456789abcdef")
    assert is_reserved(name)
    assert is_reserved(name.upper())
    assert is_reserved(name.replace("-", "_"))
    assert is_reserved(f"d-eleted_{name.removeprefix('deleted-')}")
    assert is_reserved("deleted_1")
    assert len(name) <= USERNAME_MAX


def test_each_is_written_once_in_the_form_that_is_compared() -> None:
    assert [name for name, times in Counter(NAMES).items() if times > 1] == []
    assert [name for name in NAMES if not name.isalnum() or name != name.lower()] == []
