"""docs/reference is what `make docs` makes of the code as it is now."""

import pytest

from deployments.reference.pages import FOLDER, PAGES, make_pages


@pytest.fixture(scope="module")
def made():
    return make_pages()


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_what_the_code_makes(name, made):
    assert (FOLDER / name).read_text() == made[name], "run `make docs` and commit what it writes"


def test_there_is_no_page_that_nothing_makes():
    assert {path.name for path in FOLDER.glob("*.md")} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_the_same_each_time(name, made):
    assert PAGES[name]() == made[name]
