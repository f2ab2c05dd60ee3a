"""Charts as SVG: lines with bands, bars, and reliability. Each is a document of its own without any script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from local.replay.chart import COLOURS, DASHES
from pickvs.predictions.measures.calibration.rules import Bin

WIDTH, HEIGHT = 700, 380
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 40, 48
LEGEND = 225
TICKS = 6

type Points = Sequence[tuple[float, float]]
type Band = Sequence[tuple[float, float, float]]
"""Places with a low and a high value each."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing area with its scales. right: room for a legend."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float
    right: int = RIGHT

    def x(self, value: float) -> float:
        """Return the pixel of a place."""
        return LEFT + (WIDTH - LEFT - self.right) * (value - self.x_low) / (self.x_high - self.x_low)

    def y(self, value: float) -> float:
        """Return the pixel of a value."""
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - self.y_low) / (self.y_high - self.y_low)


def ticks(low: float, high: float) -> list[float]:
    """Return round values, evenly spaced, from at most `low` to at least `high`."""
    span = high - low if high > low else max(abs(high), 1.0)
    rough = span / TICKS
    magnitude = 10.0 ** floor(log10(rough))
    step = next(step * magnitude for step in (1, 2, 5, 10) if step * magnitude >= rough * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def line_chart(
    title: str,
    lines: Mapping[str, Points],
    *,
    x_title: str,
    y_title: str,
    bands: Mapping[str, Band] | None = None,
    x_label: Callable[[float], str] = "{:g}".format,
    x_ticks: Sequence[float] | None = None,
    zero: bool = False,
) -> str:
    """Return lines over places, a shaded band each where there is one. Raises ValueError if no line has a point.

    zero: draw and include the value 0.
    """
    bands = bands or {}
    points = [point for line in lines.values() for point in line]
    if not points:
        raise ValueError("a chart needs a point")
    values = [value for _, value in points] + [edge for band in bands.values() for _, *edges in band for edge in edges]
    places = [place for place, _ in points]
    marks = ticks(min([0.0, *values] if zero else values), max([0.0, *values] if zero else values))
    x_marks = list(x_ticks) if x_ticks is not None else ticks(min(places), max(places))
    frame = Frame(min(*places, *x_marks), max(*places, *x_marks), marks[0], marks[-1], right=LEGEND)
    if frame.x_high <= frame.x_low:
        frame = Frame(frame.x_low - 0.5, frame.x_high + 0.5, marks[0], marks[-1], right=LEGEND)
    parts = _axes(title, frame, marks, {mark: x_label(mark) for mark in x_marks}, x_title, y_title)
    for number, name in enumerate(lines):
        if band := bands.get(name):
            edge = [(place, high) for place, _, high in band] + [(place, low) for place, low, _ in reversed(band)]
            path = " ".join(f"{frame.x(place):.1f},{frame.y(value):.1f}" for place, value in edge)
            parts.append(f'<polygon points="{path}" fill="{COLOURS[number % len(COLOURS)]}" fill-opacity="0.15"/>')
    for number, (name, line) in enumerate(lines.items()):
        style = f'stroke="{COLOURS[number % len(COLOURS)]}" stroke-dasharray="{DASHES[number % len(DASHES)]}"'
        path = " ".join(f"{frame.x(place):.1f},{frame.y(value):.1f}" for place, value in line)
        parts.append(f'<polyline fill="none" stroke-width="1.8" {style} points="{path}"/>')
        row, edge_x = TOP + 14 + 18 * number, WIDTH - LEGEND + 12
        parts.append(f'<line x1="{edge_x}" y1="{row - 4}" x2="{edge_x + 22}" y2="{row - 4}" stroke-width="2" {style}/>')
        parts.append(_text(edge_x + 28, row, name, size=11))
    return _document(parts)


def bar_chart(
    title: str,
    values: Sequence[float],
    *,
    x_title: str,
    y_title: str,
    band: tuple[float, float] | None = None,
) -> str:
    """Return bars of equal width over 0 to 1, and the band in which they would be by chance."""
    if not values:
        raise ValueError("a chart needs a bar")
    marks = ticks(0.0, max([*values, band[1] if band else 0.0]))
    frame = Frame(0.0, 1.0, marks[0], marks[-1])
    parts = _axes(title, frame, marks, {place / 5: f"{place / 5:g}" for place in range(6)}, x_title, y_title)
    if band:
        top, bottom = frame.y(band[1]), frame.y(band[0])
        parts.append(
            f'<rect x="{frame.x(0):.1f}" y="{top:.1f}" width="{frame.x(1) - frame.x(0):.1f}" '
            f'height="{bottom - top:.1f}" fill="{COLOURS[1]}" fill-opacity="0.2"/>'
        )
    for place, value in enumerate(values):
        left, right = frame.x(place / len(values)) + 1, frame.x((place + 1) / len(values)) - 1
        parts.append(
            f'<rect x="{left:.1f}" y="{frame.y(value):.1f}" width="{right - left:.1f}" '
            f'height="{frame.y(0) - frame.y(value):.1f}" fill="{COLOURS[0]}" fill-opacity="0.7"/>'
        )
    return _document(parts)


def reliability_chart(title: str, bins: Sequence[Bin]) -> str:
    """Return how often it happened by what was said, with 95 % bands; counts are bars below and numbers above them."""
    if not bins:
        raise ValueError("a chart needs a bin")
    marks = [place / 5 for place in range(6)]
    frame = Frame(0.0, 1.0, 0.0, 1.0)
    parts = _axes(title, frame, marks, {mark: f"{mark:g}" for mark in marks}, "forecast probability", "share that won")
    most = max(each.count for each in bins)
    for each in bins:
        left, right = frame.x(each.low) + 2, frame.x(each.high) - 2
        height = 60 * each.count / most
        base = HEIGHT - BOTTOM
        parts.append(
            f'<rect x="{left:.1f}" y="{base - height:.1f}" width="{right - left:.1f}" '
            f'height="{height:.1f}" fill="#cccccc"/>'
        )
        parts.append(_text((left + right) / 2, base - height - 4, f"{each.count:,}", anchor="middle", size=10))
    parts.append(_segment(frame.x(0), frame.y(0), frame.x(1), frame.y(1), "#888888"))
    for each in bins:
        x = frame.x(each.forecast)
        low, high = each.interval
        parts.append(_segment(x, frame.y(low), x, frame.y(high), COLOURS[0], width=2))
        parts.append(f'<circle cx="{x:.1f}" cy="{frame.y(each.happened):.1f}" r="4" fill="{COLOURS[0]}"/>')
    return _document(parts)


def _axes(
    title: str, frame: Frame, marks: Sequence[float], x_marks: Mapping[float, str], x_title: str, y_title: str
) -> list[str]:
    right = WIDTH - frame.right
    parts = [f"<title>{escape(title)}</title>", f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>']
    parts.append(_text(LEFT, 22, title, size=14))
    for value in marks:
        parts.append(_segment(LEFT, frame.y(value), right, frame.y(value), "#444444" if value == 0 else "#e2e2e2"))
        parts.append(_text(LEFT - 6, frame.y(value) + 4, f"{value:g}", anchor="end", size=11))
    for place, label in x_marks.items():
        parts.append(_segment(frame.x(place), HEIGHT - BOTTOM, frame.x(place), HEIGHT - BOTTOM + 4, "#444444"))
        parts.append(_text(frame.x(place), HEIGHT - BOTTOM + 17, label, anchor="middle", size=11))
    parts.append(_text((LEFT + right) / 2, HEIGHT - 8, x_title, anchor="middle", size=11))
    parts.append(
        f'<text transform="translate(14 {(TOP + HEIGHT - BOTTOM) / 2:.1f}) rotate(-90)" text-anchor="middle" '
        f'font-size="11">{escape(y_title)}</text>'
    )
    return parts


def _document(parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif">'
    )
    return "\n".join([head, *parts, "</svg>"])


def _segment(x1: float, y1: float, x2: float, y2: float, colour: str, *, width: int = 1) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'
