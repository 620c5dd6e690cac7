"""The bugs that are sown, as `tests/bugs/*.toml` describes them, and the invariants that they break."""

import ast
import tomllib
from dataclasses import dataclass, replace

from support.snippets import ROOT

FOLDER = ROOT / "tests" / "bugs"


class StaleBugError(Exception):
    """A bug that no longer fits the code."""


@dataclass(frozen=True)
class Bug:
    """One deliberate mistake.

    Args:
        name: what is wrong, in words.
        invariant: key of the promise that it breaks.
        file: the source, from the root of the repository.
        before: text that stands in it exactly once.
        after: what is put in its place.
        tests: modules of which one ought to fail.
    """

    name: str
    invariant: str
    file: str
    before: str
    after: str
    tests: tuple

    def sown(self, source):
        """The source with the bug in it.

        Raises:
            StaleBugError: the place is gone or stands there twice, or what comes out is no Python.
        """
        if (found := source.count(self.before)) != 1:
            raise StaleBugError(
                f"Bug “{self.name}”: its `before` stands {found} times in {self.file}, expected once. "
                "The code has changed: bring the bug up to date."
            )
        sown = source.replace(self.before, self.after)
        try:
            ast.parse(sown)
        except SyntaxError as error:
            raise StaleBugError(f"Bug “{self.name}”: with it {self.file} is no Python ({error}). Mend it.") from error
        return sown


def read_bugs():
    """All of them, by file and then in the order written."""
    return [bug for path in sorted(FOLDER.glob("*.toml")) for bug in _bugs(tomllib.loads(path.read_text()))]


def read_invariants():
    """What the project promises, by key."""
    return tomllib.loads((FOLDER / "invariants.toml").read_text())["promises"]


def _bugs(table):
    for entry in table.get("bug", ()):
        bug = Bug(**entry)
        yield replace(bug, tests=tuple(bug.tests))
