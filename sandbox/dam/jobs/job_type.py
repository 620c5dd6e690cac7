"""What a type of batch job has to know; the rest is the same for all of them and lies in `book.py`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The key results are matched on (`batchItemId`, or an asset's id), and what is to be done, as JSON can hold it.
Item = tuple[str, Any]


class ItemRefusedError(Exception):
    """One item of a job cannot be done; the others go on. The text is the failure's message."""


class Outcome(NamedTuple):
    """What became of one item: a result, or a failure, or (neither) it was passed over without a word."""

    result: dict[str, Any] | None = None
    failure: str | None = None


class JobType(ABC):
    """One `…-batch-jobs` resource.

    Attributes:
        path: last part of its URL, without slashes: `asset-upload-batch-jobs`.
    """

    path: str

    @abstractmethod
    def parse(self, body: Any) -> list[Item]:
        """The items of a request, each key once, in the order in which they will be done.

        Args:
            body: the JSON body, whatever it is.

        Raises:
            RefusedError: 400 or 403, there will be no job.
        """

    @abstractmethod
    def apply(self, key: str, item: Any) -> dict[str, Any] | None:
        """Do one item; the inner `result` of its success, None to pass it over without a word.

        It runs inside of a transaction of the store, which is undone if anything but a refusal comes out.

        Raises:
            ItemRefusedError: it cannot be done.
        """

    def apply_all(self, items: Sequence[Item]) -> list[Outcome]:
        """Do these items; as many outcomes, in the same order. Types that can do many at once do it here."""
        return [self._outcome(key, item) for key, item in items]

    def _outcome(self, key: str, item: Any) -> Outcome:
        try:
            return Outcome(result=self.apply(key, item))
        except ItemRefusedError as error:
            return Outcome(failure=str(error))
