"""A report as values: sections with words, tables and charts. Printed and written as a page from the same ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import isnan

from pickvs.predictions.measures.rules import Mean

STYLE = """
body { font: 15px/1.5 sans-serif; color: #222; max-width: 1000px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid #ddd; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 13px; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding-bottom: .3rem; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #eee; } th { border-bottom: 1px solid #999; }
td:first-child, th:first-child { text-align: left; }
tr.missed td { color: #a1122a; } tr.suspicious td { color: #a1122a; font-weight: bold; }
tr.met td:last-child { color: #1b7a36; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; } .charts svg { width: 480px; max-width: 100%; }
.verdict { background: #f4f4f4; padding: .8rem 1rem; border-left: 4px solid #d1495b; }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of texts. marked: the class of each row, for bars; empty without."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    marked: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report. verdict: the words that must not be missed. charts: SVG, for the page alone."""

    title: str
    verdict: Sequence[str] = ()
    words: Sequence[str] = ()
    tables: Sequence[Table] = ()
    charts: Sequence[str] = ()


def number(value: float | None, digits: int = 4, *, sign: bool = False) -> str:
    """Return a figure as text; a dash where there is none."""
    if value is None or isnan(value):
        return "-"
    return f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"


def percent(value: float | None, digits: int = 1) -> str:
    """Return a share as text."""
    return "-" if value is None or isnan(value) else f"{value:.{digits}%}"


def difference(value: Mean | None, digits: int = 4) -> str:
    """Return a difference with its standard error in brackets."""
    if value is None or not value.count:
        return "-"
    return f"{value.value:+.{digits}f} ({number(value.error, digits)})"


def as_text(sections: Iterable[Section]) -> str:
    """Return the report for a terminal. Charts are not in it."""
    lines: list[str] = []
    for section in sections:
        lines += ["", section.title, "=" * len(section.title), *section.verdict, *section.words]
        for table in section.tables:
            lines += ["", table.title, *_aligned(table)]
    return "\n".join([*lines[1:], ""])


def _aligned(table: Table) -> list[str]:
    rows = [table.header, *table.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.header))]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def as_page(title: str, sections: Iterable[Section]) -> str:
    """Return the report as one HTML document that needs nothing else."""
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
    ]
    for section in sections:
        parts.append(f"<section><h2>{escape(section.title)}</h2>")
        if section.verdict:
            parts.append('<div class="verdict">')
            parts += [f"<p>{escape(words)}</p>" for words in section.verdict]
            parts.append("</div>")
        parts += [f"<p>{escape(words)}</p>" for words in section.words]
        parts += [_html(table) for table in section.tables]
        if section.charts:
            parts += ['<div class="charts">', *section.charts, "</div>"]
        parts.append("</section>")
    return "\n".join([*parts, "</body></html>", ""])


def _html(table: Table) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in table.header)
    rows = []
    for place, row in enumerate(table.rows):
        mark = f' class="{escape(table.marked[place])}"' if table.marked else ""
        rows.append(f"<tr{mark}>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>")
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f"<table><caption>{escape(table.title)}</caption>{body}</table>"
