"""The fenced blocks of the documents, each with the comments above it that say how it is to be run.

```
<!-- file: rules.json -->          its text is written to that file, beside which later commands run
<!-- until: Completed -->          the command is repeated until it says so
<!-- ends with: 1 -->              the status that is expected, when it is not 0; or several, as in `0 or 1`
<!-- only in the tutorial: why --> run by `make tutorial`, and not by `make test`
<!-- not run: why -->              never run
```
"""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]

#: Every page that people read. Pages about decisions tell why, and have nothing to run.
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "sandbox/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]

#: Pages whose snippets have a test of their own.
TESTED_ELSEWHERE = {"docs/exports.md": "tests/flows/test_exports_page.py"}

RUN = ("console", "python")
PARSED = ("json", "yaml", "csv")
SHOWN = ("text", "mermaid", "")

#: Marks of what `make test` does not run.
LEFT_OUT = {"not run", "only in the tutorial"}

_MARK = re.compile(r"<!-- ([a-z ]+): (.*?) -->")
_FENCE = re.compile(
    r"(?P<marks>(?:^ *<!-- [a-z ]+: [^\n]*? -->\n)*)"
    r"^(?P<indent> *)```(?P<language>[a-z]*)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Snippet:
    """One block. `line` is where its text begins, counted from 1; `marks` are the comments above it."""

    page: str
    line: int
    language: str
    text: str
    marks: dict[str, str]

    @property
    def is_left_out(self):
        """Whether `make test` does not run it, for the reason that its mark gives."""
        return bool(self.marks.keys() & LEFT_OUT)

    @property
    def place(self):
        return f"{self.page}:{self.line}"

    @property
    def commands(self):
        """Each command of a console block with the lines that it is said to print."""
        found = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                found.append(Command(line[2:], ()))
            elif found and found[-1].text.endswith("\\"):
                found[-1] = Command(f"{found[-1].text}\n{line}", ())
            elif found and line.strip():
                found[-1] = Command(found[-1].text, (*found[-1].printed, line))
        return [command for command in found if not command.is_for_the_reader]


@dataclass(frozen=True)
class Command:
    """What is typed, and what it prints; `…` stands for anything."""

    text: str
    printed: tuple[str, ...]

    @property
    def is_for_the_reader(self):
        """A secret, or an address, that everybody fills in for themselves; tests have those of the sandbox."""
        return re.match(r"export \w+=\S*…", self.text) is not None

    @property
    def words(self):
        return shlex.split(self.text, comments=True)


def snippets_of(page):
    """All blocks of a page, in order."""
    text = page.read_text()
    return [
        Snippet(
            page=page.relative_to(ROOT).as_posix(),
            line=text.count("\n", 0, found.start("text")) + 1,
            language=found["language"],
            text=dedent(found["text"]),
            marks=dict(_MARK.findall(found["marks"])),
        )
        for found in _FENCE.finditer(text)
    ]
