"""Media operations on Dash and Dash Social, without an orchestrator: clients, ledger, sources, gate, ingestion.

Nothing in this package imports Prefect; `tasks/` and `flows/` do.
"""

__version__ = "0.1.0"
