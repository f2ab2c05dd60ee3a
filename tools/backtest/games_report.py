"""The report on games: what was reached, beside the market and Elo, and in words what that means."""

from collections.abc import Sequence

from pickvs.predictions.measures.calibration.rules import pit_histogram
from tools.backtest.bars import Bar
from tools.backtest.betting import distance_to_line, profits
from tools.backtest.charts import bar_chart, reliability_chart
from tools.backtest.figures import (
    ELO_RECALIBRATED,
    MARKET,
    PROMISES,
    SPREAD,
    distances,
    gap,
    gap_by_nights,
    judge,
    judgements,
    losses,
    mean_loss,
    shapes,
    spans,
    yardstick,
)
from tools.backtest.games_table import GamesTable
from tools.backtest.market_report import betting, challenger, edges_in_words, lines, over_time
from tools.backtest.rows import NO_MARKET, PAST_LINES, VARIANTS, WITH_LINE, Row
from tools.backtest.sections import Section, Table, difference, number, percent

PIT_BINS = 20


def sections(rows: Sequence[Row], table: GamesTable, bars: Sequence[Bar], leakage: str) -> list[Section]:
    """Return the sections on games. leakage: what the check for it said. Raises ValueError without a row."""
    brought = {name: profits(rows, name) for name in VARIANTS}
    return [
        _summary(rows, edges_in_words(brought[NO_MARKET])),
        _probabilities(rows),
        _other_spans(rows),
        _points(rows),
        lines(rows),
        betting(brought),
        over_time(rows),
        *challenger(rows),
        bars_section("Bars of games", bars),
        _data(rows, table, leakage),
    ]


def bars_section(title: str, bars: Sequence[Bar]) -> Section:
    """Return the section of bars, each with what it says."""
    return Section(
        title=title,
        words=["A bar that was stated for certain seasons is judged only where these are in the run."],
        tables=[
            Table(
                title="Bars",
                header=["figure", "wanted", "found", ""],
                rows=[[bar.name, bar.wanted, bar.found, bar.state.value] for bar in bars],
                marked=[bar.state.value.split()[0] for bar in bars],
            )
        ],
    )


def _summary(rows: Sequence[Row], edges: str | None) -> Section:
    years = sorted({row.year for row in rows})
    theirs = yardstick(rows)
    verdict = [beside_the_market(rows, theirs), edges]
    return Section(
        title=f"Games, seasons {years[0]} to {years[-1]} (named by the year in which they end)",
        verdict=[*(words for words in verdict if words)],
        words=[
            (
                f"{len(rows):,} games were forecast, each from the days before its own; the models were fitted before "
                "each season on the seasons before it. no-market sees results alone. past-lines sees also the closing "
                "lines of earlier games. with-line sees the line of the game itself, so that it is no rival of the "
                "market but a way to read it."
            ),
        ],
    )


def beside_the_market(rows: Sequence[Row], theirs: str) -> str | None:
    """Return in words how the no-market model stands beside the market, from the rows; None if nothing compares."""
    compared = [
        row for row, loss in zip(rows, losses(rows, theirs), strict=True) if NO_MARKET in row.seen and loss is not None
    ]
    ours, market = judge(compared, NO_MARKET), judge(compared, theirs)
    if ours is None or market is None:
        return None
    found = gap(compared, NO_MARKET, theirs)
    low, high = gap_by_nights(compared, NO_MARKET, theirs)
    figures = (
        f"its log loss is {ours.scores.log_loss.value:.4f}, the market's {market.scores.log_loss.value:.4f} on the "
        f"same {found.count:,} games: a gap of {found.value:+.4f}, 95 % interval by nights {low:+.4f} to {high:+.4f}."
    )
    if found.value >= 0:
        return f"The no-market model does not beat the market: {figures}"
    if high >= 0:
        return f"The no-market model is ahead of the market, by no more than chance explains: {figures}"
    return f"The no-market model is ahead of the market, which no honest model is; look for leakage: {figures}"


