"""`make tutorial`: the commands of docs/tutorial.md, taken from the page itself, in a fresh clone of what is committed."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from support.snippets import ROOT, snippets_of
from support.stories import notes_of, tell

PAGE = ROOT / "docs" / "tutorial.md"

#: How the page calls the repository; git takes ours in its place.
ADDRESS = "https://git.example.com/media/dashmedia.git"

#: Variables that would lead the commands to other servers or packages than a newcomer's.
FOREIGN = ("DASH", "PREFECT", "PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS")


say = Console(highlight=False, markup=False, soft_wrap=True).print


def main():
    """Run it in a folder of its own; 1 when something went otherwise than the page says."""
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    if changed := _output("git", "status", "--porcelain"):
        say(f"What is not committed is not in the clone: {len(changed.splitlines())} files.")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tutorial-") as place:
        folder = Path(place) / "work"
        folder.mkdir()
        try:
            wrong = tell(snippets_of(PAGE), folder, {"GIT_CONFIG_COUNT": "1", **_redirection()}, budget_s=3_600)
            for note in notes_of(folder):
                say(note)
        finally:
            _stop(folder / "dashmedia")
    say(wrong or f"All of {PAGE.name} works, in {time.monotonic() - began:,.0f} s.")
    return 1 if wrong else 0


def _redirection():
    return {"GIT_CONFIG_KEY_0": f"url.{ROOT}.insteadOf", "GIT_CONFIG_VALUE_0": ADDRESS}


def _output(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def _stop(clone):
    """Also when it went wrong half-way nothing stays."""
    if (clone / ".venv").exists():
        subprocess.run(["make", "down"], cwd=clone, stdout=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    sys.exit(main())
