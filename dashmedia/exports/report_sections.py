"""The parts of a report: a finding in words, a chart, and a table of the same numbers for whoever sees no chart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from dashmedia.exports.charts import HALF, WIDE, draw_bars, draw_days
from dashmedia.exports.comparison import shorten, spell_change, spell_count, spell_day, spell_share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from dashmedia.exports.comparison import Comparison, Line
    from dashmedia.exports.rollups import By

#: Rows of a table that stand open on the page; a longer one opens on a click.
OPEN_ROWS = 31

DAYS_OF_WEEK = 7

#: What the service says in one word, where sentence case does not do.
_WORDS = {"API": "API"}


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page.

    Attributes:
        ident: unique on the page.
        title: heading.
        finding: what the numbers say, in a sentence.
        chart: SVG, empty where there is nothing to draw.
        headers: of the table.
        rows: of the table; cells are text as shown.
        words: how many columns, from the left, are words and no numbers.
    """

    ident: str
    title: str
    finding: str
    chart: str = ""
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    words: int = 1

    @property
    def is_wide(self) -> bool:
        """Whether the chart takes the width of the page, with the table below it."""
        return self.ident == "days" or self.words > 1

    @property
    def is_long(self) -> bool:
        """Whether the table is better closed at first."""
        return len(self.rows) > OPEN_ROWS


def days_section(comparison: Comparison) -> Section:
    """Downloads by day, with the days before in the chart, and in the table the day that many days earlier."""
    days, before = comparison.days, comparison.days_before
    finding = _days_finding(comparison)
    chart = Markup(draw_days("days", f"Bars: downloads by day. {finding}", _charted(comparison), days))  # noqa: S704 - escaped there
    if not before:
        rows = [(f"{spell_day(day)} {day.year}", spell_count(count)) for day, count in days.items()]
        return Section("days", "Downloads by day", finding, chart, ("Day", "Downloads"), tuple(rows))
    shift = timedelta(days=(max(days) - min(days)).days + 1)
    compared = []
    for day, count in days.items():
        then = before.get(day - shift)
        told = "–" if then is None else spell_count(then)
        compared.append(
            (
                f"{spell_day(day)} {day.year}",
                spell_count(count),
                f"{spell_day(day - shift)} {(day - shift).year}",
                told,
                spell_change(count, then),
            )
        )
    headers = ("Day", "Downloads", "Day before", "Downloads then", "Change")
    return Section("days", "Downloads by day", finding, chart, headers, tuple(compared))


def _charted(comparison: Comparison) -> dict[date, int | None]:
    """The days before as far back as any is known, and at least as many as make a week: nobody reads empty months."""
    earlier = dict(comparison.earlier)
    while earlier and len(earlier) + len(comparison.days) > DAYS_OF_WEEK and next(iter(earlier.values())) is None:
        earlier.pop(next(iter(earlier)))
    return earlier


def ranked_section(
    comparison: Comparison,
    by: By,
    ident: str,
    title: str,
    *,
    label: Callable[[Mapping[str, str | None]], tuple[str, ...]],
    columns: tuple[str, ...],
    most: int,
) -> Section:
    """What was downloaded most, by one rollup.

    Args:
        comparison: both periods.
        by: the rollup.
        ident: unique on the page.
        title: heading.
        label: of a row: what to call it, and a text for each further column.
        columns: headers of those texts.
        most: lines at most; the others are told as a sum.
    """
    lines = comparison.lines(by, label)
    if not any(line.now for line in lines):
        return Section(ident, title, "There were no downloads in this period.")
    shown, rest = lines[:most], lines[most:]
    total = comparison.now.downloads
    finding = f"{shown[0].label}: {spell_count(shown[0].now)}, {spell_share(shown[0].now, total)} of all downloads."
    if rest:
        finding += f" {spell_count(len(rest))} more make up {spell_share(sum(line.now for line in rest), total)}."
    width = WIDE if len(columns) > 1 else HALF
    chart = Markup(draw_bars(ident, f"Bars: {title.lower()}. {finding}", shown, width))  # noqa: S704 - escaped there
    headers, rows = _table(shown, columns, total, compared=comparison.before is not None)
    return Section(ident, title, finding, chart, headers, rows, words=len(columns))


def label_asset(row: Mapping[str, str | None]) -> tuple[str, ...]:
    """File name, title and folder."""
    if row["asset_id"] is None:
        return "No asset named", "", ""
    name = row["file_name"] or row["title"] or f"Asset {row['asset_id']}"
    return shorten(name, 200), shorten(row["title"] or "", 200), shorten(row["folder_path"] or "", 200)


def label_portal(row: Mapping[str, str | None]) -> tuple[str, ...]:
    """Its name."""
    if row["portal_id"] is None:
        return ("Not through a portal",)
    return (shorten(row["portal_name"] or f"Portal {row['portal_id']}", 200),)


def label_word(row: Mapping[str, str | None]) -> tuple[str, ...]:
    """A word of the service, such as PORTAL_VISITOR, as people write it."""
    word = next(iter(row.values()))
    return ("Not said" if word is None else _WORDS.get(word) or word.replace("_", " ").capitalize(),)


def _days_finding(comparison: Comparison) -> str:
    days = comparison.days
    if not comparison.now.downloads:
        return "There were no downloads in this period."
    if len(days) == 1:
        return f"{spell_count(comparison.now.downloads)} downloads on {spell_day(min(days))}."
    most, least = max(days, key=lambda day: days[day]), min(days, key=lambda day: days[day])
    return (
        f"Most on {spell_day(most)} with {spell_count(days[most])}, "
        f"fewest on {spell_day(least)} with {spell_count(days[least])}."
    )


def _table(
    lines: Sequence[Line], columns: tuple[str, ...], total: int, *, compared: bool
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    headers = (*columns, "Downloads", "Share", *(("Before", "Change") if compared else ()))
    rows = []
    for line in lines:
        before = (spell_count(line.before or 0), spell_change(line.now, line.before)) if compared else ()
        rows.append((line.label, *line.details, spell_count(line.now), spell_share(line.now, total), *before))
    return headers, tuple(rows)
