from __future__ import annotations

import pickle

import pytest

from dashmedia.errors import AuthError, OutcomeUnknownError, RejectedError, TransientError, clip


def test_an_error_survives_the_way_to_another_process():
    error = TransientError("GET x", "the service answered 503", status=503, wait_s=3)

    arrived = pickle.loads(pickle.dumps(error))

    assert (type(arrived), str(arrived), vars(arrived)) == (TransientError, str(error), vars(error))


def test_an_error_keeps_its_class_and_facts_when_the_tries_are_added():
    error = OutcomeUnknownError("POST x", "reset", status=502, wait_s=3).after(tries=4, spent_s=37.2)

    assert isinstance(error, OutcomeUnknownError)
    assert (error.status, error.wait_s, error.tries, error.spent_s) == (502, 3, 4, 37.2)
    assert str(error).startswith("POST x: reset; seen at try 4, after 37 s. The service asked to wait 3 s. Whether")


def test_a_servers_words_are_clipped_to_one_line():
    error = RejectedError("GET x", 400, "a\n" * 500)

    assert len(error.words) == 200
    assert "\n" not in error.words
    assert clip("a  b\n c") == "a b c"


@pytest.mark.parametrize("words", ["It is invalid.", "It is invalid", "It is invalid. "])
def test_a_servers_full_stop_is_not_doubled(words):
    assert "401: It is invalid. Check the token" in str(AuthError("GET x", 401, words))
    assert "GET x: It is invalid; seen at try 1" in str(TransientError("GET x", words))
