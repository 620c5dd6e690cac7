"""Clearing a real Prefect server; age is written into its database, since nobody can wait sixty days."""

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from prefect import flow
from prefect.client.schemas.actions import ArtifactCreate, LogCreate
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterId,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed, Crashed, Failed, Running
from prefect.types._datetime import now

from dashmedia.ledger import Ledger
from flows.clear_old_runs import clear_old_runs
from tasks.retention import Clearing, _ended_before
from tasks.retention_options import RetentionOptions


@flow
def some_work():
    """Never called: only its runs are wanted."""


class Past:
    """Runs as they were left on the server some days ago."""

    def __init__(self, client, database):
        self.client, self.database = client, database

    def run(self, days, state=None, **more):
        made = self.client.create_flow_run(some_work, state=state or Completed(), **more)
        at = _text(days)
        self.sql("UPDATE flow_run SET start_time = ?, end_time = ? WHERE id = ?", at, at, str(made.id))
        return made.id

    def artifact(self, run_id, days):
        made = self.client.create_artifact(
            ArtifactCreate(key=f"k-{run_id}", type="markdown", data="x", flow_run_id=run_id)
        )
        self.sql("UPDATE artifact SET created = ? WHERE id = ?", _text(days), str(made.id))
        return made.id

    def copies(self, run_id, count):
        """As many more runs like this one."""
        columns = [row[1] for row in self.sql("PRAGMA table_info(flow_run)")]
        chosen = ", ".join("?" if name in {"id", "name"} else name for name in columns)
        insert = f"INSERT INTO flow_run ({', '.join(columns)}) SELECT {chosen} FROM flow_run WHERE id = ?"
        # `id` comes before `name` in the table.
        values = [(str(uuid4()), f"copy-{number}", str(run_id)) for number in range(count)]
        with closing(sqlite3.connect(self.database, timeout=120)) as connection, connection:
            connection.executemany(insert, values)

    def sql(self, statement, *values):
        with closing(sqlite3.connect(self.database, timeout=120)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def there(self, *run_ids):
        chosen = FlowRunFilter(id=FlowRunFilterId(any_=list(run_ids)))
        found = {run.id for run in self.client.read_flow_runs(flow_run_filter=chosen)}
        return [one in found for one in run_ids]

    def artifacts(self, run_id):
        chosen = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
        return self.client.read_artifacts(artifact_filter=chosen)

    def logs(self, run_id):
        return self.client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id])))


def _text(days):
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d %H:%M:%S.%f}"


@pytest.fixture
def past(prefect, server):
    past = Past(prefect, Path(server.env["PREFECT_HOME"]) / "prefect.db")
    yield past
    past.sql("DELETE FROM flow_run WHERE end_time < ?", _text(1))


def summary_of(prefect, state):
    chosen = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[state.state_details.flow_run_id]))
    return next(one.data for one in prefect.read_artifacts(artifact_filter=chosen) if one.key == "clearing-summary")


def test_an_old_run_goes_with_its_task_runs_logs_and_artifacts_and_a_young_one_stays(prefect, past):
    old, young = past.run(days=61), past.run(days=59)
    task_run = prefect.create_task_run(_task(), flow_run_id=old, dynamic_key="0")
    prefect.create_logs([LogCreate(name="x", level=20, message="m", timestamp=now("UTC"), flow_run_id=old)])
    past.artifact(old, days=61)
    past.artifact(young, days=59)

    report = clear_old_runs()

    assert (report.runs_gone, report.artifacts_gone, report.kept) == ({"some-work": 1}, 1, {})
    assert past.there(old, young) == [False, True]
    assert [len(past.artifacts(one)) for one in (old, young)] == [0, 1]
    with pytest.raises(ObjectNotFound):
        prefect.read_task_run(task_run.id)
    wait_until(lambda: not past.logs(old))


def _task():
    from prefect import task  # noqa: PLC0415 - of this alone

    return task(lambda: None, name="step")


def wait_until(holds):
    """The server removes logs behind our back."""
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline, "it did not happen within two minutes"
        time.sleep(0.05)


