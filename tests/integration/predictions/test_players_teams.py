"""What the database holds of players' teams is what the rule says, in whatever order days come in."""

from datetime import date, timedelta
from random import Random

from pickvs.core.database import transaction
from pickvs.sports.players.queries import spells
from pickvs.sports.players.rules import Spell, with_seen
from pickvs.sports.players.service import Named, note_teams, register_players
from tests.support.statistics import AFTER, NBA, World

START = date(2025, 10, 21)


def test_times_with_teams_are_kept_as_the_rule_says(world: World) -> None:
    random = Random(3)  # noqa: S311 - days, not a secret
    teams = [row["id"] for row in world.db.execute("SELECT id FROM teams WHERE sport = %s LIMIT 3", (NBA,))]
    with transaction() as connection:
        named = [Named(provider_id=str(number), name=f"Player {number}", team_id=teams[0]) for number in range(12)]
        players = list(register_players(connection, NBA, "espn", named, AFTER).values())
    expected: dict[int, list[Spell]] = {player: [] for player in players}
    days = [START + timedelta(days=number) for number in range(14)]
    random.shuffle(days)
    for day in days:
        seen = {player: random.choice(teams) for player in players if random.random() < 0.7}
        for player, team in seen.items():
            expected[player] = with_seen(expected[player], team, day)
        with transaction() as connection:
            note_teams(connection, NBA, seen, day)
            assert spells(connection, players) == expected
    rows = world.db.execute("SELECT id, team_id FROM players").fetchall()
    assert {row["id"]: row["team_id"] for row in rows} == {player: of[-1].team_id for player, of in expected.items()}
