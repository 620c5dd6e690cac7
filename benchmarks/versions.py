"""Which versions of the peers, and of the libraries that decide our speed, were measured."""

from __future__ import annotations

import subprocess
from importlib.metadata import PackageNotFoundError, version

from benchmarks.peers import beside_python
from sandbox.rclone import find_rclone

LIBRARIES = ("prefect", "httpx", "SQLAlchemy", "pyarrow", "uvicorn", "boto3", "dlt")


def versions() -> dict[str, str]:
    """By name; what is not installed is left out."""
    found = {"rclone": _said(find_rclone()), "s5cmd": _said(beside_python("s5cmd"))}
    return {name: each for name, each in (found | {name: _of(name) for name in LIBRARIES}).items() if each}


def _said(command: str) -> str:
    """What a tool calls itself, such as `v1.75.2`, without what is behind it."""
    try:
        words = subprocess.run([command, "version"], capture_output=True, text=True, check=True).stdout.split()
    except OSError:
        return ""
    return next((word.removeprefix("v").partition("-")[0] for word in words if word.removeprefix("v")[0].isdigit()), "")


def _of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
