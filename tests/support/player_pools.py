"""Made-up slates of any format: random, and hypothesis strategies."""

import random
from collections.abc import Sequence
from decimal import Decimal

from hypothesis import strategies as st

from pickvs.dfs.formats.rules import Format, Slot
from pickvs.dfs.optimizer.pool import Player, Pool


def _slots(*pairs: tuple[str, str]) -> tuple[Slot, ...]:
    return tuple(Slot(name=name, positions=frozenset(positions.split("/"))) for name, positions in pairs)


_CAPTAIN = Decimal("1.5")
_ANY = frozenset({"A", "B", "C"})

# Smaller than a site's, so that all lineups can be listed: overlapping slots, a captain, a class of its own.
SMALL_FORMATS = (
    Format(
        id="small_classic",
        site="test",
        sport="test",
        style="classic",
        slots=_slots(("A", "A"), ("B", "B"), ("AB", "A/B"), ("UTIL", "A/B/C")),
        cap=24_000,
        min_games=2,
    ),
    Format(
        id="small_showdown",
        site="test",
        sport="test",
        style="showdown",
        slots=(
            Slot(name="CPT", positions=_ANY, factor=_CAPTAIN),
            *(Slot(name="UTIL", positions=_ANY) for _ in range(3)),
        ),
        cap=27_000,
        min_teams=2,
    ),
    Format(
        id="small_race",
        site="test",
        sport="test",
        style="race",
        slots=(
            Slot(name="CPT", positions=frozenset({"A", "B"}), factor=_CAPTAIN),
            *(Slot(name="D", positions=frozenset({"A", "B"})) for _ in range(2)),
            Slot(name="CNSTR", positions=frozenset({"C"})),
        ),
        cap=27_000,
        max_per_team=2,
        max_per_team_except=frozenset({"C"}),
        min_teams=2,
        min_teams_except=frozenset({"C"}),
    ),
)


def made_pool(game: Format, rng: random.Random, *, players: int, games: int, whole_points: bool = False) -> Pool:
    """Return a pool in which each slot has its candidates: better players cost more, with noise.

    whole_points: projections are small whole numbers, so that many lineups tie.
    """
    # In the order of the slots, so that neighbours are alike: whoever plays two positions plays neighbours.
    positions = list(dict.fromkeys(each for slot in game.slots for each in sorted(slot.positions)))
    share = game.cap / game.size
    made = []
    for number in range(players):
        nth_of_team, team = divmod(number, 2 * games)
        place = (nth_of_team + team) % len(positions)
        own = {positions[place]}
        own |= {rng.choice(positions[max(0, place - 1) : place + 2])} if rng.random() < 0.4 else set()
        level = rng.random() ** 2
        # Captains cost one and a half, which has to be a multiple of the grid.
        step = 2 * game.grid
        salary = int(share * (0.55 + 0.9 * level) / step) * step
        points = Decimal(round(max(0.0, salary / share * 30 + rng.gauss(0, 6)), 0 if whole_points else 2))
        points = points.quantize(Decimal("0.01"))
        in_game = number % games
        made.append(
            Player(
                id=1000 + number,
                name=f"Player {number}",
                team=f"{'AH'[(number // games) % 2]}{in_game}",
                game=f"A{in_game}@H{in_game}",
                slots=frozenset(slot.name for slot in game.slots if slot.positions & own),
                positions=frozenset(own),
                salary=salary,
                points=points,
                captain_salary=_captain_salary(game, salary, rng),
                deviation=(points / 4).quantize(Decimal("0.01")),
                floor=(points / 2).quantize(Decimal("0.01")),
                ceiling=(points * 3 / 2).quantize(Decimal("0.01")),
                ownership=Decimal(rng.randrange(0, 60)) / 100,
            )
        )
    rng.shuffle(made)
    return Pool(format=game, players=tuple(made))


def _captain_salary(game: Format, salary: int, rng: random.Random) -> int | None:
    if all(slot.factor == 1 for slot in game.slots) or rng.random() < 0.5:
        return None
    return salary * 3 // 2


@st.composite
def pools(
    draw: st.DrawFn,
    formats: Sequence[Format] = SMALL_FORMATS,
    *,
    players: tuple[int, int] = (6, 10),
    games: tuple[int, int] = (1, 3),
) -> Pool:
    """Draw a pool of one of the formats; some have no lineup at all."""
    game = draw(st.sampled_from(formats))
    seed = draw(st.integers(0, 2**32 - 1))
    return made_pool(
        game,
        random.Random(seed),  # noqa: S311 - a slate is no secret
        players=draw(st.integers(max(players[0], game.size), players[1])),
        games=draw(st.integers(max(games[0], game.min_games), max(games[1], game.min_games))),
        whole_points=draw(st.booleans()),
    )
