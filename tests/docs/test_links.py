"""Every link within the documents leads somewhere: the file is there, and so is the heading that it names."""

import re

import pytest
from support.snippets import PAGES, ROOT

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")


def without_code(text):
    return re.sub(r"^ *```.*?^ *```$|`[^`\n]+`", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors_of(page):
    """Headings as the usual renderers spell them: lower case, words joined by hyphens, other signs left out."""
    prose = re.sub(r"^ *```.*?^ *```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    words = [heading.replace("`", "") for heading in re.findall(r"^#+ (.*)$", prose, re.MULTILINE)]
    return {re.sub(r"[^\w\- ]", "", each.lower()).strip().replace(" ", "-") for each in words}


def broken_links(page):
    for name, anchor in LINK.findall(without_code(page.read_text())):
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            yield name
        elif anchor and anchor not in anchors_of(target):
            yield f"{name}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_a_heading(page):
    assert list(broken_links(page)) == []


def test_a_link_to_a_heading_that_is_not_there_is_noticed(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One page\n[a](#one-page) [b](#two) [c](none.md) `[d](no.md)`")

    assert list(broken_links(page)) == ["#two", "none.md"]
