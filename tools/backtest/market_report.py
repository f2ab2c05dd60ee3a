"""The report on the market: betting against it, at its line, over the years, and what the gate says of a challenger."""

from collections.abc import Mapping, Sequence

from pickvs.predictions.gate.rules import Trial, Verdict
from pickvs.predictions.gate.rules import judge as judge_challenger
from pickvs.predictions.measures.calibration.rules import discrete_cover
from pickvs.predictions.measures.drift.rules import Cusum
from pickvs.predictions.measures.prices.rules import Profit
from pickvs.predictions.measures.rules import mean
from pickvs.predictions.measures.segments.rules import segments
from tools.backtest.betting import EDGES, covering
from tools.backtest.charts import line_chart
from tools.backtest.figures import CHALLENGER, ELO_RECALIBRATED, PROMISES, gaps_by_season, losses, mean_loss, yardstick
from tools.backtest.rows import COVER_OFFSETS, NO_MARKET, OVER_OFFSETS, VARIANTS, Row
from tools.backtest.sections import Section, Table, difference, number, percent

SLACK, THRESHOLD = 0.1, 26.0
"""Of the sum that watches a model's loss beside the market's."""


def edges_in_words(brought: Mapping[str, Sequence[Profit]]) -> str | None:
    """Return in words what betting the no-market model's edges brought, by market; None if there was no bet."""
    told = []
    for market, found in brought.items():
        plain = found[0]
        if plain.bets:
            low, high = plain.band()
            place = "below" if plain.units < low else "above" if plain.units > high else "within"
            told.append(
                f"{market}: {plain.units:+,.0f} units of {plain.bets:,} staked ({plain.units / plain.bets:+.1%}; "
                f"{place} the {low:+,.0f} to {high:+,.0f} of luck alone)"
            )
    if not told:
        return None
    losing = all(found[0].units < 0 for found in brought.values() if found[0].bets)
    word = "loses" if losing else "did not lose everywhere in this run, which is no promise"
    return f"Betting the no-market model's edges {word}. {'; '.join(told)}."


def lines(rows: Sequence[Row]) -> Section:
    """Return how good the probabilities to cover and to go over are, at the line and beside it."""
    table = []
    for name in VARIANTS:
        for what, market, offsets in (("covers", "covers", COVER_OFFSETS), ("goes over", "overs", OVER_OFFSETS)):
            for offset in offsets:
                found = covering(rows, name, offset, market=market)
                if found is not None:
                    bets = found.confident
                    table.append(
                        [
                            f"{name}, {what}, line {offset:+d}",
                            f"{found.count:,}",
                            number(found.log_loss),
                            number(found.calibration_error, 3),
                            f"{bets.bets:,}" if offset == 0 else "",
                            percent(bets.won / bets.bets if bets.bets else None) if offset == 0 else "",
                            percent(bets.units / bets.bets if bets.bets else None) if offset == 0 else "",
                        ]
                    )
    return Section(
        title="At the market's line",
        words=[
            (
                "A coin has a log loss of 0.6931. A variant that does not know the line thinks that it knows better: "
                "its probability to cover the market's own line is overconfident. Only with-line's is fit to be shown."
            ),
        ],
        tables=[
            Table(
                title="Probability to cover and to go over; bets on what has more than 55 % at the line, at -110",
                header=["", "games", "log loss", "ECE", "bets", "won", "return"],
                rows=table,
            )
        ],
    )


def _profit_cells(found: Profit) -> list[str]:
    if not found.bets:
        return ["0", "-", "-", "-"]
    low, high = found.band()
    return [
        f"{found.bets:,}",
        f"{found.units:+,.1f}",
        percent(found.units / found.bets),
        f"{low:+,.0f} .. {high:+,.0f}",
    ]


type Brought = Mapping[str, Mapping[str, Sequence[Profit]]]
"""Profits by variant and market, for each of EDGES."""


def betting(brought: Brought) -> Section:
    """Return what betting each variant by the rule brought."""
    table = []
    charts = []
    for name, markets in brought.items():
        for market, found in markets.items():
            if not any(each.bets for each in found):
                continue
            for edge, each in zip(EDGES, found, strict=True):
                table.append([f"{name}, {market}, p > implied + {edge:.2f}", *_profit_cells(each)])
            known = [(edge, each) for edge, each in zip(EDGES, found, strict=True) if each.bets]
            charts.append(
                line_chart(
                    f"{name}: {market}",
                    {"units": [(edge, each.units) for edge, each in known]},
                    bands={"units": [(edge, *each.band()) for edge, each in known]},
                    x_title="x of the rule p > implied + x",
                    y_title="units won",
                    x_ticks=EDGES,
                    zero=True,
                )
            )
    return Section(
        title="Profit against the close",
        words=[
            (
                "One unit is staked wherever the probability exceeds the price's by x. The band holds 95 % of what "
                "bettors without any skill get for the same bets: at -110 each wins half of the time, at the "
                "moneyline as often as the market says. The close is the hardest price there is, and a table's close "
                "may be nobody's."
            ),
        ],
        tables=[Table(title="By rule", header=["", "bets", "units", "return", "luck alone"], rows=table)],
        charts=charts,
    )


