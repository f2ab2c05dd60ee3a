"""Answers that cannot be read. What stood before stays until it is stale, and neither run nor health calls it fresh."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.jobs.runs import IngestionFailed
from tests.support.functions import load
from tests.support.gateway import call
from tests.support.ingestion import Surroundings, scheduled
from tests.support.measured import measured, measuring
from tests.support.odds_api import Reply, event, h2h, score, spreads, totals

NOON = datetime(2024, 1, 10, 12, tzinfo=UTC)
"""When the good answer comes."""
LATER = NOON + timedelta(hours=3)
"""When the next one comes, still before all tip-offs."""
MORNING = datetime(2024, 1, 11, 9, tzinfo=UTC)
"""When the games are over."""
AGE = {LATER: 3 * 3600, MORNING: 21 * 3600}
MARKETS = ("moneyline", "spread", "total")
TEAMS = [("Denver Nuggets", "Los Angeles Lakers"), ("Utah Jazz", "Miami Heat"), ("Boston Celtics", "Atlanta Hawks")]
BOOKS = {name: [h2h(-140, 120), spreads(-2.5), totals(220.5)] for name in ("draftkings", "fanduel", "betmgm")}

type Answer = list[dict[str, Any]]
type Change = Callable[[Answer], object]


def good() -> Answer:
    return [event(number, *teams, books=BOOKS) for number, teams in enumerate(TEAMS, start=1)]


def finals(*, upcoming: bool = True) -> Answer:
    over = [score(number, *teams, 100 + number, 99) for number, teams in enumerate(TEAMS, start=1)]
    listed = [score(9, "Chicago Bulls", "Phoenix Suns", tip_off="2024-01-12T00:10:00Z")]
    return over + (listed if upcoming else [])


def changed(answer: Answer, change: Change) -> Answer:
    made = deepcopy(answer)
    change(made)
    return made


def books_of(answer: Answer) -> Iterator[dict[str, Any]]:
    return (book for game in answer for book in game["bookmakers"])


def markets_of(answer: Answer) -> Iterator[dict[str, Any]]:
    return (market for book in books_of(answer) for market in book["markets"])


def outcomes_of(answer: Answer) -> Iterator[dict[str, Any]]:
    return (outcome for market in markets_of(answer) for outcome in market["outcomes"])


def each(find: Callable[[Answer], Iterator[dict[str, Any]]], field: str, value: Any) -> Change:
    """Return the change that sets a field of every part to `value`, or to what `value` makes of it."""

    def change(answer: Answer) -> None:
        for part in find(answer):
            part[field] = value(part[field]) if callable(value) else value

    return change


def renamed(find: Callable[[Answer], Iterator[dict[str, Any]]], field: str) -> Change:
    def change(answer: Answer) -> None:
        for part in find(answer):
            part[f"{field}_v5"] = part.pop(field)

    return change


def fetch(around: Surroundings, answer: Any, at: datetime = LATER) -> dict[str, Any]:
    return run(around, "fetch_odds", "odds", answer, at)


def run(around: Surroundings, function: str, kind: str, answer: Any, at: datetime) -> dict[str, Any]:
    """Let the function get `answer`, and return the run's row."""
    around.server.answer(kind, Reply(answer))
    # A failed run asks to be delivered again.
    with clock.held_at(at), suppress(IngestionFailed):
        load(f"{function}/handler").handler(scheduled(f"{function} {at}"), None)
    return around.runs()[-1]


def health(at: datetime = LATER) -> dict[str, Any]:
    with clock.held_at(at):
        answer = call("get_health", "GET", "/health")
    assert answer.status == 200
    return dict(answer.body)


def ages(at: datetime = LATER) -> dict[str, int | None]:
    (sport,) = health(at)["sports"]
    assert sport["sport"] == "basketball_nba"
    return {entry["market"]: entry["age_seconds"] for entry in sport["markets"]}


@pytest.fixture
def stocked(around: Surroundings) -> dict[str, list[dict[str, Any]]]:
    """All rows after a good answer: three games with six quotes each."""
    row = fetch(around, good(), NOON)
    assert (row["status"], row["counts"]["skipped_percent"]) == ("succeeded", 0)
    facts = around.facts()
    assert len(facts["quotes"]) == 18
    assert ages(NOON) == dict.fromkeys(MARKETS, 0)
    return facts


