from __future__ import annotations

from datetime import timedelta

import pytest

from dashmedia.errors import IncompleteExportError
from dashmedia.exports.certificate import Certificate, SubWindow
from dashmedia.exports.readings import ContractVariant

HOUR = timedelta(hours=1)


@pytest.fixture
def part(midnight):
    def make(first, last, rows, where="", parts=()):
        return SubWindow(start=midnight + first * HOUR, end=midnight + last * HOUR, rows=rows, where=where, parts=parts)

    return make


@pytest.fixture
def certificate(midnight, part):
    facts = {
        "start": midnight,
        "end": midnight + 2 * HOUR,
        "server_total": 5,
        "aggregation_sum": 5,
        "unique_ids": 5,
        "tree": part(0, 2, 5, parts=(part(0, 1, 2), part(1, 2, 3))),
        "requests": {"page": 1},
        "refetches": 0,
        "page_rows": 10,
        "cap_rows": 100,
        "started_at": midnight,
        "finished_at": midnight,
        "contract": ContractVariant(),
    }
    return lambda **changed: Certificate(**(facts | changed))


def test_numbers_and_windows_that_agree_are_a_proof(certificate):
    assert certificate().require_complete().problems() == []


@pytest.mark.parametrize("number", ["server_total", "aggregation_sum", "unique_ids"])
def test_a_number_that_disagrees_is_told_with_all_of_them(certificate, number):
    with pytest.raises(IncompleteExportError, match="numbers disagree") as caught:
        certificate(**{number: 4}).require_complete()

    assert caught.value.numbers[number] == 4
    assert sorted(caught.value.numbers.values()) == [4, 5, 5, 5]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([(0, 1, 2), (1.5, 2, 3)], "do not meet"),
        ([(0, 1.5, 2), (1, 2, 3)], "do not meet"),
        ([(0, 1, 2)], "does not end with"),
        ([(0, 1, 2), (1, 2, 2)], "hold 4 events, it says 5"),
    ],
)
def test_a_tree_with_a_gap_an_overlap_or_a_wrong_sum_is_no_proof(certificate, part, parts, words):
    tree = part(0, 2, 5, parts=tuple(part(*each) for each in parts))

    assert words in "; ".join(certificate(tree=tree).problems())


def test_parts_of_an_instant_share_it_by_what_they_hold(certificate, part):
    shared = part(1, 2, 3, parts=(part(1, 2, 1, "user_type is API"), part(1, 2, 2, "user_type is not API")))

    assert certificate(tree=part(0, 2, 5, parts=(part(0, 1, 2), shared))).problems() == []


def test_a_share_of_another_instant_is_no_proof(certificate, part):
    shared = part(1, 2, 3, parts=(part(1, 2, 1, "user_type is API"), part(0, 2, 2, "user_type is not API")))

    assert certificate(tree=part(0, 2, 5, parts=(part(0, 1, 2), shared))).problems()


def test_a_tree_for_another_window_is_no_proof(certificate, part):
    assert certificate(tree=part(0, 3, 5)).problems()


def test_a_certificate_survives_json(certificate):
    once = certificate()

    assert Certificate.model_validate_json(once.model_dump_json()) == once
