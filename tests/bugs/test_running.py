"""The runner of seeded bugs, on a few that are really sown: it tells a bug that is caught from one that is not."""

import pytest
from support.bugs.catalogue import Bug, read_bugs
from support.bugs.running import Found, Sower
from support.bugs.verdicts import Failure, Outcome, judge, read_failures
from support.snippets import ROOT

#: Modules that are over in a moment.
EVALUATE = "tests/dashmedia/promotion/test_evaluate.py"

HARMLESS = Bug(
    "another word in a message", "rules-hold", "dashmedia/promotion/evaluate.py",
    "its upload is not complete", "its upload is not done", ("tests/dashmedia/test_retry.py",),
)  # fmt: skip
BROKEN = Bug(
    "a name that nobody has", "rules-hold", "dashmedia/promotion/evaluate.py", "        elif end < now:", "        elif end < today:", (EVALUATE,)
)  # fmt: skip


@pytest.fixture(scope="module")
def sower():
    with Sower() as sower:
        yield sower


def test_a_bug_is_caught_by_the_test_that_failed_and_the_working_tree_never_has_it(sower):
    bug = next(bug for bug in read_bugs() if bug.name == "assets whose rights ended move")
    source = (ROOT / bug.file).read_text()

    (found,) = sower.confirm([sower.try_one(bug)])

    assert found.outcome is Outcome.CAUGHT
    assert found.test.startswith(f"{EVALUATE}::test_")
    assert (ROOT / bug.file).read_text() == source


def test_a_bug_that_no_test_notices_is_told_and_one_that_breaks_the_program_proves_nothing(sower):
    found = [sower.try_one(bug) for bug in (HARMLESS, BROKEN)]

    assert [each.outcome for each in found] == [Outcome.SURVIVED, Outcome.BROKEN]


def test_a_test_that_fails_without_the_bug_too_caught_nothing(sower):
    test = "tests/dashmedia/test_retry.py::test_that_there_is_none"

    (found,) = sower.confirm([Found(HARMLESS, Outcome.CAUGHT, test, "", 1)])

    assert found.outcome is Outcome.UNCLEAN


@pytest.mark.parametrize(("words", "file", "outcome"), [
    ("AssertionError: assert 1 == 2", "tests/a.py", Outcome.CAUGHT), ("assert 1 == 2", "tests/a.py", Outcome.CAUGHT),
    ("dashmedia.errors.TransientError: nothing came", "dashmedia/a.py", Outcome.CAUGHT),
    ("TypeError: argument of type 'NoneType' is not iterable", "tests/a.py", Outcome.CAUGHT),
    ("TypeError: f() takes no argument", "dashmedia/a.py", Outcome.BROKEN),
    ("NameError: name 'x' is not defined", "dashmedia/a.py", Outcome.BROKEN), ("collection failure", "", Outcome.BROKEN),
])  # fmt: skip
def test_only_a_promise_that_is_broken_counts(words, file, outcome):
    assert judge({"a test": Failure(words, file)}) is outcome


def test_failures_of_tests_and_of_fixtures_are_read_from_the_report(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="tests.a.test_b" name="test_c[1-2]"><failure message="assert 1&#10;more">'
        "E  assert 1\n\ntests/a/test_b.py:7: AssertionError</failure></testcase>"
        '<testcase classname="tests.a.test_b" name="test_d"/><testcase classname="tests.a.test_b" name="test_e">'
        "<error message='failed on setup with \"ValueError: no\"'>dashmedia/x.py:3: ValueError</error></testcase>"
        "</testsuite></testsuites>"
    )

    failures = read_failures(report)

    assert failures["tests/a/test_b.py::test_c[1-2]"] == ("assert 1", "tests/a/test_b.py")
    assert failures["tests/a/test_b.py::test_e"].words.startswith("ValueError: no")
    assert len(failures) == 2
