"""The seeded bugs fit the code as it is now, so that `make bugs` can sow each of them."""

import pytest
from support.bugs.catalogue import Bug, StaleBugError, read_bugs, read_invariants
from support.snippets import ROOT

BUGS = read_bugs()


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_bug_fits_its_source_in_one_place_and_leaves_python(bug):
    source = (ROOT / bug.file).read_text()

    assert bug.sown(source) != source


def test_each_invariant_has_a_bug_and_each_bug_an_invariant():
    assert {bug.invariant for bug in BUGS} == set(read_invariants())


def test_no_two_bugs_have_one_name():
    names = [bug.name for bug in BUGS]

    assert len(names) == len(set(names))


def test_every_module_that_ought_to_catch_a_bug_exists():
    named = {module for bug in BUGS for module in bug.tests}

    assert {module for module in named if not (ROOT / module).is_file()} == set()


@pytest.mark.parametrize(("before", "after", "words"), [
    ("two", "three", "stands 0 times"), ("on", "off", "stands 2 times"), ("x = 1  # once", "x =", "is no Python"),
])  # fmt: skip
def test_a_bug_that_does_not_fit_says_so(before, after, words):
    bug = Bug("a slip", "lease", "a.py", before, after, ())

    with pytest.raises(StaleBugError, match=words):
        bug.sown("x = 1  # once, and one more\n")
