"""What is forecast of games to come: every contestant's distribution, in a form that is stored and shown. Pure."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from math import sqrt
from typing import Any

from pickvs.predictions.distributions.rules import Joint, Shape
from pickvs.predictions.facts.rules import DaySummary, Fixture, Line
from pickvs.predictions.games import rules as games
from pickvs.predictions.games.forecasting.rules import VARIANTS, Artefact, Contribution, LineMissing, Variant, forecast
from pickvs.predictions.games.rules import State, market_margin
from pickvs.predictions.measures.prices.rules import fair_home_win
from pickvs.predictions.ratings import rules as filters

ELO, MARKET = "elo", "market"
CONTESTANTS: tuple[str, ...] = (*VARIANTS, ELO, MARKET)
"""All that publish forecasts of games: the model's variants, an Elo rating, and the market's own line."""

HORIZON = timedelta(hours=48)
"""How far ahead games are forecast."""
BEFORE_SLATE = timedelta(minutes=90)
"""Time from the last forecasts to the first tip-off of a slate."""
CHECK_BEFORE_SLATE = timedelta(minutes=30)
"""Time from the check that a slate has forecasts to its first tip-off."""
SETTLES_AFTER = timedelta(days=4)
"""Age of a day whose state is kept: few of its facts change any more. If one does, the state holds no longer."""
_SLATE = timedelta(hours=1)
_APART, _FROM_MARKET = 0.35, 0.20
"""Most that the win probabilities of one game may differ by: of the two variants that do not see its line, and of the
one that does from the market's. In 18,000 games of the NBA they differed by 0.26 and 0.15 at most. The line may be
anywhere: who rests tonight is in it alone, and it differed from the others by more than 0.25 in 197 of those games."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Champion:
    """The version of a model that forecasts. sha256: of its artefact."""

    version: int
    artefact: Artefact
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A forecast of a game. home_win: probability, half of a tie's included. line: the market's when it was made."""

    game: int
    contestant: str
    version: int | None
    joint: Joint
    home_win: float
    contributions: tuple[Contribution, ...]
    line: Line | None
    features_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRating:
    """How strong a team is: points against an average team by results and by past closing lines, and its Elo rating.

    games: that it has played in the season of the state.
    """

    team: str
    rating: float
    rating_sd: float
    line_rating: float
    line_rating_sd: float
    elo: float
    games: int


def forecasts_of_game(
    champions: Mapping[Variant, tuple[Champion, State]], fixture: Fixture, line: Line | None
) -> list[Made]:
    """Return every contestant's forecast of a game: the variants, Elo, and the market if its line states enough.

    champions: by variant, with the state that its parameters make. The variant `with-line` is missing without a line
    that states margin and total. Elo is its difference in points, through the distribution of `no-market`. The market
    is its line, through the distribution of `with-line`; its win probability is that of the moneylines without the
    bookmaker's margin, where they are usable.

    Raises ValueError for a fixture of another sport, or one that the state already knows.
    """
    made: list[Made] = []
    for variant, (champion, state) in champions.items():
        features = games.features(state, fixture)
        try:
            found = forecast(champion.artefact, features, line)
        except LineMissing:
            continue
        made.append(
            Made(
                game=fixture.game,
                contestant=variant,
                version=champion.version,
                joint=found.joint,
                home_win=home_win(found.joint),
                contributions=found.contributions,
                line=line,
                features_sha256=_hash(champion.sha256, features, line if champion.artefact.needs_line else None),
            )
        )
    if "no-market" in champions:
        champion, state = champions["no-market"]
        made.append(_elo(champion.artefact.shape, games.features(state, fixture), fixture, line))
    if "with-line" in champions and line is not None:
        champion, _ = champions["with-line"]
        made += _market(champion.artefact, fixture, line)
    return made


def team_ratings(state: State) -> list[TeamRating]:
    """Return how strong each team is that the state knows, by its key."""
    margins, lines = state.ratings["margin"], state.ratings["line_margin"]
    found = []
    for team in sorted(state.elo):
        (rating, variance), (line_rating, line_variance) = filters.rating(margins, team), filters.rating(lines, team)
        played = state.played.get(team)
        found.append(
            TeamRating(
                team=team,
                rating=rating,
                rating_sd=sqrt(variance),
                line_rating=line_rating,
                line_rating_sd=sqrt(line_variance),
                elo=state.elo[team],
                games=0 if played is None else played.games,
            )
        )
    return found


def home_win(joint: Joint) -> float:
    """Return the probability that the home team wins, with half of a tie's, within 0 and 1."""
    return min(max(joint.win() + joint.tie() / 2, 0.0), 1.0)


def figures(joint: Joint, home_win: float) -> dict[str, Any]:
    """Return what is shown of a forecast: probabilities to 4 decimals, points to 2.

    home_win: the probability that is scored, half of a tie's included. That of the market comes from its moneylines and
    not from the distribution, which has its spread; what is shown is what is scored.
    """
    tie = joint.tie()
    win = min(max(home_win - tie / 2, 0.0), 1 - tie)
    return {
        "home_win": round(win, 4),
        "tie": round(tie, 4),
        "away_win": round(1 - tie - win, 4),
        **{
            name: {
                "mean": round(law.mean, 2),
                "median": round(law.median, 2),
                "low_80": round(law.interval(0.8)[0], 2),
                "high_80": round(law.interval(0.8)[1], 2),
            }
            for name, law in (("margin", joint.margin), ("total", joint.total))
        },
    }


