from __future__ import annotations

import pytest
from support.exporting import settings_of
from support.ingesting import brief, fast_clock

from dashmedia.dam import open_dash
from dashmedia.dam.schema import Schema
from dashmedia.errors import SchemaError
from dashmedia.ingest.metadata_map import MetadataMap
from dashmedia.ingest.metadata_writer import MetadataWriter
from dashmedia.jobs import JobPace, JobRunner
from dashmedia.ledger import Ledger
from dashmedia.rate import RequestTally
from dashmedia.sources.original import Original

MAPPING = MetadataMap(caption="Description", creator="Creator", campaign="Campaign", consent_scope="Usage rights")


@pytest.fixture
def client(sandbox):
    with open_dash(settings_of(sandbox), tally=RequestTally()) as client:
        yield client


@pytest.fixture
def writer(client, tmp_path):
    """Makes writers of one ledger, each as if it were another run."""
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    runs = []

    def make(mapping=MAPPING, **pace):
        runs.append(ledger.start_run(f"run-{len(runs)}", flow="ingest", source="looks"))
        runner = JobRunner(client, ledger, runs[-1], pace=JobPace(**pace), clock=fast_clock, sleep=brief)
        return MetadataWriter(client, runner, Schema.load(client), mapping)

    yield make
    ledger.close()


@pytest.fixture
def staged(sandbox):
    """Ids of new assets without any metadata but a folder."""

    def add(count):
        empty = dict.fromkeys(("Title", "Creator", "Campaign", "Usage rights", "Rights expire"), False)
        return sandbox.tell("seed_assets", {"count": count, "state": "STAGED", "values": empty, "staged_age_s": 0})[
            "ids"
        ]

    return add


def original(number=0, **told):
    return Original(uri=f"{number}.jpg", url=f"/looks/{number}.jpg", filename=f"{number}.jpg", **told)


def shown(client, asset_id):
    values = Schema.load(client).named_values(client.asset(asset_id))
    return {name: value for name, value in values.items() if name != "Folders"}


def jobs_of(sandbox):
    return sandbox.ask("requests").get("submit_edit_job", 0)


def written(outcomes):
    return sorted(one.asset_id for one in outcomes.values() if one.is_written)


SAME = {"creator": "Kim", "campaign": "Always on", "consent_scope": "Social"}


def test_assets_that_change_alike_are_written_by_one_job_and_read_back_in_one_search(sandbox, client, writer, staged):
    ids = staged(30)

    outcomes = writer().write((one, original(**SAME)) for one in ids)

    assert written(outcomes) == sorted(ids)
    assert {one.edits for one in outcomes.values()} == {3}
    assert shown(client, ids[7]) == {"Creator": ("Kim",), "Campaign": ("Always on",), "Usage rights": ("Social",)}
    assert jobs_of(sandbox) == 1
    assert sandbox.ask("requests")["search_assets"] == 2


def test_captions_of_their_own_reach_their_own_assets(sandbox, client, writer, staged):
    ids = staged(4)

    outcomes = writer().write((one, original(n, caption=f"Look {n}", **SAME)) for n, one in enumerate(ids))

    assert written(outcomes) == sorted(ids)
    assert [shown(client, one)["Description"] for one in ids] == [(f"Look {n}",) for n in range(4)]
    assert jobs_of(sandbox) == 4


def test_what_is_there_already_is_not_written_again(sandbox, client, writer, staged):
    pairs = [(one, original(caption="Dawn", **SAME)) for one in staged(3)]
    writer().write(pairs)

    outcomes = writer().write([*pairs, *((one, original(caption="Dawn", **SAME)) for one in staged(1))])

    assert len(written(outcomes)) == 4
    assert jobs_of(sandbox) == 2


def test_an_original_that_says_nothing_is_no_request(sandbox, writer):
    outcomes = writer().write([("a-1", original())])

    assert (outcomes["a-1"].is_written, outcomes["a-1"].edits) == (True, 0)
    assert sandbox.ask("requests") == {"list_fields": 1, "folder_settings": 1}


