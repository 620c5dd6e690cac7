"""Media operations on Dash and Dash Social, without an orchestrator: clients, ledger, sources, gate, ingestion.

Nothing in this package imports Prefect; `tasks/` and `flows/` do.
"""

from __future__ import annotations

from dashmedia.interrupts import leave_quietly_while_loading

__version__ = "0.1.0"

leave_quietly_while_loading("dashmedia.doctor", "dashmedia.ledger")
