"""What a run of tests against a bug means: caught, not caught, or no proof of anything."""

import re
from enum import StrEnum
from typing import NamedTuple
from xml.etree import ElementTree as ET

#: Errors by which a program breaks down rather than breaks a promise: what fails with them proves nothing.
BREAKDOWNS = frozenset({
    "ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError", "NameError", "UnboundLocalError", "AttributeError",
    "TypeError",
})  # fmt: skip

#: What pytest's report says of a file of tests that cannot be imported.
NOT_COLLECTED = "collection failure"

#: How the report begins the message of a fixture that failed; what it raised follows.
_IN_A_FIXTURE = re.compile(r"^failed on (?:setup|teardown) with \"")


class Outcome(StrEnum):
    """What became of one bug."""

    CAUGHT = "caught"
    SURVIVED = "NOT CAUGHT"
    BROKEN = "breaks the program, not the promise"
    UNCLEAN = "the test fails without it too"
    OVERDUE = "the tests did not end"


class Failure(NamedTuple):
    """What a test said in one line, and the file, from the root, in which it came up."""

    words: str
    file: str

    @property
    def is_breakdown(self):
        """Whether anything would have failed like this. In a test itself, such an error is what it made of a wrong answer."""
        kind = self.words.split(":")[0].rpartition(".")[2]
        return self.words == NOT_COLLECTED or (kind in BREAKDOWNS and not self.file.startswith("tests/"))


def judge(failures):
    """What the failures of a run, by test, say about the bug in it; the first one decides."""
    if not failures:
        return Outcome.SURVIVED
    return Outcome.BROKEN if next(iter(failures.values())).is_breakdown else Outcome.CAUGHT


def read_failures(report):
    """The failures of a JUnit report in their order, by the name that pytest takes for a test."""
    failures = {}
    for case in ET.parse(report).iter("testcase"):
        for told in [*case.findall("failure"), *case.findall("error")]:
            words = _IN_A_FIXTURE.sub("", told.get("message", "")).strip()
            # The traceback ends with `path:line: error`.
            file = (told.text or "").strip().split("\n")[-1].split(":")[0]
            failures.setdefault(_test(case), Failure(words.split("\n")[0], file))
    return failures


def _test(case):
    return f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