def test_a_mapping_to_an_unknown_field_is_refused_before_work_starts(sandbox, writer):
    with pytest.raises(SchemaError, match=r"caption: There is no field “Desciption”. Did you mean “Description”"):
        writer(MetadataMap(caption="Desciption"))
    assert jobs_of(sandbox) == 0


def test_a_value_that_cannot_be_written_sets_one_asset_aside(writer, staged):
    good, bad = staged(2)

    outcomes = writer().write([(good, original(**SAME)), (bad, original(campaign="Sprng 2026"))])

    assert written(outcomes) == [good]
    assert "Did you mean “Spring 2026”" in outcomes[bad].reason
    assert not outcomes[bad].is_retryable


def test_the_first_of_two_originals_for_one_asset_counts(client, writer, staged):
    (one,) = staged(1)

    writer().write([(one, original(creator="Kim")), (one, original(creator="Lena"))])

    assert shown(client, one)["Creator"] == ("Kim",)


def test_what_people_gave_an_asset_stays_beside_what_is_added(sandbox, client, writer):
    (one,) = sandbox.tell("seed_assets", {"count": 1, "values": {"Campaign": ["Spring 2026"]}})["ids"]

    writer().write([(one, original(campaign="Always on"))])

    assert shown(client, one)["Campaign"] == ("Spring 2026", "Always on")


@pytest.mark.parametrize(("every", "failures"), [(3, 2), (1, 6)])
def test_items_that_fail_are_told_and_written_by_the_next_run(sandbox, writer, staged, every, failures):
    ids = staged(6)
    sandbox.tell("variant", {"job_failing_every": every})
    pairs = [(one, original(**SAME)) for one in ids]

    first = writer().write(pairs)
    sandbox.forget("variant")
    second = writer().write(pairs)

    failed = [one for one in first.values() if not one.is_written]
    assert len(failed) == failures
    assert all(one.is_retryable and one.reason for one in failed)
    assert written(second) == sorted(ids)


def test_a_job_that_fails_leaves_what_it_did_and_the_rest_to_the_next_run(sandbox, writer, staged):
    ids = staged(6)
    sandbox.tell("variant", {"job_end": "failed", "job_share": 0.5})
    pairs = [(one, original(**SAME)) for one in ids]

    first = writer().write(pairs)
    sandbox.forget("variant")
    second = writer().write(pairs)

    assert len(written(first)) == 3
    assert all("ended as FAILED" in one.reason for one in first.values() if not one.is_written)
    assert written(second) == sorted(ids)


def test_a_job_that_does_not_end_is_waited_for_by_the_next_run(sandbox, writer, staged):
    ids = staged(2)
    sandbox.tell("variant", {"job_polls": 6})
    pairs = [(one, original(**SAME)) for one in ids]

    first = writer(first_s=10, longest_s=10, budget_s=20).write(pairs)
    second = writer().write(pairs)

    assert written(first) == []
    assert all("run again to go on waiting" in one.reason for one in first.values())
    assert written(second) == sorted(ids)


@pytest.mark.parametrize(("polls", "jobs"), [(0, 1), (2, 2)])
def test_a_job_whose_answer_was_lost_is_looked_for_in_the_assets(sandbox, writer, staged, polls, jobs):
    ids = staged(3)
    sandbox.tell("variant", {"job_polls": polls})
    sandbox.tell("faults", [{"endpoint": "submit_edit_job", "kind": "reset_after"}])

    outcomes = writer().write((one, original(**SAME)) for one in ids)

    assert written(outcomes) == sorted(ids)
    assert jobs_of(sandbox) == jobs


def test_an_edit_that_is_not_permitted_is_told_of_each_asset(sandbox, writer, staged):
    ids = staged(2)
    sandbox.tell("taken_permissions", [{"resourceType": "ASSET", "action": "EDIT"}])

    outcomes = writer().write((one, original(**SAME)) for one in ids)

    assert written(outcomes) == []
    assert all("was refused with 403" in one.reason for one in outcomes.values())


def test_assets_that_are_gone_are_told(writer):
    outcomes = writer().write([("no-such-asset", original(**SAME))])

    assert "There is no asset" in outcomes["no-such-asset"].reason
