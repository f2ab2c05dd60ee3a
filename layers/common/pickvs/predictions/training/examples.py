"""Games with what was known before them: the rows on which models of games are trained and judged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from pickvs.predictions.facts.rules import Day, Line, Result
from pickvs.predictions.games.forecasting.rules import LineMissing, line_features
from pickvs.predictions.games.rules import State, advance, features, start
from pickvs.predictions.leagues.rules import GameParameters

type Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A game that was played, its features as of its day, and the last line before it."""

    result: Result
    features: Mapping[str, float]
    line: Line | None


def examples(days: Iterable[Day], parameters: GameParameters) -> Iterator[Example]:
    """Yield every game of these days, in their order, with features from the days before it alone."""
    for _, found in folded(days, start(parameters)):
        yield from found


def folded(days: Iterable[Day], state: State) -> Iterator[tuple[State, list[Example]]]:
    """Yield for each day the state after it and its games, whose features are from the state before it."""
    for day in days:
        found = [
            Example(
                result=result,
                features=features(state, result.fixture),
                line=day.closing_lines.get(result.fixture.game),
            )
            for result in day.results
        ]
        state = advance(state, day)
        yield state, found


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Examples as columns. A game without a usable line has `nan` in the columns of its own line."""

    columns: Mapping[str, Column]
    margin: Column
    total: Column
    season: Column

    @classmethod
    def of(cls, rows: Sequence[Example], parameters: GameParameters) -> "Table":
        """Return the table of these examples. Raises ValueError if there is none."""
        if not rows:
            raise ValueError("there are no games to train on")
        own = [_own_line(each, parameters) for each in rows]
        columns = {name: np.array([each.features[name] for each in rows]) for name in rows[0].features}
        columns |= {name: np.array([each[name] for each in own]) for name in own[0]}
        return cls(
            columns=columns,
            margin=np.array([float(each.result.margin) for each in rows]),
            total=np.array([float(each.result.total) for each in rows]),
            season=np.array([float(each.result.fixture.season) for each in rows]),
        )

    def __len__(self) -> int:
        return len(self.margin)

    def where(self, chosen: NDArray[np.bool_]) -> "Table":
        """Return the rows that are chosen."""
        return Table(
            columns={name: column[chosen] for name, column in self.columns.items()},
            margin=self.margin[chosen],
            total=self.total[chosen],
            season=self.season[chosen],
        )

    def settled(self, parameters: GameParameters) -> "Table":
        """Return the rows without the league's first seasons (`burn_in`), or all rows if nothing would be left."""
        late = self.season >= self.season.min(initial=np.inf) + parameters.fitting.burn_in
        return self.where(late) if late.any() else self

    def matrix(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Return the named columns side by side."""
        if not names:
            return np.empty((len(self), 0))
        return np.column_stack([self.columns[name] for name in names])

    def fingerprint(self, names: Sequence[str]) -> str:
        """Return the SHA-256 of the named columns, outcomes and seasons, as little-endian doubles in order."""
        whole = np.column_stack([self.matrix(names), self.margin, self.total, self.season])
        return sha256(whole.astype("<f8").tobytes()).hexdigest()


_OWN_LINE = ("market_margin", "moneyline_edge", "market_total_edge")


def _own_line(example: Example, parameters: GameParameters) -> dict[str, float]:
    try:
        return line_features(parameters, example.features, example.line)
    except LineMissing:
        return dict.fromkeys(_OWN_LINE, np.nan)
