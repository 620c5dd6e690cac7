"""Batch jobs: submitted once or attached to, and waited for. `JobRunner` is the way in."""

from __future__ import annotations

from dashmedia.jobs.pace import JobPace, Pacer
from dashmedia.jobs.request_keys import request_key_for
from dashmedia.jobs.runner import JobRunner

__all__ = ["JobPace", "JobRunner", "Pacer", "request_key_for"]