def events_of(answer: Answer) -> Iterator[dict[str, Any]]:
    return iter(answer)


def without_rest(part: Any) -> list[Any]:
    return [part]


UNREADABLE: dict[str, Change] = {
    "every price is a text": each(outcomes_of, "price", str),
    "decimal odds": each(outcomes_of, "price", 1.91),
    "no price": each(outcomes_of, "price", None),
    "times in seconds since 1970": each(events_of, "commence_time", 1_704_931_800),
    "no time": each(events_of, "commence_time", None),
    "another sport": each(events_of, "sport_key", "basketball_wnba"),
    "ids are numbers": each(events_of, "id", 7),
    "teams are objects": each(events_of, "home_team", lambda name: {"name": name}),
    "other names in the outcomes": each(outcomes_of, "name", lambda name: f"{name} II"),
    "no bookmakers": renamed(events_of, "bookmakers"),
    "no bookmaker has a key": renamed(books_of, "key"),
    "no bookmaker has markets": renamed(books_of, "markets"),
    "no market has a key": renamed(markets_of, "key"),
    "other markets": each(markets_of, "key", lambda key: f"{key}_v5"),
    "no market has outcomes": each(markets_of, "outcomes", []),
    "no event is an object": lambda answer: answer.__setitem__(slice(None), ["event"] * 3),
    "no price, and a game without bookmakers": lambda answer: (
        each(outcomes_of, "price", None)(answer),
        answer.append(event(8, "Chicago Bulls", "Phoenix Suns")),
    ),
}


@pytest.mark.parametrize("way", UNREADABLE)
def test_an_answer_of_which_nothing_can_be_read_is_a_failed_run(
    around: Surroundings, stocked: dict[str, Any], way: str
) -> None:
    answer = changed(good(), UNREADABLE[way])
    row = fetch(around, answer)
    assert (row["status"], row["error_code"]) == ("failed", "UNUSABLE_ANSWER")
    assert row["skipped"]
    assert row["counts"] == {"skipped": len(row["skipped"]), "skipped_percent": 100}
    assert row["skipped"][0]["reason"] in row["error"]
    assert around.kept()[row["raw_object"]] == answer
    assert around.facts() == stocked
    assert health()["odds"] == {"last_success": "2024-01-10T12:00:00Z", "age_seconds": AGE[LATER]}
    assert ages() == dict.fromkeys(MARKETS, AGE[LATER])


def test_the_first_answer_ever_fails_as_well(around: Surroundings) -> None:
    assert fetch(around, changed(good(), UNREADABLE["every price is a text"]))["status"] == "failed"
    assert not any(around.facts().values())
    assert health()["odds"] == {"last_success": None, "age_seconds": None}
    assert ages() == dict.fromkeys(MARKETS)


def of(key: str) -> Callable[[Answer], Iterator[dict[str, Any]]]:
    return lambda answer: (market for market in markets_of(answer) if market["key"] == key)


LOST_MARKET: dict[str, Change] = {
    "renamed": each(of("spreads"), "key", "handicaps"),
    "without outcomes": each(of("spreads"), "outcomes", None),
    "without points": lambda answer: [
        outcome.pop("point") for market in of("spreads")(answer) for outcome in market["outcomes"]
    ],
}


@pytest.mark.parametrize("way", LOST_MARKET)
def test_a_market_that_cannot_be_read_anywhere_grows_old_and_the_others_do_not(
    around: Surroundings, stocked: dict[str, Any], way: str
) -> None:
    row = fetch(around, changed(good(), LOST_MARKET[way]))
    assert (row["status"], row["counts"]["skipped_percent"]) == ("partial", 34)
    assert (row["counts"]["quotes_confirmed"], row["counts"]["quotes_withdrawn"]) == (12, 0)
    facts = around.facts()
    assert facts["bookmaker_odds"] == stocked["bookmaker_odds"]
    assert {(quote["market"], quote["captured_at"]) for quote in facts["quotes"]} == {
        ("moneyline", LATER),
        ("spread", NOON),
        ("total", LATER),
    }
    assert {quote["superseded_at"] for quote in facts["quotes"]} == {None}
    assert ages() == {"moneyline": 0, "spread": AGE[LATER], "total": 0}
    assert health()["odds"]["age_seconds"] == 0
    assert fetch(around, good(), LATER + timedelta(hours=1))["status"] == "succeeded"
    assert ages(LATER + timedelta(hours=1)) == dict.fromkeys(MARKETS, 0)


