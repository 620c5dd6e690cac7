"""Thin Prefect tasks, one file per noun. A task run is a batch and a step, never one item."""
