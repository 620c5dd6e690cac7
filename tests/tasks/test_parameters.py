"""What a person reads who typed a parameter wrong."""

from __future__ import annotations

from datetime import date

import pytest

from dashmedia.errors import SettingsError
from flows.backfill_downloads import backfill_downloads
from flows.export_downloads import export_downloads
from flows.ingest_ugc import ingest_ugc
from flows.promote_lifecycle import promote_lifecycle
from flows.watch_downloads import watch_downloads
from tasks.command_line import app_of
from tasks.parameters import require_valid

RULE = {"name": "all", "transition": "STAGED_TO_LIVE"}


@pytest.mark.parametrize(
    ("flow", "given", "words"),
    [
        (ingest_ugc, {"workers": 0}, "--workers: 0 was given; it should be greater than or equal to 1."),
        (ingest_ugc, {"limit": -1}, "--limit: -1 was given; it should be greater than or equal to 1."),
        (ingest_ugc, {"source": ""}, "--source: '' was given; it should have at least 1 character."),
        (ingest_ugc, {"brand_ids": ("x",)}, "--brand-ids[0]: 'x' was given; it should be a valid integer, unable to"),
        (promote_lifecycle, {"max_share": 7.5}, "--max-share: 7.5 was given; it should be less than or equal to 1."),
        (promote_lifecycle, {"rules": []}, "--rules: [] was given; it should have at least 1 item"),
        (promote_lifecycle, {"rules": [{"name": "all"}]}, "--rules[0].transition: nothing was given, and it is required."),
        (promote_lifecycle, {"rules": [RULE | {"field": 1}]}, "--rules[0].field: 1 was given; there is no such parameter."),
        (export_downloads, {"first_day": date(1999, 1, 1)}, "--first-day: 1999-01-01 was given; it should be greater"),
        (backfill_downloads, {"parallel": 99}, "--parallel: 99 was given; it should be less than or equal to 32."),
        (watch_downloads, {"recent_days": 0}, "--recent-days: 0 was given; it should be greater than or equal to 1."),
    ],
)  # fmt: skip
def test_each_wrong_value_is_one_sentence_that_names_it_and_what_is_allowed(flow, given, words):
    with pytest.raises(SettingsError) as refused:
        require_valid(flow.fn, given)

    assert str(refused.value).startswith(words)
    assert len(str(refused.value).splitlines()) == 1
    assert "pydantic" not in str(refused.value)


def test_all_wrong_parameters_are_said_at_once():
    with pytest.raises(SettingsError) as refused:
        require_valid(ingest_ugc.fn, {"workers": 0, "batch_size": 5_000, "limit": 3})

    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == ["--workers", "--batch-size"]


def test_what_is_right_passes():
    require_valid(ingest_ugc.fn, {"source": "ugc", "brand_ids": [4242], "dam_folder": None, "dry_run": True})


@pytest.mark.parametrize(
    ("flow", "words", "said"),
    [
        (ingest_ugc, ["ugc", "--workers", "0"], "--workers: 0 was given; it should be greater than or equal to 1.\n"),
        (ingest_ugc, ["ugc", "--pace.first-s", "0"], "--pace.first-s: '0' was given; it should be greater than 0.\n"),
        (ingest_ugc, ["ugc", "--brand-ids", "x"], 'Invalid value for --brand-ids: unable to convert "x" into int.\n'),
        (promote_lifecycle, ["--rules", "[{"], "--rules: its text is no JSON: "),
    ],
)
def test_a_wrong_command_line_ends_with_status_2_and_no_run(flow, words, said, capsys):
    with pytest.raises(SystemExit) as stopped:
        app_of(flow)(words)

    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith(said)