def test_a_market_that_every_bookmaker_takes_off_is_withdrawn_and_is_not_fresh(
    around: Surroundings, stocked: dict[str, Any]
) -> None:
    def take_off(answer: Answer) -> None:
        for book in books_of(answer):
            book["markets"] = [market for market in book["markets"] if market["key"] != "spreads"]

    row = fetch(around, changed(good(), take_off))
    assert (row["status"], row["counts"]["quotes_withdrawn"]) == ("succeeded", 6)
    assert ages() == {"moneyline": 0, "spread": AGE[LATER], "total": 0}
    fetch(around, changed(good(), take_off), LATER + timedelta(hours=1))
    assert ages(LATER + timedelta(hours=1))["spread"] == AGE[LATER] + 3600, "games to come had it"
    fetch(around, [], NOON + timedelta(days=2))
    assert ages(NOON + timedelta(days=2))["spread"] == 0, "no game that had it is to come"


@pytest.mark.parametrize("lost", [["draftkings"], ["draftkings", "fanduel"], ["betmgm", "fanduel"]])
@pytest.mark.parametrize("way", ["markets", "key", "outcomes"])
def test_bookmakers_that_cannot_be_read_withdraw_no_quote(
    around: Surroundings, stocked: dict[str, Any], lost: Sequence[str], way: str
) -> None:
    """With two of three lost, one bookmaker is left, which is no market: the quotes stay, unconfirmed."""

    def lose(answer: Answer) -> None:
        for book in list(books_of(answer)):
            if book["key"] in lost:
                book.update({"markets": {"markets": 7}, "key": {"key": None}, "outcomes": {}}[way])
                if way == "outcomes":
                    for market in book["markets"]:
                        market["outcomes"] = 7

    row = fetch(around, changed(good(), lose))
    assert row["status"] == "partial"
    assert row["counts"]["skipped_percent"] == (34 if len(lost) == 1 else 67)
    facts = around.facts()
    assert facts["bookmaker_odds"] == stocked["bookmaker_odds"]
    captured_at = LATER if len(lost) == 1 else NOON
    assert facts["quotes"] == [{**quote, "captured_at": captured_at} for quote in stocked["quotes"]]
    assert ages() == dict.fromkeys(MARKETS, 0 if len(lost) == 1 else AGE[LATER])


def test_a_game_of_which_one_of_two_ids_cannot_be_read_keeps_its_quotes(around: Surroundings) -> None:
    twice = [*good(), event(70, *TEAMS[0], books={"draftkings": BOOKS["draftkings"]})]
    fetch(around, twice, NOON)
    before = around.facts()
    twice[0]["bookmakers"] = None
    row = fetch(around, twice)
    assert (row["status"], row["counts"]["quotes_withdrawn"], row["counts"]["odds_withdrawn"]) == ("partial", 0, 0)
    game = before["games"][0]["id"]
    assert [quote for quote in around.facts()["quotes"] if quote["game_id"] == game] == [
        quote for quote in before["quotes"] if quote["game_id"] == game
    ]


def of_nobody(answer: Answer) -> Answer:
    """Return the answer under names and ids that nobody knows."""
    for number, game in enumerate(answer):
        named = {game[side]: f"{game[side]} II" for side in ("home_team", "away_team")}
        game |= {"home_team": named[game["home_team"]], "away_team": named[game["away_team"]], "id": f"{number:031x}f"}
        parts = [*(game.get("scores") or ()), *outcomes_of([game] if "bookmakers" in game else [])]
        for part in parts:
            part["name"] = named.get(part["name"], part["name"])
    return answer


