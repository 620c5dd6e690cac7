"""One comparison: ours, the other's, their ratio, and the bound it must keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """Figures of one run. `ratio` is ours over the other's unless `what` says otherwise."""

    what: str
    ours: float
    other: float
    ratio: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the ratio keeps its bound."""
        return (self.at_least is None or self.ratio >= self.at_least) and (
            self.at_most is None or self.ratio <= self.at_most
        )

    @property
    def row(self) -> str:
        """One line of the table in `docs/benchmarks.md`."""
        bound = f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"
        return f"| {self.what} | {self.ours:,.2f} | {self.other:,.2f} | {self.ratio:.2f} | {bound} | {'yes' if self.is_kept else '**no**'} |"
