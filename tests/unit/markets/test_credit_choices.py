"""Single decisions on credits: of any situation, and of known ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.ingestion.rules import FETCH_ODDS, PROCESS_RESULTS
from pickvs.markets.credits.choice.rules import Budget, Verdict, budget, choose, plan
from pickvs.markets.credits.demand.rules import OVERRUN, Bid, Game, Situation, Sport
from pickvs.markets.credits.rules import JOBS, LEAD, Call, Kind, left_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NBA = "basketball_nba"
NIGHT = date(2026, 11, 14)
TIP_OFF = datetime(2026, 11, 15, 0, 10, tzinfo=UTC)
"""19:10 on the 14th in New York."""
TYPICAL = timedelta(minutes=140)
MORNINGS = (5 * HOUR,)
PLENTY = 5_000


def game(
    number: int, tip_off: datetime = TIP_OFF, night: date = NIGHT, *, picked: bool = True, waits: bool = True
) -> Game:
    return Game(number, tip_off, night, picked, waits)


def nights_before(numbers: int, tip_offs: Sequence[timedelta]) -> list[Game]:
    """Return as many finished nights before NIGHT, each with games at these times from the midnight of its date."""
    return [
        Game(1000 + 100 * back + place, datetime(2026, 11, 14, tzinfo=UTC) - back * DAY + tip_off, NIGHT - back * DAY,
             picked=True, waits=False)
        for back in range(numbers, 0, -1)
        for place, tip_off in enumerate(tip_offs)
    ]  # fmt: skip


def sport(*games: Game, odds_at: datetime | None = None, scores_at: datetime | None = None, key: str = NBA) -> Sport:
    return Sport(key, 3, 2, TYPICAL, tuple(games), odds_at, scores_at)


def situation(left: int, *sports: Sport, at: datetime = TIP_OFF - LEAD) -> Situation:
    return Situation(at, left, sports, MORNINGS)


def asked(found: Situation, kind: Kind, *games: int) -> Verdict:
    return choose(found, kind, found.sports[0], games)[1]


# Any situation


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    at = datetime(2026, 11, 1, tzinfo=UTC) + draw(st.integers(0, 30 * 24 * 60 - 1)) * MINUTE
    sports = []
    for key in draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True)):
        games = []
        for number, minutes in enumerate(sorted(draw(st.lists(st.integers(-8000, 3000), max_size=14)))):
            tip_off = at + minutes * MINUTE
            night = (tip_off - 10 * HOUR).date()
            waits = minutes > 0 or draw(st.booleans())
            games.append(Game(number, tip_off, night, draw(st.booleans()), waits))
        ago = st.none() | st.integers(0, 2000).map(lambda minutes: at - minutes * MINUTE)
        odds_cost = draw(st.sampled_from([1, 3, 9]))
        sports.append(Sport(key, odds_cost, 2, TYPICAL, tuple(games), draw(ago), draw(ago)))
    return Situation(at, draw(st.integers(-60, 700)), tuple(sports), MORNINGS)


def captures(found: Situation, one: Sport) -> list[tuple[Budget, Bid, Verdict]]:
    """Return the captures of a sport's next cluster, of picked games and of others."""
    soon = [each for each in one.games if each.waits and 2 * MINUTE <= each.tip_off - found.at <= 22 * MINUTE]
    asked_for = [tuple(each.id for each in soon if each.picked == picked) for picked in (True, False)]
    decided = []
    for games in filter(None, asked_for):
        divided, verdict = choose(found, "closing", one, games)
        (own,) = (bid for bid in divided.wanted.bids if bid.sport == one.key and bid.games == games)
        decided.append((divided, own, verdict))
    return decided


@settings(max_examples=80)
@given(situations())
def test_in_any_situation_what_comes_first_is_given_up_first_and_grading_never(found: Situation) -> None:
    for one in found.sports:
        divided, grading = choose(found, "grading", one, ())
        assert grading.outcome in {"bought", "met"}
        waiting = tuple(each.id for each in one.games if each.waits and one.over_by(each) <= found.at)
        if waiting:
            assert grading.outcome == "bought" or not divided.thrift
        _, morning = choose(found, "morning", one, ())
        check = choose(found, "check", one, waiting)[1] if waiting else Verdict("bought")
        if morning.outcome == "given_up":
            assert check.outcome != "bought" or not waiting
        if waiting and divided.thrift:
            assert check.next_check is not None
            assert check.next_check > timedelta()
        for of_capture, own, verdict in captures(found, one):
            replaces = own.net_cost == 0 and own.picked > 0
            if verdict.outcome == "bought" and of_capture.thrift:
                # Beside it, everything that is given up later is still paid for.
                assert of_capture.for_mornings >= own.cost
                assert replaces or of_capture.for_captures >= own.cost
                assert own.picked
            if morning.outcome == "given_up" or check.outcome == "given_up":
                assert verdict.outcome == "given_up" or replaces
        for verdict in (morning, grading, check):
            assert (verdict.reason is None) == (verdict.outcome == "bought")


