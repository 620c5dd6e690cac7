"""`make up` as a person types it, in a folder of a test's own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def make_up(home, *words, **env):
    """`python -m deployments.up`, ended; without variables of ours that this machine happens to have."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DASH", "PREFECT"))}
    command = [sys.executable, "-m", "deployments.up", "--folder", str(home), *words]
    return subprocess.run(command, cwd=ROOT, env=kept | env, capture_output=True, text=True, check=False)