def line_to_json(line: Line | None) -> dict[str, float | int | None] | None:
    """Return a line as JSON."""
    if line is None:
        return None
    return {
        "spread": line.spread,
        "total": line.total,
        "home_moneyline": line.home_moneyline,
        "away_moneyline": line.away_moneyline,
    }


def slates(starts: Iterable[datetime]) -> list[datetime]:
    """Return the first tip-off of each slate. A slate is the games that begin within an hour of its first."""
    found: list[datetime] = []
    for start in sorted(starts):
        if not found or start - found[-1] >= _SLATE:
            found.append(start)
    return found


def broken_invariants(made: Sequence[Made], expected: Mapping[int, Line | None], *, trained: bool) -> list[str]:
    """Return what is not as it must be, one sentence each.

    made: the forecasts of all games of `expected`, which has their lines. Every game has every contestant that its line
    allows, and every probability is one. Where all variants are `trained`, they do not contradict each other; before
    that, some know nothing yet.
    """
    broken: list[str] = []
    by_game: dict[int, dict[str, Made]] = {game: {} for game in expected}
    for each in made:
        by_game.setdefault(each.game, {})[each.contestant] = each
        if not 0 < each.home_win < 1:
            broken.append(f"{each.contestant} is certain of game {each.game}: {each.home_win}")
    for game, found in by_game.items():
        line = expected.get(game)
        due = ["no-market", "past-lines", ELO]
        if line is not None and line.total is not None and (line.spread, line.home_moneyline).count(None) == 0:
            due += ["with-line", MARKET]
        if missing := [name for name in due if name not in found]:
            broken.append(f"game {game} has no forecast of {', '.join(missing)}")
        chances: dict[str, float] = {name: found[name].home_win for name in VARIANTS if name in found}
        if trained and _contradict({name: each.home_win for name, each in found.items()}):
            broken.append(f"the variants contradict each other on game {game}: {_rounded(chances)}")
    return broken


def ratings_behind(states: Iterable[State], known: Sequence[DaySummary]) -> list[str]:
    """Return what the ratings do not have of the results that are known, one sentence each.

    known: the days with results, read apart from the facts that the states were made of. The last game that a state has
    of each team is the team's last final, and it has as many of the season as there are.
    """
    if not known:
        return []
    season = max(each.season for each in known)
    games: Counter[str] = Counter()
    last: dict[str, date] = {}
    for each in known:
        if each.season == season:
            games.update(each.teams)
            last.update(dict.fromkeys(each.teams, each.day))
    broken = []
    for state in states:
        has = state.played if state.season == season else {}
        for team in sorted(games):
            found = has.get(team)
            day = None if found is None else date.fromordinal(found.days[-1])
            number = 0 if found is None else found.games
            if (day, number) != (last[team], games[team]):
                broken.append(
                    f"the ratings have {number} games of {team} up to {day}, of {games[team]} up to {last[team]}"
                )
    return broken


def _contradict(chances: Mapping[str, float]) -> bool:
    """Say whether win probabilities of one game, by contestant, are farther apart than healthy ones are."""
    pairs = ("no-market", "past-lines", _APART), ("with-line", MARKET, _FROM_MARKET)
    return any(
        abs(chances[one] - chances[other]) > most for one, other, most in pairs if one in chances and other in chances
    )


def _rounded(chances: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {chance:.3f}" for name, chance in chances.items())


def _elo(shape: Shape, features: Mapping[str, float], fixture: Fixture, line: Line | None) -> Made:
    joint = Joint(margin_mean=features["elo_margin"], total_mean=features["total_level"], shape=shape)
    used = {name: features[name] for name in ("elo_margin", "total_level")}
    moved = (Contribution(feature="elo_margin", value=features["elo_margin"], points=features["elo_margin"]),)
    return Made(
        game=fixture.game,
        contestant=ELO,
        version=None,
        joint=joint,
        home_win=home_win(joint),
        contributions=moved,
        line=line,
        features_sha256=_hash(json.dumps(shape.to_json(), sort_keys=True), used, None),
    )


def _market(artefact: Artefact, fixture: Fixture, line: Line) -> list[Made]:
    margin = market_margin(artefact.parameters, line)
    if margin is None or line.total is None:
        return []
    joint = Joint(margin_mean=margin, total_mean=line.total, shape=artefact.shape)
    fair = fair_home_win(line)
    return [
        Made(
            game=fixture.game,
            contestant=MARKET,
            version=None,
            joint=joint,
            home_win=home_win(joint) if fair is None else fair,
            contributions=(),
            line=line,
            features_sha256=_hash(json.dumps(artefact.shape.to_json(), sort_keys=True), {}, line),
        )
    ]


def _hash(model: str, features: Mapping[str, float], line: Line | None) -> str:
    told = {"model": model, "features": features, "line": line_to_json(line)}
    return sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