def test_events_of_teams_that_nobody_knows_are_a_failed_run(around: Surroundings, stocked: dict[str, Any]) -> None:
    row = fetch(around, of_nobody(good()))
    assert (row["status"], row["error_code"], len(row["skipped"])) == ("failed", "UNUSABLE_ANSWER", 3)
    assert len(around.rows("SELECT FROM event_reviews")) == 3
    assert around.facts() == stocked
    assert ages() == dict.fromkeys(MARKETS, AGE[LATER])
    # Beside one game that is known, they are for review.
    row = fetch(around, [*good()[:1], *of_nobody(good()[1:])], LATER + timedelta(minutes=1))
    assert (row["status"], row["counts"]["events_in_review"]) == ("succeeded", 2)


def test_games_in_play_do_not_make_odds_fresh_if_the_games_to_come_cannot_be_read(
    around: Surroundings, stocked: dict[str, Any]
) -> None:
    in_play = NOON + timedelta(hours=13)
    to_come = [event(number, "Chicago Bulls", "Phoenix Suns", books=BOOKS) for number in range(20, 30)]
    each(events_of, "commence_time", 1_705_000_000)(to_come)
    assert fetch(around, good() + to_come, in_play)["status"] == "partial"
    assert ages(in_play) == dict.fromkeys(MARKETS, 13 * 3600)


def test_most_events_unreadable_counts_by_their_share(around: Surroundings, stocked: dict[str, Any]) -> None:
    answer = good()
    for game in answer[1:]:
        game["commence_time"] = 0
    row = fetch(around, answer)
    assert (row["status"], row["counts"]["skipped_percent"]) == ("partial", 67)
    captured = {quote["game_id"]: quote["captured_at"] for quote in around.facts()["quotes"]}
    assert sorted(captured.values()) == [NOON, NOON, LATER]


def test_an_empty_answer_where_games_had_quotes_makes_nothing_fresh(
    around: Surroundings, stocked: dict[str, Any]
) -> None:
    assert fetch(around, [])["status"] == "succeeded"
    assert around.facts() == stocked
    assert ages() == dict.fromkeys(MARKETS, AGE[LATER])


def test_an_empty_answer_out_of_season_is_as_fresh_as_can_be(around: Surroundings) -> None:
    assert fetch(around, [])["status"] == "succeeded"
    assert ages() == dict.fromkeys(MARKETS, 0)


# ------------------------------------------------------------------------------------------------------------- scores


def process(around: Surroundings, answer: Any, at: datetime = MORNING) -> dict[str, Any]:
    return run(around, "process_results", "scores", answer, at)


def results_age(at: datetime) -> int | None:
    found = health(at)
    (sport,) = found["sports"]
    assert sport["results"] == found["results"]
    age: int | None = found["results"]["age_seconds"]
    return age


def scored(answer: Answer) -> Iterator[dict[str, Any]]:
    return (game for game in answer if game["scores"])


def points_of(answer: Answer) -> Iterator[dict[str, Any]]:
    return (entry for game in scored(answer) for entry in game["scores"])


UNREADABLE_SCORES: dict[str, Change] = {
    "floats": each(points_of, "score", float),
    "texts with a point": each(points_of, "score", lambda score: f"{score}.0"),
    "no scores": each(scored, "scores", None),
    "names of nobody": each(points_of, "name", lambda name: f"{name} II"),
    "completed is a text": each(scored, "completed", "true"),
    "times in seconds": each(events_of, "commence_time", 1_704_931_800),
}


