from __future__ import annotations

import pytest


@pytest.fixture
def ledger(tmp_path):
    """Where the ledger of a test is made."""
    return tmp_path / "ledger.sqlite3"
