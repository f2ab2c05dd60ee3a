"""Damage to answers of sources: random changes of one to three parts, and what must never come of them.

python -m tests.support.mutated_answers 100000    # the large run: some minutes
"""

import copy
import sys
from random import Random
from typing import Any

from pickvs.jobs.errors import BadAnswer
from pickvs.predictions.statistics.boxes.rules import BoxScore, differences, reasons_against
from pickvs.predictions.statistics.providers import balldontlie_parsing, espn_parsing
from pickvs.sports.players.rules import player_name
from tests.support.box_scores import MadeGame, balldontlie_boxes, body, espn_summary

NBA = "basketball_nba"
_SCALARS = (None, True, "", "x", "-1", 0, -3, 480, "480", "12-3", [], {}, 1e9, "99999", "\x00")


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all parts of a JSON value."""
    found = [path] if path else []
    if isinstance(value, dict):
        for key, part in value.items():
            found += places(part, (*path, key))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            found += places(part, (*path, place))
    return found


def damaged(answer: Any, random: Random) -> Any:
    """Return a copy of a JSON value with one to three parts changed, removed, doubled or exchanged."""
    changed = copy.deepcopy(answer)
    for _ in range(random.randint(1, 3)):
        all_places = places(changed)
        if not all_places:
            break
        *way, last = random.choice(all_places)
        holder = changed
        for step in way:
            holder = holder[step]
        _damage(holder, last, random)
    return changed


def _damage(holder: Any, last: Any, random: Random) -> None:
    kind = random.randrange(6)
    if kind == 0:
        del holder[last]
    elif kind == 1 and isinstance(holder, list):
        holder.insert(random.randrange(len(holder) + 1), copy.deepcopy(holder[last]))
    elif kind == 2 and len(holder) > 1:
        other = random.choice(list(holder)) if isinstance(holder, dict) else random.randrange(len(holder))
        holder[last], holder[other] = holder[other], holder[last]
    elif kind == 3 and isinstance(holder[last], str | int) and str(holder[last]).isdigit():
        number = max(0, int(holder[last]) + random.choice((-10, -1, 1, 2, 10)))
        holder[last] = str(number) if isinstance(holder[last], str) else number
    elif kind == 4 and isinstance(holder[last], str) and "-" in holder[last]:
        holder[last] = "-".join(reversed(holder[last].split("-")))
    else:
        holder[last] = copy.deepcopy(random.choice(_SCALARS))


def truth(game: MadeGame) -> list[dict[str, tuple[int, dict[str, int]]]]:
    """Return seconds and counts of every player by name, home side first."""
    return [
        {player_name(player.name): (60 * player.minutes, player.counts) for player in game.players[team]}
        for team in (game.home, game.away)
    ]


def told(box: BoxScore) -> list[dict[str, tuple[int, dict[str, int]]]]:
    """Return the same of a box score that was read."""
    return [
        {player_name(player.name): (player.seconds, dict(player.statistics)) for player in entry.players}
        for entry in box.sides
    ]


def is_true(box: BoxScore, game: MadeGame) -> bool:
    """Whether a box score says what happened. A playing time may be up to a minute off."""
    for said, known in zip(told(box), truth(game), strict=True):
        if said.keys() != known.keys() or any(said[name][1] != known[name][1] for name in known):
            return False
        if any(abs(said[name][0] - known[name][0]) > 60 for name in known):
            return False
    return (box.home.team, box.away.team) == (game.home, game.away)


def passed(answer: bytes, game: MadeGame, other: BoxScore, *, alone: bool = False) -> BoxScore | None:
    """Return the box score of a damaged answer that would be final, beside that of the other source. None if none is.

    alone: the other source has not answered.
    """
    try:
        capture = espn_parsing.read_box_score(answer, NBA)
    except BadAnswer:
        return None
    for box in capture.items:
        teams = (box.home.team, box.away.team)
        if box.provider_id != game.event or teams != (game.home, game.away):
            continue
        if not reasons_against(box, game.score) and (alone or not differences(box, other, player_name)):
            return box
    return None


def wrong_rows(count: int, seed: int) -> tuple[int, int]:
    """Damage `count` answers. Return how many were taken as final, and how many of those say what did not happen."""
    random = Random(seed)  # noqa: S311 - damage that can be repeated
    final = wrong = 0
    game, other, answer = None, None, None
    for number in range(count):
        if number % 500 == 0:
            game = MadeGame(seed=seed + number)
            [other] = balldontlie_parsing.read_box_scores(body(balldontlie_boxes(game)), NBA).items
            answer = espn_summary(game)
        assert game is not None
        assert other is not None
        box = passed(body(damaged(answer, random)), game, other)
        if box is not None:
            final += 1
            wrong += not is_true(box, game)
    return final, wrong


if __name__ == "__main__":
    taken, false = wrong_rows(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, seed=1)
    print(f"{taken} damaged answers were taken as final, {false} of them say what did not happen")
    sys.exit(1 if false else 0)
