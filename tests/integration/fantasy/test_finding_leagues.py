"""Leagues found by their names: which, and at what cost, however many leagues there are."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from pickvs.fantasy.leagues.finding import queries
from pickvs.fantasy.leagues.names import BadName, beginnings, league_name
from tests.support.examples import examples
from tests.support.leagues import FOUNDED, SEASON, Paddock
from tests.support.plans import Recording, rows_read

LEAGUES, LIMIT = 20_000, 26
_FILL = """
    INSERT INTO leagues
      (sport, season, name, name_key, description, visibility, max_constructors, rounds, order_by, method, timezone,
       opens_weekday, opens_time, lock_by, on_expiry, at_lock, replacement, free_swaps, table_id, amend_until,
       shortened, seed, seed_sha256, created_at)
    SELECT 'formula_one', %(season)s, name, name, '', 'public', 10, 2, 'rotation', 'snake', 'UTC', 0, '08:00',
           'first_competitive', 'autopick', 'autopick', 'inherit', 0, %(table)s, 'season_end', 'full',
           '\\x{zeros}', encode(sha256('\\x{zeros}'), 'hex'), %(at)s
    FROM unnest(%(names)s::text[]) name
""".replace("{zeros}", "00" * 32)


@pytest.fixture
def leagues(paddock: Paddock) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with psycopg.connect(paddock.url, autocommit=True, row_factory=dict_row, cursor_factory=Recording) as connection:
        yield connection


def fill(paddock: Paddock, names: list[str]) -> None:
    paddock.owner.execute(_FILL, {"season": SEASON, "table": paddock.table_id, "at": FOUNDED, "names": names})


def find(connection: psycopg.Connection[dict[str, Any]], q: str | None, before: int = 2**62) -> list[str]:
    words = None if q is None else beginnings(q)
    rows = queries.public_leagues(connection, words=words, season=None, open_only=False, before=before, limit=LIMIT)
    return [row.name for row in rows]


def test_a_search_reads_no_more_leagues_than_match_and_are_shown(
    paddock: Paddock, leagues: psycopg.Connection[dict[str, Any]]
) -> None:
    names = [f"League {number} of the haystack" for number in range(LEAGUES)]
    names[::1000] = [f"Needle {number} in the haystack" for number in range(LEAGUES // 1000)]
    fill(paddock, names)
    paddock.owner.execute("VACUUM ANALYZE leagues")
    for q, matches in {"needle": 20, "NEED hay": 20, "league 1234": 11, "lea": LEAGUES - 20, "none such": 0}.items():
        assert len(find(leagues, q)) == min(matches, LIMIT), q
        assert rows_read(leagues, "leagues") <= matches + LIMIT, q
    assert len(find(leagues, None)) == LIMIT
    assert rows_read(leagues, "leagues") <= LIMIT


letters = st.one_of(
    st.sampled_from("abAB éÉßΣςÀ１日🏎-'.\\:&|*!()<>_"), st.characters(exclude_categories=["Cc", "Cf", "Co", "Cn", "Cs"])
)


def words_of(text: str) -> list[str]:
    """Return the words of a text, in lower case, each character by itself: the model."""
    cased = "".join(each.lower() if len(each.lower()) == 1 else each for each in unicodedata.normalize("NFKC", text))
    return [word for word in re.split(r"[\s!-/:-@\[-`{-~]+", cased) if word]


def test_a_league_is_found_by_the_beginnings_of_its_words(
    paddock: Paddock, leagues: psycopg.Connection[dict[str, Any]]
) -> None:
    @settings(max_examples=examples(60), deadline=None)
    @given(st.lists(st.text(letters, min_size=1, max_size=12), min_size=1, max_size=5), st.text(letters, max_size=8))
    def check(texts: list[str], q: str) -> None:
        names = set()
        for text in texts:
            try:
                names.add(league_name(f"{text} xyz"))
            except BadName:
                continue
        if not (sought := words_of(q)):
            assert beginnings(q) == ""
            return
        with paddock.owner.transaction(force_rollback=True):
            fill(paddock, sorted(names))
            cursor = paddock.owner.execute(
                "SELECT name FROM leagues WHERE array_to_tsvector(array_remove(regexp_split_to_array("
                "lower(name COLLATE \"pg_c_utf8\"), '[ !-/:-@[-`{-~]+'), ''))"
                ' @@ lower(%s::text COLLATE "pg_c_utf8")::tsquery',
                (beginnings(q),),
            )
            found = {row["name"] for row in cursor}
        expected = {
            name for name in names if all(any(word.startswith(each) for word in words_of(name)) for each in sought)
        }
        assert found == expected

    check()