def recorded(facts: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Return all but the games, which start by the clock and wait for somebody if an answer contradicts them."""
    return {table: rows for table, rows in facts.items() if table != "games"}


def test_a_failed_run_leaves_what_it_has_shown_of_a_game(around: Surroundings, stocked: dict[str, Any]) -> None:
    early = NOON + timedelta(hours=1)
    answer = [score(number, *teams, 12, 10, completed=False) for number, teams in enumerate(TEAMS, start=1)]
    each(points_of, "name", lambda name: f"{name} II")(answer)
    assert process(around, answer, early)["status"] == "failed"
    assert {game["status"] for game in around.facts()["games"]} == {"review"}
    assert fetch(around, good(), early + timedelta(minutes=1))["status"] == "succeeded"
    assert {game["status"] for game in around.facts()["games"]} == {"review"}, "odds do not open them"


@pytest.mark.parametrize("way", UNREADABLE_SCORES)
def test_scores_of_which_none_can_be_read_are_a_failed_run(
    around: Surroundings, stocked: dict[str, Any], way: str
) -> None:
    process(around, [score(number, *teams) for number, teams in enumerate(TEAMS, start=1)], NOON)
    before = around.facts()
    row = process(around, changed(finals(), UNREADABLE_SCORES[way]))
    assert (row["status"], row["error_code"], row["counts"]["skipped_percent"]) == ("failed", "UNUSABLE_ANSWER", 100)
    assert recorded(around.facts()) == recorded(before)
    if way == "names of nobody":  # they are over, whoever has won
        assert {game["status"] for game in around.facts()["games"]} == {"review"}
    else:
        assert around.facts() == before
    assert results_age(MORNING) == AGE[MORNING]
    assert process(around, finals(), MORNING + timedelta(hours=1))["counts"]["finals"] == 3
    assert results_age(MORNING + timedelta(hours=1)) == 0


def test_scores_of_teams_that_nobody_knows_are_a_failed_run(around: Surroundings, stocked: dict[str, Any]) -> None:
    process(around, [], NOON)
    before = around.facts()
    row = process(around, of_nobody(finals(upcoming=False)))
    assert (row["status"], row["error_code"], len(row["skipped"])) == ("failed", "UNUSABLE_ANSWER", 3)
    assert (recorded(around.facts()), results_age(MORNING)) == (recorded(before), AGE[MORNING])
    # Where no game is awaited, such as on the day of the stars, they are for review alone.
    assert process(around, finals(), MORNING + timedelta(minutes=1))["counts"]["finals"] == 3
    row = process(around, of_nobody(finals(upcoming=False)), MORNING + timedelta(minutes=2))
    assert (row["status"], row["counts"]["events_in_review"]) == ("succeeded", 3)


def test_scores_that_do_not_name_the_games_awaited_make_nothing_fresh(
    around: Surroundings, stocked: dict[str, Any]
) -> None:
    process(around, [], NOON)
    assert results_age(NOON) == 0, "no game is awaited"
    assert process(around, [])["status"] == "succeeded"
    assert results_age(MORNING) == AGE[MORNING]
    upcoming = finals()[3:]
    assert process(around, upcoming, MORNING + timedelta(minutes=1))["status"] == "succeeded"
    assert results_age(MORNING) == AGE[MORNING]
    begun = [score(number, *teams) for number, teams in enumerate(TEAMS, start=1)]
    process(around, begun, MORNING + timedelta(minutes=2))
    assert results_age(MORNING + timedelta(minutes=2)) == 0, "every game awaited is named"


def test_a_live_score_makes_results_fresh_whatever_else_is_missing(
    around: Surroundings, stocked: dict[str, Any]
) -> None:
    during = NOON + timedelta(hours=13)
    process(around, [], NOON)
    process(around, [score(1, *TEAMS[0])], during)
    assert results_age(during) == 13 * 3600
    process(around, [score(1, *TEAMS[0], 0, 0, completed=False)], during + timedelta(minutes=1))
    assert results_age(during + timedelta(minutes=1)) == 0


# ------------------------------------------------------------------------------------------------------------ metrics


def test_the_share_is_measured_per_job_and_only_where_an_answer_came(
    around: Surroundings,
    stocked: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = measuring(monkeypatch, capsys)

    def shares() -> list[tuple[str, float]]:
        found = [one for one in measured(printed()) if one.metric.name == "SkippedShare"]
        assert {one.unit for one in found} <= {"Percent"}
        return [(one.dimensions["job"], one.value) for one in found]

    fetch(around, good())
    assert shares() == [("fetch_odds", 0)]
    fetch(around, changed(good(), LOST_MARKET["renamed"]), LATER + timedelta(hours=1))
    assert shares() == [("fetch_odds", pytest.approx(100 / 3))]
    process(around, changed(finals(), UNREADABLE_SCORES["floats"]))
    assert shares() == [("process_results", 100)]
    assert fetch(around, b"<html>", MORNING)["error_code"] == "BAD_ANSWER"
    assert shares() == []
