"""Flows over download events as people run them, and what they leave on the Prefect server."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

ROOT = Path(__file__).parents[2]
TWO_DAYS = {"first_day": date(2026, 11, 19), "last_day": date(2026, 11, 20)}


def state_of(out, flow, **options):
    """The state in which a run over the last two days with events ends."""
    return flow(destination=str(out), **(TWO_DAYS | options), return_state=True)


def artifacts_of(prefect, state):
    """What a run left, by key."""
    chosen = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[state.state_details.flow_run_id]))
    return {each.key: each for each in prefect.read_artifacts(artifact_filter=chosen)}


def command_line(env, module, *words):
    """The flow as a command that has ended."""
    command = [sys.executable, "-m", f"flows.{module}", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False)
