"""Charts as SVG for inside a page: text stays text, the same numbers give the same bytes, nothing is fetched.

Colours are two that everybody tells apart, also in grey and on paper: a strong blue for now, a light grey for before.
"""

from __future__ import annotations

import re
import threading
import warnings
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from markupsafe import escape
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from dashmedia.exports.comparison import shorten, spell_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from matplotlib.axes import Axes

    from dashmedia.exports.comparison import Line

NOW, BEFORE, INK, FAINT = "#0067b1", "#b8bec6", "#1c2733", "#e3e6ea"

#: Widths of charts in inches of 72 units, a unit being about a pixel of the page: as wide as the page, or half of it.
WIDE = 15.5
HALF = 8.0

#: Days named on the axis, at most.
MOST_DAY_LABELS = 14

#: matplotlib's settings are one for the whole process.
_LOCK = threading.Lock()
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,  # a file name may hold dollar signs
    "font.size": 13,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def draw_days(name: str, alt: str, earlier: Mapping[date, int | None], days: Mapping[date, int]) -> str:
    """A bar for each day, those before the period in grey; a day that is not known has a cross in its place.

    Args:
        name: of the chart, unique on the page: ids in it begin so.
        alt: what it shows, in words.
        earlier: days before the period; None where not known.
        days: of the period.
    """
    with _drawing(name):
        figure = Figure(figsize=(WIDE, 3.9))
        axes = figure.add_axes((0.05, 0.1, 0.945, 0.78))
        _bar_days(axes, earlier, days)
        _name_days(axes, [*earlier, *days])
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: spell_count(value)))
        axes.grid(axis="y", color=FAINT, linewidth=0.8)
        _tidy(axes, keep="bottom")
        return _to_svg(figure, name, alt)


def draw_bars(name: str, alt: str, lines: Sequence[Line], width: float = HALF) -> str:
    """A lying bar for each line with its number, and a grey one below where the period before is known."""
    with _drawing(name):
        height, margin = 0.6 + 0.46 * len(lines), 3.2 if width == HALF else 4.2
        figure = Figure(figsize=(width, height))
        axes = figure.add_axes((margin / width, 0.05 / height, 1 - (margin + 0.9) / width, 1 - 0.55 / height))
        _bar_lines(axes, lines)
        axes.set_yticks(range(len(lines)), [shorten(line.label, int(8 * margin)) for line in lines])
        axes.set_xlim(0, max([1, *(max(line.now, line.before or 0) for line in lines)]))
        axes.invert_yaxis()
        axes.xaxis.set_visible(False)
        _tidy(axes, keep="left")
        return _to_svg(figure, name, alt)


@contextmanager
def _drawing(name: str) -> Iterator[None]:
    with _LOCK, mpl.rc_context(_SETTINGS | {"svg.hashsalt": name}):
        yield


def _bar_days(axes: Axes, earlier: Mapping[date, int | None], days: Mapping[date, int]) -> None:
    known = {at: count for at, count in enumerate(earlier.values()) if count is not None}
    gaps = [at for at, count in enumerate(earlier.values()) if count is None]
    places = range(len(earlier), len(earlier) + len(days))
    if known:
        axes.bar(list(known), list(known.values()), color=BEFORE, label="Days before")
    axes.bar(places, list(days.values()), color=NOW, label="This period")
    if gaps:
        axes.plot(gaps, [0] * len(gaps), "x", color=INK, markersize=3, clip_on=False, label="Not exported")
    axes.set_ylim(0, None if any(days.values()) or any(known.values()) else 1)


def _bar_lines(axes: Axes, lines: Sequence[Line]) -> None:
    compared = any(line.before is not None for line in lines)
    places = [at - 0.15 * compared for at in range(len(lines))]
    axes.barh(places, [line.now for line in lines], height=0.42, color=NOW, label="This period")
    if compared:
        below = [at + 0.36 for at in places]
        axes.barh(below, [line.before or 0 for line in lines], height=0.22, color=BEFORE, label="Before")
    for at, line in zip(places, lines, strict=True):
        number = spell_count(line.now)
        axes.annotate(number, (line.now, at), (4, 0), textcoords="offset points", va="center_baseline")


def _name_days(axes: Axes, days: Sequence[date]) -> None:
    """As many days as fit, counted from the last one, which matters most."""
    step = -(-len(days) // MOST_DAY_LABELS)
    places = list(range(len(days) - 1, -1, -step))
    axes.set_xticks(places, [f"{days[at].day} {days[at]:%b}" for at in places])
    axes.set_xlim(-0.7, len(days) - 0.3)


def _tidy(axes: Axes, keep: str) -> None:
    for side, spine in axes.spines.items():
        spine.set_visible(side == keep)
        spine.set_color(BEFORE)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, handlelength=1, borderaxespad=0.2)


def _to_svg(figure: Figure, name: str, alt: str) -> str:
    drawn = StringIO()
    with warnings.catch_warnings():
        # Text is measured with matplotlib's own font and shown in the reader's, which may well have the glyph.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from", category=UserWarning)
        figure.savefig(drawn, format="svg", metadata=_NO_METADATA, transparent=True)
    return _embed(drawn.getvalue(), name, alt)


def _embed(document: str, name: str, alt: str) -> str:
    """The `<svg>` of a document, whose ids cannot meet those of another chart on the page."""
    svg = document[document.index("<svg") :]
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))

    def rename(tag: re.Match[str]) -> str:
        kept = re.sub(r' id="([^"]+)"', lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "", tag[0])
        return re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", kept)

    return re.sub(r"<[^>]+>", rename, svg).replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)
