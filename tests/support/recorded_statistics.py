"""A row in every table of statistics, some with awkward values."""

from datetime import timedelta

from psycopg.types.json import Jsonb

from tests.support.contest import TIP_OFF, Contest

NBA = "basketball_nba"

FACTS = ("game_phases", "past_games", "past_results", "box_scores", "team_games", "player_games", "injury_statuses")
"""Tables of which no row ever changes. The tests of statistics try them."""


def record_statistics(contest: Contest, game: int, text: str = "text") -> None:
    """Insert a season, a player with alias and team, a past game with its result, and a box score of each state.

    game: a game of the platform. text: stands where a provider's words stand.
    """
    db = contest.connection
    after, name = TIP_OFF + timedelta(hours=3), text[:60]
    db.execute("INSERT INTO seasons VALUES (%s, 2023, '2023-08-01', '2024-07-31', %s)", (NBA, TIP_OFF))
    teams = [
        row["id"] for row in db.execute("SELECT id FROM teams WHERE sport = %s AND listed ORDER BY id LIMIT 2", (NBA,))
    ]
    player = db.execute(
        "INSERT INTO players (sport, name, normal, position, jersey, height_cm, weight_kg, birth_date, created_at,"
        " team_id, updated_at) VALUES (%s, %s, %s, 'C', '15', 211, 129, '1995-02-19', %s, %s, %s) RETURNING id",
        (NBA, name, name, TIP_OFF, teams[0], TIP_OFF),
    ).fetchone()
    past = db.execute(
        "INSERT INTO past_games (sport, season, local_date, home_team_id, away_team_id, starts_at, phase, is_neutral,"
        " recorded_at) VALUES (%s, 2023, '2023-11-01', %s, %s, %s, 'regular', false, %s) RETURNING id",
        (NBA, *teams, TIP_OFF, after),
    ).fetchone()
    assert player is not None
    assert past is not None
    db.execute(
        "INSERT INTO player_aliases VALUES (%s, 'espn', %s, %s, %s, %s)", (NBA, name, player["id"], text, TIP_OFF)
    )
    db.execute(
        "INSERT INTO player_teams VALUES (%s, %s, %s, '2023-10-24', '2024-01-04')", (player["id"], NBA, teams[0])
    )
    db.execute("INSERT INTO game_phases VALUES (%s, 1, 'regular', 'espn', true, 'espn', %s)", (game, TIP_OFF))
    db.execute(
        "INSERT INTO past_results (game_id, version, home_points, away_points, spread, total, home_moneyline,"
        " away_moneyline, source, known_at, recorded_at) VALUES (%s, 1, 101, 99, -4.5, 221, -180, 150, 'espn', %s, %s)",
        (past["id"], after, after),
    )
    for number, state in ((past["id"], "final"), (game, "review")):
        box = db.execute(
            "INSERT INTO box_scores (game_id, version, sport, season, state, reasons, source, confirmed_by,"
            " home_points, away_points, proposal, checksum, event_time, known_at, recorded_at)"
            " VALUES (%s, 1, %s, 2023, %s, %s, 'espn', '{balldontlie}', 101, 99, %s, %s, %s, %s, %s) RETURNING id",
            (
                *(number, NBA, state, [] if state == "final" else [text]),
                *(None if state == "final" else Jsonb({text: [text]}), b"\\x00", TIP_OFF, after, after),
            ),
        ).fetchone()
        assert box is not None
        if state == "final":
            stats = Jsonb({"points": 26})
            db.execute(
                "INSERT INTO team_games VALUES (%s, %s, 2023, 1, %s, %s, true, 101, %s, 'espn', %s)",
                (box["id"], number, *teams, stats, after),
            )
            db.execute(
                "INSERT INTO player_games VALUES (%s, %s, 2023, 1, %s, %s, %s, true, 2040, %s, 'espn', %s)",
                (box["id"], number, player["id"], *teams, stats, after),
            )
    db.execute(
        "INSERT INTO injury_statuses (player_id, status, reason, reported_at, known_at, source)"
        " VALUES (%s, 'out', %s, %s, %s, 'espn')",
        (player["id"], text, TIP_OFF, after),
    )
    db.execute(
        "INSERT INTO stat_anomalies (sport, rule, subject, severity, game_id, player_id, details, found_at,"
        " resolved_at, resolution) VALUES (%s, 'sum', %s, 'error', %s, %s, %s, %s, %s, 'accepted')",
        (NBA, text, game, player["id"], Jsonb({text: text}), TIP_OFF, after),
    )
