"""A line chart as SVG: units over time, one line for each bot."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape

WIDTH, HEIGHT = 960, 540
LEFT, RIGHT, TOP, BOTTOM = 70, 170, 50, 60
COLOURS = ("#1b6ca8", "#d1495b", "#2e933c", "#edae49", "#7b4b94", "#00798c", "#5c4742", "#888888")
"""Told apart by people who do not see colours as others do; the dashes tell the rest."""
DASHES = ("", "6 3", "2 3", "10 4 2 4")
TICKS = 6

type Line = Sequence[tuple[date, float]]
"""Points in the order of their dates."""


def units_chart(title: str, lines: Mapping[str, Line]) -> str:
    """Return the chart as an SVG document. Raises ValueError if no line has a point."""
    points = [point for line in lines.values() for point in line]
    if not points:
        raise ValueError("a chart needs a point")
    first, last = min(day for day, _ in points), max(day for day, _ in points)
    span = max((last - first).days, 1)
    ticks = value_ticks(min(0.0, *(value for _, value in points)), max(0.0, *(value for _, value in points)))
    low, high = ticks[0], ticks[-1]

    def x(day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(WIDTH / 2 - 50, 28, title, anchor="middle", size=16),
    ]
    for value in ticks:
        colour = "#444444" if value == 0 else "#dddddd"
        parts.append(_segment(LEFT, y(value), WIDTH - RIGHT, y(value), colour))
        parts.append(_text(LEFT - 8, y(value) + 4, f"{value:g}", anchor="end"))
    for day in date_ticks(first, last):
        parts.append(_segment(x(day), HEIGHT - BOTTOM, x(day), HEIGHT - BOTTOM + 5, "#444444"))
        parts.append(_text(x(day), HEIGHT - BOTTOM + 20, f"{day:%d %b %y}", anchor="middle"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, "date of the game", anchor="middle"))
    parts.append(
        f'<text transform="translate(18 {(TOP + HEIGHT - BOTTOM) / 2:.1f}) rotate(-90)" text-anchor="middle">'
        "units won, in total</text>"
    )
    # The legend is in the order in which the lines end, so that the eye finds them.
    order = sorted(lines, key=lambda name: -lines[name][-1][1] if lines[name] else 0.0)
    for place, name in enumerate(order):
        number = list(lines).index(name)
        style = f'stroke="{COLOURS[number % len(COLOURS)]}" stroke-dasharray="{DASHES[number // len(COLOURS) % 4]}"'
        path = " ".join(f"{x(day):.1f},{y(value):.1f}" for day, value in lines[name])
        parts.append(f'<polyline fill="none" stroke-width="1.8" {style} points="{path}"/>')
        row = TOP + 14 + 20 * place
        edge = WIDTH - RIGHT + 14
        parts.append(f'<line x1="{edge}" y1="{row - 4}" x2="{edge + 24}" y2="{row - 4}" stroke-width="3" {style}/>')
        end = lines[name][-1][1] if lines[name] else 0.0
        parts.append(_text(edge + 30, row, f"{name} {end:+.1f}"))
    return "\n".join([*parts, "</svg>", ""])


def value_ticks(low: float, high: float) -> list[float]:
    """Return round values, evenly spaced, from at most `low` to at least `high`."""
    rough = max(high - low, 1.0) / TICKS
    magnitude = 10.0 ** (len(f"{int(rough)}") - 1)
    step = next(step for step in (1, 2, 5, 10, 20) if step * magnitude >= rough) * magnitude
    first, last = int(low // step), int(-(-high // step))
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def date_ticks(first: date, last: date) -> list[date]:
    """Return up to TICKS dates, evenly spaced, the first and the last among them."""
    days = (last - first).days
    count = min(TICKS, days + 1)
    return [first + timedelta(days=round(days * number / max(count - 1, 1))) for number in range(count)]


def _segment(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'
