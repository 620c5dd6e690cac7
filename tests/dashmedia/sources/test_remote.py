from __future__ import annotations

import pytest

from dashmedia.sources.remote import remote_errors, words_of


def test_an_error_of_a_storage_library_becomes_an_os_error_with_its_words():
    with pytest.raises(OSError, match="KeyError: 'no credentials'"), remote_errors():
        raise KeyError("no credentials")


def test_an_os_error_stays_what_it_is():
    with pytest.raises(FileNotFoundError), remote_errors():
        raise FileNotFoundError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied", "/secret/path"), "Permission denied"),
        (OSError("bucket gone"), "bucket gone"),
        (FileNotFoundError(), "FileNotFoundError"),
    ],
)
def test_the_words_are_the_systems_own(error, words):
    assert words_of(error) == words
