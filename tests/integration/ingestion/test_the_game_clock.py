"""The games set the clock: closing captures and result checks, with and without their alarms, against a model."""

from collections import Counter
from contextlib import closing
from datetime import timedelta
from random import Random

import pytest

from pickvs.markets.credits.rules import clusters
from pickvs.sports.rules import SPORTS
from tests.support.alarms import Alarms
from tests.support.contest import Contest
from tests.support.databases import Databases
from tests.support.game_nights import FIRST_DAY, Fate, World, make_season
from tests.support.ingestion import ingesting
from tests.support.picking import set_pick_rules

CALM = Fate(picks_until=timedelta(hours=3), shortest=timedelta(minutes=SPORTS["basketball_nba"].typical_minutes))
ROUGH = Fate(moved=0.3, postponed=0.15, lost=0.1, doubled=0.2, late=True, killed=0.15)

_GRADES = """
    SELECT named.provider_id, pick.user_id, pick.market::text, pick.selection::text, pick.price, entry.result::text,
           entry.units
    FROM picks pick
    JOIN game_provider_ids named USING (game_id)
    LEFT JOIN LATERAL (
      SELECT * FROM settlement_ledger WHERE pick_id = pick.id ORDER BY result_id DESC, sign DESC LIMIT 1
    ) entry ON true
    ORDER BY named.provider_id, pick.user_id, pick.market
"""
_GAMES = """
    SELECT named.provider_id, game.status::text, game.home_score, game.away_score, game.local_date,
           result.outcome::text, result.began_at
    FROM games game
    JOIN game_provider_ids named ON named.game_id = game.id
    LEFT JOIN game_results result ON result.id = game.result_id
    ORDER BY named.provider_id, game.local_date
"""


@pytest.fixture
def play(contest: Contest, clock_alarms: Alarms, monkeypatch: pytest.MonkeyPatch) -> "Play":
    set_pick_rules(monkeypatch)
    return Play(contest, clock_alarms, monkeypatch)


class Play:
    """Plays worlds into the test's database."""

    def __init__(self, contest: Contest, alarms: Alarms, monkeypatch: pytest.MonkeyPatch) -> None:
        self.contest, self.alarms, self.monkeypatch = contest, alarms, monkeypatch

    def __call__(self, seed: int, fate: Fate, *, days: int, games_a_day: int) -> World:
        games = make_season(Random(seed), fate, days=days, games_a_day=games_a_day)  # noqa: S311
        world = World(self.contest, self.alarms, Random(seed), fate, games)  # noqa: S311
        with ingesting(self.contest.url, self.monkeypatch):
            world.play(self.monkeypatch)
        return world


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_each_picked_game_is_settled_and_nothing_is_left_to_do(play: Play, seed: int) -> None:
    world = play(seed, ROUGH, days=2, games_a_day=6)
    rows = play.contest.connection.execute
    grades = rows(_GRADES).fetchall()
    assert len(grades) > 15
    assert [each for each in grades if each["result"] is None] == []
    assert rows("SELECT * FROM agenda WHERE function IN ('fetch_odds', 'process_results')").fetchall() == []
    assert world.in_vain == []
    captures = [at for at, kind, by in world.asked if (kind, by) == ("odds", "alarm")]
    picked = {each["provider_id"] for each in grades}
    moved = sum(len(game.tip_offs) - 1 for game in world.games)
    assert 0 < len(captures) <= len(picked) + moved + world.deaths
    assert world.deaths > 0


def test_on_a_calm_night_calls_are_shared_and_grades_come_within_a_quarter_of_an_hour(play: Play) -> None:
    world = play(1, CALM, days=1, games_a_day=10)
    picked = {each["provider_id"] for each in play.contest.connection.execute(_GRADES)}
    games = {game.number: game for game in world.games if f"{game.number:032x}" in picked}
    expected = clusters({number: game.tip_offs[0][1] for number, game in games.items()})
    captures = [at for at, kind, by in world.asked if (kind, by) == ("odds", "alarm")]
    assert [at - timedelta(seconds=1) for at in captures] == [cluster.due_at for cluster in expected]
    settled = play.contest.connection.execute(
        "SELECT provider_id, min(settled_at) AS at, count(clv_percent) AS closes, count(*) AS picks"
        " FROM settlement_ledger JOIN picks ON picks.id = pick_id JOIN game_provider_ids USING (game_id) GROUP BY 1"
    ).fetchall()
    waits = {each["provider_id"]: each["at"] - games[int(each["provider_id"], 16)].final_at for each in settled}
    assert waits.keys() == picked
    assert all(timedelta() <= wait <= timedelta(minutes=15) for wait in waits.values()), waits
    assert sum(each["closes"] for each in settled) == sum(each["picks"] for each in settled)
    checks = Counter(at for at, kind, by in world.asked if (kind, by) == ("scores", "alarm"))
    assert set(checks.values()) == {1}


def test_with_every_alarm_lost_the_daily_rules_reach_the_same_database(
    databases: Databases, clock_alarms: Alarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing odds are captured by alarms alone, so the quotes and what closes say of the picks are left out."""
    set_pick_rules(monkeypatch)
    ended = []
    for lost in (0, 1):
        fate = Fate(moved=0.2, postponed=0.1, lost=lost, picks_until=timedelta(hours=3))
        with databases.fresh() as url, databases.use(url, monkeypatch), closing(Contest(url)) as contest:
            world = Play(contest, clock_alarms, monkeypatch)(2, fate, days=2, games_a_day=6)
            rows = contest.connection.execute
            ended.append((rows(_GRADES).fetchall(), rows(_GAMES).fetchall()))
        assert ("alarm" in {by for _, _, by in world.runs}) is not bool(lost)
    assert ended[0] == ended[1]
    assert len(ended[0][0]) > 15


def test_a_month_in_which_nobody_picks_wakes_the_database_for_the_daily_rules_only(play: Play) -> None:
    world = play(3, Fate(picked=0, moved=0.1, postponed=0.05), days=28, games_a_day=2)
    days = (world.runs[-1][0] - FIRST_DAY).days + 1
    assert days >= 30
    assert Counter((name, by) for _, name, by in world.runs) == {
        ("fetch_odds", "daily"): days,
        ("process_results", "daily"): days,
    }
    assert play.alarms.asked == 0
