"""Where a scenario happens."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Place:
    """A sandbox and folders.

    Attributes:
        sandbox: that runs, used by nobody else meanwhile.
        stock: the files that are there beforehand, made once for all scenarios of a round; only read.
        home: of one scenario: empty at its start, and everything that its runs keep is below.
        ledger_url: of a database that is empty at its start; a file in `home` when there is none.
    """

    sandbox: Any
    stock: Path
    home: Path
    ledger_url: str | None = None

    @property
    def ledger(self):
        """For whatever opens one."""
        return self.ledger_url or str(self.home / "ledger.sqlite3")
