from __future__ import annotations

import pytest

from dashmedia.errors import SourceError
from dashmedia.sources.patterns import Patterns


@pytest.mark.parametrize(
    ("pattern", "path", "wanted"),
    [
        ("*.jpg", "a.jpg", True),
        ("*.jpg", "2026-09/sub/a.jpg", True),
        ("*.jpg", "a.JPG", False),
        ("*.jpg", "https://cdn.example/a.jpg?w=1.png", True),
        ("2026-*/**", "2026-09/sub/a.jpg", True),
        ("2026-*/**", "archive/2026-09/a.jpg", False),
        ("2026-*/*.jpg", "2026-09/sub/a.jpg", False),
        ("**/*.jpg", "a.jpg", True),
        ("look-?.jpg", "look-1.jpg", True),
    ],
)
def test_a_pattern_selects(pattern, path, wanted):
    assert Patterns.of([pattern], []).want(path) is wanted


def test_exclude_wins_over_include():
    patterns = Patterns.of(["*.jpg"], ["draft-*"])

    assert patterns.want("a.jpg")
    assert not patterns.want("sub/draft-a.jpg")


def test_no_include_means_everything():
    assert Patterns.of([], ["*.png"]).want("a.jpg")


def test_an_unreadable_pattern_is_named():
    with pytest.raises(SourceError, match=r"'a/x\*\*' cannot be read"):
        Patterns.of(["a/x**"], [])
