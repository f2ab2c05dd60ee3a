"""Two charts of forecasts as SVG, each a document of its own without any script. Pure."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

from pickvs.predictions.measures.calibration.rules import Bin

_WIDTH, _HEIGHT = 640, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 40, 48
_TICKS = 6
_BAR = 60.0
_BLUE, _GREY, _ORANGE = "#1f5fa8", "#888888", "#c4661f"


def reliability_chart(title: str, bins: Sequence[Bin]) -> str:
    """Return how often the home team won by what was said, with 95 % intervals and counts. Empty without a bin."""
    parts = _frame(title, "forecast probability of a home win", "share that won", (0.0, 1.0), (0.0, 1.0))
    most = max((each.count for each in bins), default=1)
    base = _y(0.0, (0.0, 1.0))
    for each in bins:
        left, right = _x(each.low, (0.0, 1.0)) + 2, _x(each.high, (0.0, 1.0)) - 2
        height = _BAR * each.count / most
        parts.append(
            f'<rect x="{left:.1f}" y="{base - height:.1f}" width="{right - left:.1f}" height="{height:.1f}" '
            'fill="#cccccc"/>'
        )
        parts.append(_text((left + right) / 2, base - height - 4, f"{each.count:,}", anchor="middle", size=10))
    unit = (0.0, 1.0)
    parts.append(_line(_x(0, unit), _y(0, unit), _x(1, unit), _y(1, unit), _GREY))
    for each in bins:
        x, (low, high) = _x(each.forecast, unit), each.interval
        parts.append(_line(x, _y(low, unit), x, _y(high, unit), _BLUE))
        parts.append(f'<circle cx="{x:.1f}" cy="{_y(each.happened, unit):.1f}" r="4" fill="{_BLUE}"/>')
    return _document(parts)


def profit_chart(title: str, units: Sequence[float], band: Sequence[tuple[float, float]]) -> str:
    """Return the units won over the bets, and the band in which luck alone would be.

    units: after each bet. band: low and high after each bet. Without a bet, an empty chart.
    """
    values = [0.0, *units, *(edge for each in band for edge in each)]
    marks = _ticks(min(values), max(values))
    x_span, y_span = (0.0, float(max(len(units), 1))), (marks[0], marks[-1])
    parts = _frame(title, "bets", "units at the close", x_span, y_span)
    if band:
        places = range(1, len(band) + 1)
        upper = [(_x(place, x_span), _y(high, y_span)) for place, (_, high) in zip(places, band, strict=True)]
        lower = [(_x(place, x_span), _y(low, y_span)) for place, (low, _) in zip(places, band, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*upper, *reversed(lower)])
        parts.append(f'<polygon points="{path}" fill="{_ORANGE}" fill-opacity="0.2"/>')
    parts.append(_line(_x(0, x_span), _y(0, y_span), _x(x_span[1], x_span), _y(0, y_span), _GREY))
    path = " ".join(f"{_x(place, x_span):.1f},{_y(value, y_span):.1f}" for place, value in enumerate([0.0, *units]))
    parts.append(f'<polyline fill="none" stroke="{_BLUE}" stroke-width="1.8" points="{path}"/>')
    return _document(parts)


def _ticks(low: float, high: float) -> list[float]:
    span = high - low if high > low else max(abs(high), 1.0)
    rough = span / _TICKS
    magnitude = 10.0 ** floor(log10(rough))
    step = next(step * magnitude for step in (1, 2, 5, 10) if step * magnitude >= rough * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def _x(value: float, span: tuple[float, float]) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (value - span[0]) / (span[1] - span[0])


def _y(value: float, span: tuple[float, float]) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (value - span[0]) / (span[1] - span[0])


def _frame(
    title: str, x_title: str, y_title: str, x_span: tuple[float, float], y_span: tuple[float, float]
) -> list[str]:
    parts = [
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(_LEFT, 22, title, size=14),
    ]
    for value in _ticks(*y_span):
        parts.append(_line(_LEFT, _y(value, y_span), _WIDTH - _RIGHT, _y(value, y_span), "#e2e2e2"))
        parts.append(_text(_LEFT - 6, _y(value, y_span) + 4, f"{value:g}", anchor="end", size=11))
    parts += [
        _text(_x(place, x_span), _HEIGHT - _BOTTOM + 17, f"{place:g}", anchor="middle", size=11)
        for place in _ticks(*x_span)
        if place <= x_span[1]
    ]
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, x_title, anchor="middle", size=11))
    parts.append(
        f'<text transform="translate(14 {(_TOP + _HEIGHT - _BOTTOM) / 2:.1f}) rotate(-90)" text-anchor="middle" '
        f'font-size="11">{escape(y_title)}</text>'
    )
    return parts


def _document(parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" font-family="sans-serif">'
    )
    return "\n".join([head, *parts, "</svg>"])


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="1.5"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'