def test_what_speaks_for_an_old_run_is_counted_beside_what_went(prefect, past, env):
    deployment = prefect.create_deployment(prefect.create_flow(some_work), name="precious")
    deployed = prefect.create_flow_run_from_deployment(deployment, state=Completed()).id
    past.sql("UPDATE flow_run SET start_time = ?, end_time = ? WHERE id = ?", _text(400), _text(400), str(deployed))
    failed, crashed = past.run(100, Failed()), past.run(100, Crashed())
    tagged, running = past.run(400, tags=["audit"]), past.run(400, Running())
    moved, waiting, promoted_long_ago = past.run(100), past.run(400), past.run(400)
    promote(env, ended=[moved, promoted_long_ago], open_=[waiting])
    long_failed = past.run(200, Failed())

    state = clear_old_runs(keep_tags=["audit", "more"], keep_deployments=["precious"], return_state=True)
    report = state.result()

    assert past.there(deployed, failed, crashed, tagged, running, moved, waiting) == [True] * 7
    assert past.there(long_failed, promoted_long_ago) == [False, False]
    assert report.runs_gone == {"some-work": 2}
    assert report.kept == {
        "tag audit": 1,
        "deployment precious": 1,
        "its promotion has not ended": 1,
        "a promotion that may be taken back, kept for 365 days": 1,
    }
    for words in (
        "2 old flow runs and 0 artifacts are gone; 4 old runs stay.",
        "| tag audit | 1 |",
        "| some-work | 2 |",
    ):
        assert words in summary_of(prefect, state)


def promote(env, *, ended, open_):
    """Plans of these runs in the ledger; an attempt's number stands behind the id of a run that Prefect ran again."""
    with Ledger.open(env["DASH_LEDGER_URL"]) as ledger:
        for number, run_id in enumerate([*ended, *open_]):
            run = ledger.start_run(f"{run_id}-2", flow="promote_lifecycle", source="dam")
            plan = ledger.promotions.begin(run, f"account-{number}", "scope")
            if run_id in ended:
                ledger.promotions.advance(plan, run, "ended")


def test_a_dry_run_says_what_would_go_and_deletes_nothing(prefect, past):
    old = past.run(days=61)
    orphan = past.artifact(uuid4(), days=61)

    state = clear_old_runs(dry_run=True, return_state=True)

    assert state.result().sentence == "1 old flow runs and 1 artifacts would go; 0 old runs stay."
    assert past.there(old) == [True]
    assert "with **Dry run** off" in summary_of(prefect, state)
    prefect.delete_artifact(orphan)


def test_what_a_killed_clearing_left_goes_with_the_next_one_and_then_nothing_is_left(prefect, past):
    killed_over = past.run(days=61)
    orphan = past.artifact(killed_over, days=61)
    past.artifact(killed_over, days=61)
    prefect.delete_flow_run(killed_over)
    by_hand = prefect.create_artifact(ArtifactCreate(key="by-hand", type="markdown", data="x")).id
    past.sql("UPDATE artifact SET created = ? WHERE id = ?", _text(61), str(by_hand))

    first, second = clear_old_runs(), clear_old_runs()

    assert (first.artifacts_gone, second.artifacts_gone) == (2, 0)
    assert past.artifacts(killed_over) == []
    assert past.sql("SELECT count(*) FROM artifact WHERE id IN (?, ?)", str(orphan), str(by_hand)) == [(1,)]
    prefect.delete_artifact(by_hand)


def test_more_runs_than_a_page_go_in_batches(prefect, past):
    kept = past.run(days=70, tags=["audit"])
    past.copies(kept, 4)
    past.copies(past.run(days=61), 210)

    with Ledger.open(past.database.parent / "ledger.sqlite") as ledger:
        rests = []
        options = RetentionOptions(keep_tags=("audit",))
        clearing = Clearing(options, prefect, ledger, now=lambda: datetime.now(UTC), sleep=rests.append)
        _clear(clearing)

    assert (clearing.gone, clearing.kept) == ({"some-work": 211}, {"tag audit": 5})
    assert len(rests) == 5
    assert min(rests) > 0
    assert past.sql("SELECT count(*) FROM flow_run WHERE end_time < ?", _text(60)) == [(5,)]


def _clear(clearing):
    from tasks.retention import remove_flow_runs  # noqa: PLC0415 - without a flow run around it

    remove_flow_runs.fn(clearing)


def test_a_run_that_somebody_retries_meanwhile_stays(prefect, past, tmp_path):
    retried = past.run(days=61, state=Failed())
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        clearing = Clearing(RetentionOptions(), prefect, ledger, now=lambda: datetime.now(UTC), sleep=lambda _: None)
        seen = _ended_before(clearing.before(60), {"FAILED"})

        prefect.set_flow_run_state(retried, Running(), force=True)
        done = clearing.delete_runs([retried], seen)
        clearing.delete_artifact(uuid4())  # somebody else was quicker

    assert done == set()
    assert past.there(retried) == [True]


def test_a_deployment_that_does_not_exist_is_refused_before_anything_goes(past):
    old = past.run(days=61)

    state = clear_old_runs(keep_deployments=["precius"], return_state=True)

    assert "the server has no deployment precius. Nothing was deleted" in state.message
    assert past.there(old) == [True]
