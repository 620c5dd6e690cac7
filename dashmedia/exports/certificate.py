"""The proof that a window is complete: what the service counts, what was fetched, and how; it can check itself."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, Field

from dashmedia.errors import IncompleteExportError
from dashmedia.exports.readings import ContractVariant  # noqa: TC001 - pydantic reads the annotations
from dashmedia.exports.windows import Window, tiling_problems

if TYPE_CHECKING:
    from collections.abc import Mapping


class SubWindow(BaseModel):
    """A part of the window that was read by itself, or was cut into `parts` that were.

    Attributes:
        start: first instant, UTC.
        end: first instant after it, UTC.
        where: the constraints of a part of one instant, in words; empty for a part of time.
        rows: different events found in it.
        parts: either windows that tile it, or constraints that share its instant out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    start: datetime
    end: datetime
    where: str = ""
    rows: int = Field(ge=0)
    parts: tuple[SubWindow, ...] = ()

    @property
    def window(self) -> Window:
        """Its time."""
        return Window(self.start, self.end)

    def problems(self) -> list[str]:
        """Gaps, overlaps and sums that do not add up, here and below; none is good."""
        if not self.parts:
            return []
        found = [problem for part in self.parts for problem in part.problems()]
        if any(part.where != self.where for part in self.parts):
            found += [f"{part.window} is no part of {self.window}" for part in self.parts if part.window != self.window]
        else:
            found += tiling_problems(self.window, [part.window for part in self.parts])
        if (total := sum(part.rows for part in self.parts)) != self.rows:
            found.append(f"the parts of {self.window} hold {total:,} events, it says {self.rows:,}")
        return found


class FileProof(BaseModel):
    """A data file's size and hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Certificate(BaseModel):
    """What was found for one window of events, and that it is all there is.

    Attributes:
        day: the local day, once published.
        timezone: the day's zone, once published.
        start: first instant of the window, UTC.
        end: first instant after it, UTC.
        server_total: events the service counts in the window, asked after the last page.
        aggregation_sum: sum of the histogram in the same answer.
        unique_ids: different event ids fetched.
        tree: the sub-windows that were read.
        requests: how many were sent, by kind, repeats of the transport aside.
        refetches: how often something had moved and was fetched again.
        page_rows: rows asked for on one page.
        cap_rows: how far paging was taken to reach.
        started_at: before the first request, UTC.
        finished_at: after the last, UTC.
        contract: what the service was seen to do where its contract is silent.
        files: the data files, by name; the same events give the same bytes from the same writer.
        writer: the program that wrote them, with its version.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int = Field(default=1, ge=1, le=1)
    day: date | None = None
    timezone: str | None = None
    start: datetime
    end: datetime
    server_total: int = Field(ge=0)
    aggregation_sum: int = Field(ge=0)
    unique_ids: int = Field(ge=0)
    tree: SubWindow
    requests: dict[str, int]
    refetches: int = Field(ge=0)
    page_rows: int = Field(ge=1)
    cap_rows: int = Field(ge=1)
    started_at: datetime
    finished_at: datetime
    contract: ContractVariant
    files: dict[str, FileProof] = {}
    writer: str = ""

    @property
    def window(self) -> Window:
        """The time it speaks for."""
        return Window(self.start, self.end)

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers that must agree."""
        return {
            "server_total": self.server_total,
            "aggregation_sum": self.aggregation_sum,
            "unique_ids": self.unique_ids,
            "rows_of_sub_windows": self.tree.rows,
        }

    def problems(self) -> list[str]:
        """Everything that speaks against it; none is good."""
        found = [] if len(set(self.numbers.values())) == 1 else ["its numbers disagree"]
        if self.tree.window != self.window:
            found.append(f"its tree covers {self.tree.window}")
        return found + self.tree.problems()

    def require_complete(self) -> Self:
        """Itself, if nothing speaks against it.

        Raises:
            IncompleteExportError: something does; with the numbers.
        """
        if found := self.problems():
            raise IncompleteExportError(str(self.window), "; ".join(found), self.numbers)
        return self

    def published(self, day: date, timezone: str, files: Mapping[str, FileProof], writer: str) -> Certificate:
        """The same, speaking for the files of a partition."""
        facts = {"day": day, "timezone": timezone, "files": dict(files), "writer": writer}
        return self.model_copy(update=facts)
