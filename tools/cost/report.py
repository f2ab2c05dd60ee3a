"""Printed estimate: the lines of several loads side by side, with assumptions and sources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from tools.cost import prices
from tools.cost.assumptions import Assumptions
from tools.cost.builds import usd_of_a_build
from tools.cost.footprint import Footprint
from tools.cost.lines import Line
from tools.cost.prices import Price

ELSEWHERE = (
    "the plan of Neon, if the database is there",
    "the plan of The Odds API",
    "tax, AWS support, a domain and its DNS zone, and manual use (log queries, views of dashboards)",
)
"""Costs that no template shows."""

_GAP = "  "
_AFTER_AN = ("ACU", "alarm", "hour")
"""Beginnings of the units that take the article `an`."""


def render(
    stage: str,
    footprint: Footprint,
    loads: Mapping[float, Sequence[Line]],
    *,
    assumptions: Assumptions,
    free_tier: bool,
    left_out: Sequence[str],
    credit: str,
) -> str:
    """Return the estimate of `stage` as text.

    loads: lines by requests a month. left_out: items without price. credit: what The Odds API costs in its credits.
    """
    allowances = f"free allowances {'taken off' if free_tier else 'not counted'}"
    return "\n".join(
        [
            f"PickVs, {stage}: US dollars a month in {prices.REGION}, prices as of {prices.AS_OF}, {allowances}",
            "",
            *_table(loads),
            *_of_builds(footprint, assumptions),
            "",
            *_left_out(footprint, left_out, credit),
            "",
            *_assumed(assumptions),
            "",
            *_sources(next(iter(loads.values()))),
        ]
    )


def total(lines: Sequence[Line]) -> float:
    """Return the total cost of the lines in US dollars."""
    return sum(line.usd for line in lines)


def _table(loads: Mapping[float, Sequence[Line]]) -> Iterator[str]:
    heads = [f"{requests:,.0f} requests" for requests in loads]
    rows = [["", "price", *(cell for head in heads for cell in (head, "USD"))]]
    for same in zip(*loads.values(), strict=True):
        cells = (cell for line in same for cell in (_quantity(line.quantity), f"{line.usd:,.2f}"))
        rows.append([same[0].name, _price(same[0].price), *cells])
    rows.append(["total", "", *(cell for lines in loads.values() for cell in ("", f"{total(lines):,.2f}"))])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        if number in {1, len(rows) - 1}:
            yield _GAP.join("-" * width for width in widths)
        words = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        figures = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        yield _GAP.join([*words, *figures]).rstrip()


def _of_builds(footprint: Footprint, assumptions: Assumptions) -> Iterator[str]:
    """Say what a build of lineups costs: how many there are, no template and no number of requests says."""
    if footprint.builder is not None:
        yield ""
        yield f"Each build of 150 lineups: {usd_of_a_build(footprint.builder, assumptions):.6f} USD more"


def _price(price: Price) -> str:
    if price.per == 1:
        article = "an" if price.unit.startswith(_AFTER_AN) else "a"
        units = f"{article} {price.unit}"
    else:
        units = f"{price.per:,.0f} {price.unit}s"
    return f"{_plain(price.usd)} for {units}{' at first' if price.further else ''}"


def _plain(usd: float) -> str:
    """Return a price without an exponent. Fractions of a cent are shown with all their digits."""
    return f"{usd:.2f}" if round(usd, 2) == usd else f"{usd:.10f}".rstrip("0")


def _quantity(quantity: float) -> str:
    few = 1000
    return f"{quantity:,.0f}" if quantity >= few or quantity == int(quantity) else f"{quantity:,.2f}"


def _left_out(footprint: Footprint, left_out: Sequence[str], credit: str) -> Iterator[str]:
    if left_out:
        yield "NOT ESTIMATED, so the totals are too low:"
        yield from (f"  {each}" for each in left_out)
    yield "Not in the templates:"
    yield from (f"  {each}" for each in ELSEWHERE)
    yield f"  {credit}"
    if footprint.uncalled:
        names = ", ".join(sorted(footprint.uncalled))
        yield f"  calls of what only a deployment, a rotation or a person calls: {names}"


def _assumed(assumptions: Assumptions) -> Iterator[str]:
    yield "Assumptions, each of which is a flag (--help shows the sources):"
    for each in fields(assumptions):
        value = getattr(assumptions, each.name)
        yield f"  --{each.name.replace('_', '-')} {value:g}: {each.metadata['meaning']}"


def _sources(lines: Sequence[Line]) -> Iterator[str]:
    yield "Sources of the prices; check AWS's own page before a decision depends on a figure:"
    named: dict[prices.Source, list[str]] = {}
    for line in lines:
        named.setdefault(line.price.source, []).append(line.name)
    for source, names in named.items():
        yield f"  {', '.join(names)}"
        yield f"    [{source.evidence}] {source.title} ({source.published}): {source.address}"
