from __future__ import annotations

from datetime import timedelta

import pytest
from support.publishing import LAST, publish

from dashmedia.exports.comparison import compare
from dashmedia.exports.report_sections import days_section, label_asset, label_portal, label_word, ranked_section
from dashmedia.exports.rollups import By
from dashmedia.exports.windows import day_windows, find_zone


@pytest.fixture
def comparison(tmp_path, service, event, midnight):
    kinds = ["USER"] * 6 + ["API"] * 3 + [None]
    events = [event(n, midnight, user_type=kind) for n, kind in enumerate(kinds)]
    events += [event(n, midnight - timedelta(days=1), user_type="USER") for n in range(20, 24)]
    publish(tmp_path, service(events))
    return compare(str(tmp_path), day_windows(LAST, LAST, find_zone("UTC")), "UTC")


def ranked(comparison, most):
    return ranked_section(comparison, By.USER_TYPE, "kinds", "Kinds", label=label_word, columns=("Kind",), most=most)


def test_a_section_ranks_and_compares(comparison):
    section = ranked(comparison, 10)

    assert section.headers == ("Kind", "Downloads", "Share", "Before", "Change")
    assert section.rows == (
        ("User", "6", "60%", "4", "+50%"),
        ("API", "3", "30%", "0", "new"),
        ("Not said", "1", "10%", "0", "new"),
    )
    assert section.finding == "User: 6, 60% of all downloads."


def test_what_is_not_shown_is_told_as_a_sum(comparison):
    section = ranked(comparison, 1)

    assert len(section.rows) == 1
    assert section.finding == "User: 6, 60% of all downloads. 2 more make up 40%."


def test_days_stand_beside_those_before(comparison):
    section = days_section(comparison)

    assert section.rows == (("Fri 20 Nov 2026", "10", "Thu 19 Nov 2026", "4", "+150%"),)
    assert section.finding == "10 downloads on Fri 20 Nov."


def test_months_that_were_never_exported_do_not_fill_the_chart(comparison):
    chart = days_section(comparison).chart

    assert [day for day in ("13 Nov", "14 Nov", "19 Nov", "20 Nov") if f">{day}<" in chart] == [
        "14 Nov",
        "19 Nov",
        "20 Nov",
    ]


@pytest.mark.parametrize(
    ("label", "row", "told"),
    [
        (label_word, {"user_type": "PORTAL_VISITOR"}, "Portal visitor"),
        (label_word, {"user_type": None}, "Not said"),
        (label_portal, {"portal_id": None, "portal_name": None}, "Not through a portal"),
        (label_portal, {"portal_id": "p", "portal_name": None}, "Portal p"),
        (label_asset, {"asset_id": None, "file_name": None, "title": None, "folder_path": None}, "No asset named"),
        (label_asset, {"asset_id": "a", "file_name": None, "title": "T", "folder_path": None}, "T"),
    ],
)
def test_what_has_no_name_is_called_something(label, row, told):
    assert label(row)[0] == told
