from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashmedia.dam.models import Asset, AssetFile, Field, LifecycleStatus
from dashmedia.promotion.evaluate import Requirements, reasons_against, rights_end
from dashmedia.promotion.rules import PromotionRule

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TITLE, RIGHTS = Field(id="f-title", name="Title"), Field(id="f-end", name="Rights expire")


def asset_of(*, state="STAGED", age_hours=48, has_file=True, unreadable=(), date=True, **values):
    since = {"STAGED": "date_staged", "PENDING_APPROVAL": "date_pending_approval", "LIVE": "date_live"}.get(state)
    dates = {since: NOW - timedelta(hours=age_hours)} if since and date else {}
    return Asset(
        id="a-1",
        lifecycle_status=LifecycleStatus(state=state, unreadable=unreadable, **dates),
        current_asset_file=AssetFile(filename="a.jpg") if has_file else None,
        values={"f-title": ("A ridge",)} | {"f-end": (values["rights"],) if "rights" in values else ()},
    )


def against(asset, fields=(), rights=None, **rule):
    needs = Requirements(PromotionRule(name="r", transition="STAGED_TO_LIVE", **rule), tuple(fields), rights)
    return [tuple(reason) for reason in reasons_against(asset, needs, NOW)]


def test_an_asset_that_satisfies_everything_has_nothing_against_it():
    asset = asset_of(rights="2026-11-21")

    assert against(asset, [TITLE], RIGHTS, minimum_age_hours=48, rights_field="Rights expire") == []


def test_every_reason_is_told_and_none_left_out():
    asset = asset_of(age_hours=2.5, has_file=False, rights="2026-11-20").model_copy(
        update={"values": {"f-end": ("2026-11-20",)}}
    )

    assert against(asset, [TITLE], RIGHTS, minimum_age_hours=24, rights_field="x") == [
        ("no file yet", "it has no file yet: its upload is not complete"),
        ("younger than 24 h", "STAGED for 2.5 h, must be 24 h"),
        ("“Title” has no value", "“Title” has no value"),
        ("“Rights expire” has passed", "“Rights expire” passed: 2026-11-20"),
    ]


@pytest.mark.parametrize("values", [{}, {"f-title": ("",)}, {"f-title": ("  ",)}])
def test_blanks_are_no_value(values):
    asset = asset_of().model_copy(update={"values": values})

    assert against(asset, [TITLE]) == [("“Title” has no value",) * 2]


@pytest.mark.parametrize(
    ("asset", "words"),
    [
        (asset_of(date=False), "since when it is STAGED is not told, so it may be younger than 1 h"),
        (asset_of(date=False, unreadable=("date_staged",)), "since when it is STAGED cannot be read, so"),
        (asset_of(state="BINNED"), "since when it is BINNED is not told, so"),
        (asset_of(age_hours=-3), "STAGED for less than no time (its date lies ahead), must be 1 h"),
        (asset_of(state="PENDING_APPROVAL", age_hours=0.5), "PENDING_APPROVAL for 0.5 h, must be 1 h"),
    ],
)
def test_an_age_that_cannot_be_proven_holds_the_asset_back(asset, words):
    ((_, told),) = against(asset, minimum_age_hours=1)

    assert told.startswith(words)


def test_the_age_is_that_in_the_present_state():
    status = LifecycleStatus(
        state="PENDING_APPROVAL", date_staged=NOW - timedelta(days=9), date_pending_approval=NOW - timedelta(hours=1)
    )
    asset = asset_of().model_copy(update={"lifecycle_status": status})

    assert against(asset, minimum_age_hours=24)[0][0] == "younger than 24 h"


def test_a_date_that_cannot_be_read_is_quoted():
    asset = asset_of(rights="end of next year, we think, but ask Lena first please")

    ((kind, words),) = against(asset, rights=RIGHTS, rights_field="x")

    assert kind == "“Rights expire” cannot be read"
    assert words == "“Rights expire” is “end of next year, we think, but ask Len…”, expected a date such as 2027-01-31"


def test_rights_without_an_end_pass_unless_an_end_is_required():
    assert against(asset_of(), rights=RIGHTS, rights_field="x") == []
    assert against(asset_of(), rights=RIGHTS, rights_field="x", rights_end_required=True) == [
        ("“Rights expire” has no date",) * 2
    ]


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ("2026-11-21", datetime(2026, 11, 21, 23, 59, 59, 999999, tzinfo=UTC)),
        ("2026-11-21T18:00:00Z", datetime(2026, 11, 21, 18, tzinfo=UTC)),
        ("2026-11-21T18:00:00+02:00", datetime(2026, 11, 21, 16, tzinfo=UTC)),
        ("2026-11-21T18:00", datetime(2026, 11, 21, 18, tzinfo=UTC)),
        ("31.12.2026", None),
        ("0001-01-01T00:00+10:00", None),
    ],
)
def test_rights_end_with_the_day_or_at_the_instant(written, end):
    assert rights_end(written) == end
