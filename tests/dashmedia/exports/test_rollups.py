from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from support.publishing import FIRST, LAST, Label, NamesByHand, over_days, publish

from dashmedia.dam import DashEvents, DashSettings, Names, open_dash
from dashmedia.errors import IncompleteExportError
from dashmedia.exports.cross_check import cross_check
from dashmedia.exports.partitions import read_partition
from dashmedia.exports.rollups import ROLLUP_SCHEMAS, By, compute_rollups, write_rollups
from dashmedia.rate import RequestTally


@pytest.fixture
def windows(tmp_path, service, spread):
    return publish(tmp_path, service(over_days(spread(700))))


@pytest.fixture
def events(tmp_path, windows):
    """All events as one frame, with their day."""
    frames = [
        read_partition(str(tmp_path), day, window).assign(day=pd.Timestamp(day)) for day, window in windows.items()
    ]
    return pd.concat(frames)


def test_every_rollup_adds_up_to_all_downloads(tmp_path, windows, events):
    rollups = compute_rollups(str(tmp_path), windows)

    assert {by: rollups.frame(by)["downloads"].sum() for by in By} == dict.fromkeys(By, len(events))
    assert rollups.downloads == len(events)


@pytest.mark.parametrize("by", [By.ASSET, By.USER, By.USER_TYPE, By.DOWNLOAD_TYPE, By.PORTAL, By.DAY])
def test_a_rollup_is_what_pandas_counts(tmp_path, windows, events, by):
    key = ROLLUP_SCHEMAS[by].names[0]
    times = {"first_downloaded_at": ("downloaded_at", "min"), "last_downloaded_at": ("downloaded_at", "max")}

    frame = compute_rollups(str(tmp_path), windows).frame(by)

    expected = events.groupby(key, dropna=False).agg(downloads=("event_id", "size"), **times).reset_index()
    if by is not By.DAY:
        expected = expected.sort_values(["downloads", key], ascending=[False, True], na_position="last")
    plain = [one.astype(object).fillna("").to_dict("list") for one in (frame[expected.columns], expected)]
    assert plain[0] == plain[1]


def test_a_day_without_downloads_is_a_row_of_zero(tmp_path, service):
    windows = publish(tmp_path, service([]))

    days = compute_rollups(str(tmp_path), windows).frame(By.DAY)

    assert list(days["day"].dt.date) == list(windows)
    assert list(days["downloads"]) == [0, 0, 0]


def test_a_month_says_how_many_of_its_days_were_counted(tmp_path, service):
    windows = publish(tmp_path, service([]), date(2026, 10, 30), date(2026, 11, 1))

    months = compute_rollups(str(tmp_path), windows).tables[By.MONTH].select(["month", "days"]).to_pylist()

    assert months == [{"month": date(2026, 10, 1), "days": 2}, {"month": date(2026, 11, 1), "days": 1}]


def test_a_local_day_counts_in_its_own_month(tmp_path, service, event):
    late = event(1, datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    windows = publish(tmp_path, service([late]), date(2026, 11, 1), date(2026, 11, 1), "Europe/Berlin")

    rollups = compute_rollups(str(tmp_path), windows)

    assert rollups.tables[By.MONTH].column("month").to_pylist() == [date(2026, 11, 1)]
    assert rollups.downloads == 1


@pytest.mark.parametrize("by", list(By))
def test_columns_and_dtypes_are_the_same_when_there_is_nothing(tmp_path, windows, by):
    full = compute_rollups(str(tmp_path), windows).frame(by)

    empty = compute_rollups(str(tmp_path), {}).frame(by)

    assert len(empty) == 0
    assert dict(empty.dtypes) == dict(full.dtypes)
    assert list(full.columns) == ROLLUP_SCHEMAS[by].names


def test_names_are_joined_and_missing_ones_counted(tmp_path, windows):
    names = NamesByHand(assets={"asset-1": Label("one.jpg", "One", "/A")}, portals={"portal-0": "Press"})

    rollups = compute_rollups(str(tmp_path), windows, names)

    assets = rollups.frame(By.ASSET).set_index("asset_id")
    assert tuple(assets.loc["asset-1", ["file_name", "title", "folder_path"]]) == ("one.jpg", "One", "/A")
    assert rollups.missing_names == {"assets": 96, "users": 31, "portals": 4}


def test_the_same_partitions_give_the_same_bytes(tmp_path, windows):
    folder = tmp_path / "rollups"
    write_rollups(str(tmp_path), windows)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}

    write_rollups(str(tmp_path), dict(reversed(windows.items())))

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert set(first) == {f"{by}.{suffix}" for by in By for suffix in ("parquet", "csv")}


def test_a_day_without_a_trusted_partition_leaves_the_rollups_as_they_were(tmp_path, windows):
    write_rollups(str(tmp_path), windows)
    before = (tmp_path / "rollups" / "by_day.parquet").read_bytes()
    (tmp_path / "events" / f"date={LAST}" / "certificate.json").unlink()

    with pytest.raises(IncompleteExportError, match="without a certificate"):
        write_rollups(str(tmp_path), windows)

    assert (tmp_path / "rollups" / "by_day.parquet").read_bytes() == before


def test_only_the_days_that_are_asked_for_are_counted(tmp_path, windows, events):
    rollups = compute_rollups(str(tmp_path), {FIRST: windows[FIRST]})

    assert rollups.downloads == int((events["day"] == pd.Timestamp(FIRST)).sum())
    assert timedelta(0) < rollups.windows[FIRST].end - rollups.windows[FIRST].start


def test_rollups_of_the_service_have_its_names_and_agree_with_its_counts(tmp_path, sandbox):
    with open_dash(DashSettings.from_env(sandbox.env), tally=RequestTally()) as dash:
        search = DashEvents(dash)
        windows = publish(tmp_path, search, timezone="Europe/Berlin")

        rollups = write_rollups(str(tmp_path), windows, Names(dash))

        assert cross_check(search, rollups) > 10
    assets = rollups.frame(By.ASSET)
    assert rollups.missing_names["assets"] == int(assets["file_name"].isna().sum())
    assert assets["folder_path"].dropna().str.startswith("/").all()
    assert 0 < rollups.downloads == assets["downloads"].sum()