def over_time(rows: Sequence[Row]) -> Section:
    """Return losses and gaps by season, and the gaps summed over the games."""
    theirs = yardstick(rows)
    years = sorted({row.year for row in rows})
    names = [theirs, ELO_RECALIBRATED, *VARIANTS]
    by_season: dict[str, list[tuple[float, float]]] = {}
    for name in names:
        found = [(year, mean_loss([row for row in rows if row.year == year], name)) for year in years]
        by_season[name] = [(float(year), loss) for year, loss in found if loss is not None]
    cumulated: dict[str, list[tuple[float, float]]] = {}
    alarms = []
    for name in (ELO_RECALIBRATED, *VARIANTS):
        pairs = zip(losses(rows, name), losses(rows, theirs), strict=True)
        steps = [a - b for a, b in pairs if a is not None and b is not None]
        total, line = 0.0, [(0.0, 0.0)]
        for place, step in enumerate(steps, start=1):
            total += step
            if place % max(1, len(steps) // 400) == 0 or place == len(steps):
                line.append((float(place), total))
        cumulated[name] = line
        usual = mean(steps)
        if name in VARIANTS and usual.count > 1 and usual.error > 0:
            watch = Cusum(mean=usual.value, deviation=usual.error * usual.count**0.5, slack=SLACK, threshold=THRESHOLD)
            alarms.append(f"{name} {len(watch.alarms(steps))}")
    gaps = gaps_by_season(rows, theirs)
    drawn = {name: line for name, line in by_season.items() if line}
    return Section(
        title="Over the years",
        words=[
            (
                f"The yardstick is the {theirs}. The watch on the loss beside it (CUSUM, slack {SLACK}, threshold "
                f"{THRESHOLD:g}, around the mean of the whole run) rang: {', '.join(alarms) or 'nothing to watch'}."
            ),
        ],
        tables=[
            Table(
                title="Gap to the market by season (standard error)",
                header=["season", *VARIANTS],
                rows=[[str(year), *(difference(gaps[year].get(name)) for name in VARIANTS)] for year in years],
            )
        ],
        charts=[
            *(
                [line_chart("Log loss by season", drawn, x_title="season", y_title="log loss", x_ticks=years)]
                if drawn
                else []
            ),
            line_chart(
                "Gap to the market, cumulated",
                cumulated,
                x_title="games",
                y_title="log loss above the market's, summed",
                zero=True,
            ),
        ],
    )


def challenger_verdict(rows: Sequence[Row]) -> Verdict | None:
    """Return the gate's verdict on the challenger, by the last two seasons of the run; None without a challenger."""
    years = sorted({row.year for row in rows})[-2:]
    trials = [
        Trial(
            game=row.game.result.fixture.game,
            season=row.year,
            has_won=row.has_won,
            champion=row.seen[NO_MARKET].win,
            challenger=row.challenger.win,
            market=row.market if row.market is not None else row.spread,
            segments=segments(row.game.result.fixture, is_early=row.is_early, favourite=row.seen[NO_MARKET].win),
        )
        for row in rows
        if row.year in years and row.challenger is not None and NO_MARKET in row.seen and row.game.result.margin
    ]
    margins = [row.challenger.margin for row in rows if row.year in years and row.challenger is not None]
    if not trials:
        return None
    below, at = [each.below for each in margins], [each.at for each in margins]
    return judge_challenger(trials, {promise: discrete_cover(below, at, promise) for promise in PROMISES})


def challenger(rows: Sequence[Row]) -> list[Section]:
    """Return what the gate says of the challenger; nothing without one."""
    verdict = challenger_verdict(rows)
    if verdict is None:
        return []
    return [
        Section(
            title="The challenger at the gate",
            words=[
                (
                    f"On the last two seasons of the run the {CHALLENGER} differs from no-market by "
                    f"{difference(verdict.difference)} in log loss: it {_became(verdict)}."
                ),
                *(f"{reason[0].upper()}{reason[1:]}." for reason in verdict.reasons),
            ],
        )
    ]


def _became(verdict: Verdict) -> str:
    return {"promoted": "would be promoted", "stays challenger": "stays the challenger"}.get(
        verdict.outcome.value, "is blocked as suspicious"
    )