@settings(max_examples=60)
@given(situations())
def test_tonight_s_plan_prefers_more_games_with_picks_for_a_credit(found: Situation) -> None:
    decided = plan(found)
    assert [bid.due_at for bid, _ in decided] == sorted(bid.due_at for bid, _ in decided)
    bought = [bid for bid, verdict in decided if verdict.outcome == "bought" and bid.net_cost]
    for bid, verdict in decided:
        if verdict.outcome == "given_up":
            # One that costs no less is bought in its place only if it serves as many picked games.
            assert all(other.worth >= bid.worth for other in bought if other.cost >= bid.cost)
    if budget(found).thrift:
        assert sum(bid.net_cost for bid in bought) <= max(0, budget(found).for_captures)


# What earlier answers do for


def test_with_credits_to_spare_everything_is_bought() -> None:
    recent = TIP_OFF - 2 * HOUR
    found = situation(PLENTY, sport(game(1), game(2, TIP_OFF + HOUR, picked=False), odds_at=recent, scores_at=recent))
    assert asked(found, "morning").outcome == asked(found, "grading").outcome == "bought"
    assert asked(found, "closing", 1).outcome == "bought"


@pytest.mark.parametrize(
    ("ago", "outcome"), [(timedelta(0), "met"), (8 * HOUR, "met"), (8 * HOUR + MINUTE, "bought"), (None, "bought")]
)
def test_under_thrift_the_evening_s_odds_do_for_the_morning(ago: timedelta | None, outcome: str) -> None:
    at = datetime(2026, 11, 15, 5, tzinfo=UTC)
    past = nights_before(14, [24 * HOUR + 10 * MINUTE, 25 * HOUR, 26 * HOUR, 27 * HOUR])
    tonight = game(1, at + 19 * HOUR, at.date(), picked=False)
    found = situation(200, sport(*past, tonight, odds_at=None if ago is None else at - ago), at=at)
    assert asked(found, "morning").outcome == outcome
    # Where no game of the next day is listed, nothing would renew the odds in time.
    without = situation(200, sport(*past, odds_at=None if ago is None else at - ago), at=at)
    assert asked(without, "morning").outcome == "bought"


@pytest.mark.parametrize(
    ("ago", "waits", "tonight", "outcome"),
    [
        (3 * HOUR, False, 16 * HOUR, "met"),
        (3 * HOUR, True, 16 * HOUR, "bought"),
        (25 * HOUR, False, 16 * HOUR, "bought"),
        pytest.param(3 * HOUR, False, 40 * HOUR, "bought", id="no game today would renew them"),
        pytest.param(23 * HOUR, False, 16 * HOUR, "bought", id="they are as old as the last daily results"),
    ],
)
def test_under_thrift_the_night_s_scores_do_for_the_daily_results(
    ago: timedelta, waits: bool, tonight: timedelta, outcome: str
) -> None:
    """They are met only if they will not be older than a day before a game of today is over."""
    at = datetime(2026, 11, 15, 9, tzinfo=UTC)
    past = nights_before(14, [24 * HOUR, 25 * HOUR, 26 * HOUR, 27 * HOUR])
    games = game(1, picked=False, waits=waits), game(2, at + tonight, at.date())
    found = situation(200, sport(*past, *games, scores_at=at - ago), at=at)
    assert asked(found, "grading").outcome == outcome


@pytest.mark.parametrize("left", [0, -60, 1])
def test_without_credits_only_results_are_asked_for(left: int) -> None:
    over = TIP_OFF + 5 * HOUR
    found = situation(left, sport(game(1), game(2, over + LEAD, NIGHT + DAY)), at=over)
    assert asked(found, "grading").outcome == "bought"
    wanted: list[tuple[Kind, int]] = [("morning", 0), ("closing", 2), ("check", 1)]
    assert [asked(found, kind, number).outcome for kind, number in wanted] == ["given_up"] * 3


# Checks of scores


def test_with_credits_to_spare_scores_are_checked_as_often_as_asked_for() -> None:
    over = TIP_OFF + TYPICAL
    found = situation(PLENTY, sport(game(1), game(2, TIP_OFF + HOUR), scores_at=over - MINUTE), at=over)
    assert asked(found, "check", 1) == Verdict("bought")