def _probabilities(rows: Sequence[Row]) -> Section:
    priced = [row for row in rows if row.market is not None]
    judged = judgements(priced or rows)
    table = Table(
        title=f"Probability of a home win, {len(priced or rows):,} games with usable moneylines"
        if priced
        else f"Probability of a home win, {len(rows):,} games; none has usable moneylines",
        header=[
            "",
            "games",
            "log loss",
            "Brier",
            "right",
            "ECE",
            "slope",
            "bias",
            "gap to market",
            "gap to Elo recal.",
        ],
        rows=[
            [
                each.name,
                f"{each.scores.count:,}",
                number(each.scores.log_loss.value),
                number(each.scores.brier.value),
                percent(each.scores.accuracy),
                number(each.calibration_error, 3),
                number(each.slope, 3),
                number(each.bias, 3, sign=True),
                difference(each.to_market),
                difference(each.to_elo),
            ]
            for each in judged
        ],
    )
    return Section(
        title="How good the probabilities are",
        words=[
            (
                "In brackets: standard errors, game by game. ECE: mean distance of forecast to frequency in 10 bins. "
                "Slope: of a logistic of the result on the logit; below 1 is overconfident. Bias: mean forecast less "
                "frequency."
            ),
            "Reliability: a dot is the share that won, its bar the 95 % interval, the number the count of games.",
        ],
        tables=[table],
        charts=[reliability_chart(each.name, each.bins) for each in judged if each.name in (*VARIANTS, MARKET)],
    )


def _other_spans(rows: Sequence[Row]) -> Section:
    names = [ELO_RECALIBRATED, NO_MARKET, PAST_LINES, WITH_LINE, SPREAD]
    table = []
    for span, games in spans(rows).items():
        table.append([span, f"{len(games):,}", *(number(mean_loss(games, name)) for name in names)])
    return Section(
        title="Other spans, all games",
        tables=[Table(title="Log loss", header=["span", "games", *names], rows=table)],
    )


def _points(rows: Sequence[Row]) -> Section:
    errors = [
        [
            each.name,
            number(each.margin.value if each.margin else None, 3),
            difference(each.margin_to_market, 3),
            number(each.total.value if each.total else None, 3),
            difference(each.total_to_market, 3),
        ]
        for each in distances(rows)
    ]
    laws = [
        [
            each.name,
            number(each.margin_log_score, 3),
            number(each.margin_crps, 3),
            number(each.total_crps, 3),
            *(percent(each.margin_cover[promise]) for promise in PROMISES),
            *(percent(each.total_cover[promise]) for promise in PROMISES),
        ]
        for each in shapes(rows)
    ]
    covers = [f"{what} {promise:.0%}" for what in ("margin", "total") for promise in PROMISES]
    charts = []
    for name in VARIANTS:
        seen = [row.seen[name].margin for row in rows if name in row.seen]
        if seen:
            shares = pit_histogram([each.below for each in seen], [each.at for each in seen], bins=PIT_BINS)
            half = 1.96 * (1 / PIT_BINS * (1 - 1 / PIT_BINS) / len(seen)) ** 0.5
            charts.append(
                bar_chart(
                    f"PIT of the margin, {name}",
                    shares,
                    x_title="place of the result in its forecast distribution",
                    y_title="share of games",
                    band=(1 / PIT_BINS - half, 1 / PIT_BINS + half),
                )
            )
    return Section(
        title="Margin and total",
        words=[
            (
                "Mean absolute errors of the medians, in points; gaps to the market with standard errors. Log score "
                "of the margin in nats, CRPS in points, and how often the central intervals held the result."
            ),
            (
                "PIT: flat where the distributions are right, a hump where they are too wide, a bowl where too "
                "narrow. The band holds 95 % of the bars of a right one."
            ),
        ],
        tables=[
            Table(
                title="Mean absolute error",
                header=["", "margin", "gap to market", "total", "gap to market"],
                rows=errors,
            ),
            Table(title="Distributions", header=["", "log score", "CRPS margin", "CRPS total", *covers], rows=laws),
        ],
        charts=charts,
    )


def _data(rows: Sequence[Row], table: GamesTable, leakage: str) -> Section:
    away = [
        f"{name} {number(distance, 2)}" for name in VARIANTS if (distance := distance_to_line(rows, name)) is not None
    ]
    return Section(
        title="What was read",
        words=[
            (
                f"{table.name}: {table.unused.rows:,} rows, {len(table.games):,} usable games of {len(table.teams)} "
                f"teams, seasons {table.years[0]} to {table.years[-1]}. Usable moneylines in the run: "
                f"{sum(row.market is not None for row in rows):,} of {len(rows):,} games."
            ),
            *(
                [f"Teams with few games, whose names may be misspelt: {', '.join(table.rare_teams)}."]
                if table.rare_teams
                else []
            ),
            *(f"Put right: {repair}." for repair in table.repaired),
            "Not used:" if table.unused.counts else "Everything was used.",
            *(f"  {line}" for line in table.unused.lines()),
            leakage,
            *(
                ["The seasons before have too few closing lines, so that no variant reads lines."]
                if not any(PAST_LINES in row.seen for row in rows)
                else []
            ),
            *([f"Mean distance of the margin from the line, in points: {', '.join(away)}."] if away else []),
        ],
    )
