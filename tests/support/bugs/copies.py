"""Copies of the working tree, one for each worker: the tree itself is never touched."""

import compileall
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from py_compile import PycInvalidationMode

from support.snippets import ROOT

#: What bugs are sown in, and what the tests import besides.
COMPILED = ("dashmedia", "tasks", "flows", "deployments", "sandbox", "tests/support")


def make_copy(folder):
    """Every file that git knows or would take, as it is now, and a link to the environment."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    if (ROOT / ".venv").exists():
        (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    for name in COMPILED:
        # By content: two versions of a file written within one second look the same to the usual check.
        compileall.compile_dir(folder / name, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return folder


@contextmanager
def sown(copy: Path, bug):
    """The bug is in the copy, until the end of the block."""
    path = copy / bug.file
    source = path.read_text()
    path.write_text(bug.sown(source))
    try:
        yield
    finally:
        path.write_text(source)
