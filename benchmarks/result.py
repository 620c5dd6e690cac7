"""One comparison: ours, the other's, their ratio, and the bound it must keep, if one is promised."""

from __future__ import annotations

from dataclasses import dataclass

#: From here on decimals say nothing.
LARGE = 1_000


@dataclass(frozen=True)
class Result:
    """Figures of one run. `ratio` is ours over the other's unless `what` says otherwise.

    Attributes:
        key: short and stable, such as `upload.s5cmd`: by it documents name the figures (`benchmarks/figures.py`).
        what: for people, with sizes and units.
        at_least, at_most: bounds of the ratio; without either it is only told.
    """

    key: str
    what: str
    ours: float
    other: float
    ratio: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the ratio keeps its bound; what has none is kept."""
        return (self.at_least is None or self.ratio >= self.at_least) and (
            self.at_most is None or self.ratio <= self.at_most
        )

    @property
    def row(self) -> str:
        """One line of a table in `docs/benchmarks.md`."""
        figures = f"{_short(self.ours)} | {_short(self.other)} | {self.ratio:.2f}"
        return f"| {self.what} | {figures} | {self._bound} | {self._verdict} |"

    @property
    def _bound(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else "none"

    @property
    def _verdict(self) -> str:
        if self.at_least is None and self.at_most is None:
            return "told only"
        return "yes" if self.is_kept else "**no**"


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= LARGE or figure == int(figure) else f"{figure:,.2f}"
