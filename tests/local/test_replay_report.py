"""The oracle, the checks and the chart. A wrong grade, close or board is found."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from local.replay.bots import CLOSE, Placed
from local.replay.chart import units_chart, value_ticks
from local.replay.checks import Compared, check
from local.replay.generated import GeneratedSeason
from local.replay.oracle import Oracle, consensus, grade, units_of
from local.replay.provider import Capture
from local.replay.report import chart, report
from local.replay.season import Announced, Final, Fixture, Offer
from local.slate import TEAMS

TIP_OFF = datetime(2024, 1, 11, 0, 30, tzinfo=UTC)
GAME = Fixture(
    id="f" * 32,
    home="Home",
    away="Away",
    announced=(Announced(TIP_OFF - timedelta(days=2), TIP_OFF),),
    starts=TIP_OFF + timedelta(minutes=4),
    finals=(Final(TIP_OFF + timedelta(hours=3), 110, 105),),
)


# The vectors of the rules: a home win of 110 to 105, at stake 1.
@pytest.mark.parametrize(
    ("market", "selection", "line", "price", "result", "units"),
    [
        ("moneyline", "home", None, -200, "win", "0.5000"),
        ("moneyline", "away", None, 150, "loss", "-1"),
        ("spread", "home", "-5", -110, "push", "0"),
        ("spread", "home", "-4.5", -110, "win", "0.9091"),
        ("spread", "home", "-5.5", -110, "loss", "-1"),
        ("spread", "away", "5", -110, "push", "0"),
        ("total", "over", "215", 100, "push", "0"),
        ("total", "over", "214.5", -100, "win", "1.0000"),
        ("total", "under", "214.5", 100, "loss", "-1"),
    ],
)
def test_grading(market: str, selection: str, line: str | None, price: int, result: str, units: str) -> None:
    graded = grade(selection, market, None if line is None else Decimal(line), (110, 105))
    assert graded == result
    assert units_of(graded, price, Decimal(1)) == Decimal(units)
    assert grade("home", "moneyline", None, (99, 99)) == "void"


def offer(*books: tuple[float, int, int]) -> Offer:
    """Return an offer of spreads: the home line, and the prices of home and away."""
    return Offer(
        GAME,
        [
            {
                "key": f"book {number}",
                "title": "A book",
                "markets": [
                    {
                        "key": "spreads",
                        "outcomes": [
                            {"name": "Away", "price": away, "point": -line},
                            {"name": "Home", "price": home, "point": line},
                        ],
                    }
                ],
            }
            for number, (line, home, away) in enumerate(books)
        ],
    )


def test_the_quote_is_at_the_line_of_most_books_at_a_price_that_some_book_offers() -> None:
    quotes = consensus(offer((-5, -110, -110), (-5, -105, -115), (-4.5, -110, -110)))
    assert (quotes["spread", "home"].line, quotes["spread", "home"].price) == (Decimal("-5"), -110)
    assert (quotes["spread", "away"].line, quotes["spread", "away"].price) == (Decimal(5), -115)
    tied = consensus(offer((-5, -150, 130), (-5, -150, 130), (-4.5, -110, -110), (-4.5, -110, -110)))
    assert tied["spread", "home"].line == Decimal("-4.5"), "of two lines the more balanced one"
    assert consensus(offer((-5, -110, -110), (-4.5, -110, -110))) == {}, "one book is no market"
    assert consensus(offer((-5.25, -110, -110), (-5.25, -110, -110))) == {}, "no quarter lines"


MORNING, CLOSING = TIP_OFF - timedelta(hours=19), TIP_OFF - timedelta(minutes=8)
PICK = Placed(
    id=1,
    bot="home",
    at=MORNING + timedelta(minutes=5),
    home="Home",
    away="Away",
    commence_time=TIP_OFF,
    market="spread",
    selection="home",
    line=Decimal("-4.5"),
    price=-110,
    stake=Decimal(1),
)
ZONES = {"Home": ZoneInfo("America/New_York"), "Away": ZoneInfo("America/Denver")}


class OneGame(GeneratedSeason):
    """A season of one game."""

    def __init__(self) -> None:
        super().__init__(days=4)
        self.fixtures = {GAME.id: GAME}


def captures(*closing: tuple[float, int, int]) -> list[Capture]:
    morning = offer((-4.5, -110, -110), (-4.5, -110, -110))
    return [Capture(MORNING, (morning,)), *([Capture(CLOSING, (offer(*closing),))] if closing else [])]


def compared(seen: list[Capture], **shown: Any) -> Compared:
    expected = Oracle(OneGame(), seen, ZONES, TIP_OFF + timedelta(days=3)).expect(PICK)
    right = {
        "result": "win",
        "result_units": 0.9091,
        "line": -4.5,
        "price": -110,
        "clv_percent": None,
        "clv_points": None,
        "clv_reason": "no_close",
    }
    return Compared(PICK, {**right, **shown}, expected)


BOARD = {"username": "home-bot", "total_units": 0.9091, "wins": 1, "losses": 0, "pushes": 0, "picks": 1}


def test_what_is_right_is_found_right() -> None:
    assert check([compared(captures())], [BOARD]).disagreements == []
    same = captures((-4.5, -120, 100), (-4.5, -120, 100))
    # -120 and +100: 6/11 and 1/2, so the home side has 12/23; at -110 it returns 21/11.
    assert check([compared(same, clv_percent=-0.3953, clv_reason=None)], [BOARD]).disagreements == []
    other = captures((-5.5, -110, -110), (-5.5, -110, -110))
    assert check([compared(other, clv_points=1, clv_reason="other_line")], [BOARD]).disagreements == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"result": "loss", "result_units": -1}, "result"),
        ({"result": None, "result_units": None}, "result"),
        ({"result_units": 0.909}, "units"),
        ({"price": -105}, "price"),
        ({"clv_reason": None, "clv_percent": -4.5}, "closing line value"),
        ({"clv_points": 1}, "points"),
    ],
)
def test_what_is_wrong_is_found(wrong: dict[str, Any], named: str) -> None:
    found = check([compared(captures(), **wrong)], [BOARD]).disagreements
    assert found
    assert named in " ".join(found)
    assert "1 DISAGREE" in report("t", [], replace_verdict(found[:1]), {})


def replace_verdict(found: list[str]) -> Any:
    verdict = check([], [])
    verdict.disagreements = found
    return verdict


def test_a_close_off_by_a_hundredth_a_quote_nobody_made_and_a_wrong_board_are_found() -> None:
    same = captures((-4.5, -120, 100), (-4.5, -120, 100))
    assert check([compared(same, clv_percent=-0.41, clv_reason=None)], [BOARD]).disagreements
    moved = Compared(
        replace(PICK, line=Decimal("-5")), {**compared(captures()).shown, "line": -5}, compared(captures()).expected
    )
    assert any("quote" in line for line in moved.disagreements)
    assert check([compared(captures())], [{**BOARD, "total_units": 0.9}]).disagreements
    assert check([compared(captures())], []).disagreements


def test_a_pick_on_a_game_that_left_its_date_is_void() -> None:
    season = OneGame()
    moved = replace(
        GAME,
        announced=(*GAME.announced, Announced(TIP_OFF - timedelta(hours=2), TIP_OFF + timedelta(days=2))),
        starts=TIP_OFF + timedelta(days=2),
    )
    season.fixtures = {moved.id: moved}
    expected = Oracle(season, captures(), ZONES, TIP_OFF + timedelta(days=5)).expect(PICK)
    assert (expected.result, expected.units, expected.has_close) == ("void", Decimal(0), False)
    season.fixtures = {GAME.id: replace(GAME, starts=None, finals=())}
    assert Oracle(season, captures(), ZONES, TIP_OFF + timedelta(days=5)).expect(PICK).result is None


def test_a_replay_that_checks_nothing_has_not_passed() -> None:
    assert any("nothing was checked" in line for line in check([], []).disagreements)
    waiting = Oracle(OneGame(), captures(), ZONES, TIP_OFF).expect(PICK)
    shown = {**compared(captures()).shown, "result": None, "result_units": None, "clv_reason": None}
    assert any("nothing was checked" in line for line in check([Compared(PICK, shown, waiting)], []).disagreements)


def test_a_team_that_the_season_spells_otherwise_is_the_platform_s() -> None:
    season = OneGame()
    spelled = replace(GAME, home="The Home", away="Away")
    season.fixtures = {GAME.id: spelled, "x": replace(GAME, id="x", home="Nobody")}
    seen = [Capture(MORNING, (Offer(spelled, renamed(captures()[0].offers[0])), Offer(season.fixtures["x"], [])))]
    expected = Oracle(season, seen, ZONES, TIP_OFF + timedelta(days=3), {"The Home": "Home"}).expect(PICK)
    assert (expected.result, expected.offered and expected.offered.price) == ("win", -110)


def renamed(of: Offer) -> Any:
    return json.loads(json.dumps(of.bookmakers).replace('"Home"', '"The Home"'))


def test_the_interval_of_the_picks_at_the_close_must_contain_the_margin() -> None:
    def at_the_close(values: list[float]) -> list[str]:
        base = compared(captures((-4.5, -110, -110), (-4.5, -110, -110)), clv_reason=None)
        picks = [
            Compared(replace(PICK, bot=CLOSE), {**base.shown, "clv_percent": value}, base.expected) for value in values
        ]
        return [line for line in check(picks, []).disagreements if "contain" in line]

    assert at_the_close([-4.6, -4.5, -4.55, -4.53]) == []  # 100/104.76 - 1 is -4.545 %
    assert at_the_close([-3.1, -3.0, -2.9, -3.0]) != []


def test_the_chart_is_a_labelled_picture_of_the_sums() -> None:
    text = chart("Units <by bot>", [compared(captures()), compared(captures())])
    assert text is not None
    root = ET.fromstring(text)  # noqa: S314 - our own
    labels = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Units <by bot>" in labels
    assert "home +1.8" in labels
    assert "date of the game" in labels
    assert "units won, in total" in labels
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 1


def test_axes() -> None:
    assert value_ticks(-3, 17) == [-4, 0, 4, 8, 12, 16, 20] or value_ticks(-3, 17) == [-5, 0, 5, 10, 15, 20]
    for low, high in ((-0.2, 0.1), (-168, 3), (0, 999), (-2400, 0)):
        ticks = value_ticks(low, high)
        assert ticks[0] <= low
        assert ticks[-1] >= high
        assert 2 <= len(ticks) <= 9
        assert 0 in ticks
    many = {f"bot {number}": [(date(2024, 1, 1), number), (date(2024, 2, 1), -number)] for number in range(10)}
    assert units_chart("t", many).count("<polyline") == 10
    assert len(TEAMS) == 30