@pytest.mark.parametrize(("left", "spacing"), [(640, 10), (520, 30), (350, 60)])
def test_under_thrift_the_spacing_of_checks_is_what_the_month_can_pay(left: int, spacing: int) -> None:
    over, step = TIP_OFF + TYPICAL, spacing * MINUTE
    evening = [24 * HOUR + minutes * MINUTE for minutes in (10, 50, 90, 130)]
    tonight = [game(number, TIP_OFF + number * 40 * MINUTE) for number in range(4)]
    found = situation(left, sport(*nights_before(14, evening), *tonight, scores_at=over - step), at=over)
    assert budget(found).spacing == spacing
    assert asked(found, "check", 0) == Verdict("bought", next_check=step)
    earlier = replace(found, sports=(replace(found.sports[0], scores_at=over - 4 * MINUTE),))
    again = asked(earlier, "check", 0)
    assert (again.outcome, again.next_check) == ("deferred", step - 4 * MINUTE)


def test_under_thrift_a_night_has_one_check_when_its_last_game_should_be_over_and_one_more() -> None:
    evening = [24 * HOUR + 10 * MINUTE, 25 * HOUR, 26 * HOUR, 27 * HOUR]
    of_night = [*nights_before(14, evening), game(1), game(2, TIP_OFF + 3 * HOUR)]
    last = TIP_OFF + 3 * HOUR + TYPICAL + OVERRUN

    def at(moment: datetime, scores_at: datetime | None) -> Verdict:
        return asked(situation(230, sport(*of_night, scores_at=scores_at), at=moment), "check", 1)

    first = at(TIP_OFF + TYPICAL, None)
    assert (first.outcome, first.next_check) == ("deferred", last - TIP_OFF - TYPICAL)
    assert at(last, None).outcome == "bought"
    assert at(last + 10 * MINUTE, last).outcome == "deferred"
    assert at(last + 30 * MINUTE, last).outcome == "bought"
    assert at(last + 60 * MINUTE, last + 30 * MINUTE).outcome == "deferred"


# Captures


def test_a_capture_that_replaces_the_morning_odds_takes_nothing_from_the_month() -> None:
    late = TIP_OFF + 3 * HOUR
    past = nights_before(14, [24 * HOUR + 10 * MINUTE, 25 * HOUR, 26 * HOUR, 27 * HOUR])
    tomorrow = game(2, TIP_OFF + DAY, NIGHT + DAY, picked=False)
    found = situation(85, sport(*past, game(1, late), tomorrow), at=late - LEAD)
    divided, verdict = choose(found, "closing", found.sports[0], (1,))
    assert divided.for_captures < 3
    assert verdict.outcome == "bought"
    after = replace(found, left=82, sports=(replace(found.sports[0], odds_at=late - LEAD),))
    assert budget(after).for_captures == divided.for_captures
    without_mornings = replace(found, mornings=())
    assert asked(without_mornings, "closing", 1).outcome == "given_up"


def test_two_sports_compete_by_games_with_picks_for_a_credit() -> None:
    """On the last evening of a month, without mornings to come: 4 credits are for gradings, 4 for extra checks."""
    at = datetime(2026, 11, 30, 22, tzinfo=UTC)
    first = [game(number, at + HOUR, at.date()) for number in (1, 2)]
    dear = replace(sport(*first, key="dear", odds_at=at), odds_cost=9)
    cheap = sport(game(3, at + 80 * MINUTE, at.date()), key="cheap", odds_at=at)
    for spare, expected in ((12, ["bought", "bought"]), (11, ["given_up", "bought"]), (2, ["given_up", "given_up"])):
        found = Situation(at, 4 + 4 + spare, (dear, cheap), MORNINGS)
        assert [(bid.sport, verdict.outcome) for bid, verdict in plan(found)] == list(
            zip(["dear", "cheap"], expected, strict=True)
        )


# What is left


def call(minutes: int, *, remaining: int | None = None, last: int | None = None, status: int | None = 200) -> Call:
    return Call(TIP_OFF + minutes * MINUTE, remaining, last, list_price=3, http_status=status)


@pytest.mark.parametrize(
    ("calls", "underway", "left"),
    [
        pytest.param([], 0, (500, False), id="the plan, while nothing is known"),
        pytest.param(
            [call(0), call(1, last=1), call(2, status=None), call(3, status=503)], 0, (493, False), id="assumed"
        ),
        pytest.param([call(9, remaining=40), call(0, remaining=90), call(5)], 0, (40, True), id="the latest report"),
        pytest.param([call(0, remaining=-60), call(1), call(2, last=0)], 5, (-68, True), id="less what came after"),
    ],
)
def test_what_is_left_of_the_month(calls: list[Call], underway: int, left: tuple[int, bool]) -> None:
    assert left_of(500, calls, underway=underway) == left


def test_kinds_of_calls_are_made_by_the_jobs_of_ingestion() -> None:
    assert set(JOBS.values()) == {FETCH_ODDS, PROCESS_RESULTS}
