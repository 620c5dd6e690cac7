from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from dashmedia.ledger import JobStage


def claim(ledger, run, key="edit-7"):
    return ledger.jobs.claim(run, request_key=key, kind="asset-metadata-edit")


def test_a_request_is_somebodys_to_submit_until_its_job_is_known(ledger, begin):
    run = begin()

    row, is_mine = claim(ledger, run)
    kept = ledger.jobs.submitted(row, "j-1")
    again, is_mine_again = claim(ledger, begin("run-2"))

    assert (is_mine, row.stage, row.job_id) == (True, JobStage.SUBMITTING, "")
    assert (is_mine_again, again) == (False, kept)
    assert (again.stage, again.job_id, again.run_id, again.owner) == (JobStage.SUBMITTED, "j-1", "run-1", None)
    assert ledger.attach("edit-7") == again
    assert ledger.attach("edit-8") is None


def test_of_many_threads_one_submits(ledger, begin):
    run = begin()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: claim(ledger, run)[1], range(16)))

    assert sum(answers) == 1


def test_a_request_whose_submitters_lease_ended_is_lost(ledger, begin, clock):
    claim(ledger, begin())
    clock.now += ledger.lease_s

    row, is_mine = claim(ledger, begin("run-2"))

    assert (is_mine, row.stage, row.run_id) == (False, JobStage.LOST, "run-1")
    assert ledger.attach("edit-7").stage is JobStage.LOST


def test_a_submitter_that_renews_its_lease_keeps_its_request(ledger, begin, clock):
    run = begin()
    claim(ledger, run)
    clock.now += ledger.lease_s - 1

    renewed = ledger.jobs.renew(run)
    clock.now += ledger.lease_s - 1

    assert renewed == 1
    assert claim(ledger, begin("run-2"))[0].stage is JobStage.SUBMITTING


def test_an_answer_that_comes_late_is_kept_although_the_request_was_taken_for_lost(ledger, begin, clock):
    row, _ = claim(ledger, begin())
    clock.now += ledger.lease_s
    claim(ledger, begin("run-2"))

    assert ledger.jobs.submitted(row, "j-1").stage is JobStage.SUBMITTED
    assert ledger.attach("edit-7").job_id == "j-1"


def test_an_answer_that_comes_after_the_request_was_let_go_is_not_kept(ledger, begin, clock):
    row, _ = claim(ledger, begin())
    clock.now += ledger.lease_s
    lost, _ = claim(ledger, begin("run-2"))
    ledger.jobs.free(lost)
    anew, is_mine = claim(ledger, begin("run-2"))

    assert is_mine
    assert ledger.jobs.submitted(row, "j-1") is None
    assert ledger.attach("edit-7") == anew


def test_only_what_was_seen_is_let_go(ledger, begin):
    row, _ = claim(ledger, begin())
    seen = ledger.jobs.settle(ledger.jobs.submitted(row, "j-1"), JobStage.FAILED)

    assert not ledger.jobs.free(row)
    assert ledger.jobs.free(seen)
    assert not ledger.jobs.free(seen)


def test_a_key_may_be_as_long_as_it_likes(ledger, begin):
    key = "x" * 10_000

    claim(ledger, begin(), key)

    assert claim(ledger, begin("run-2"), key)[1] is False
    assert ledger.attach(key) is not None


def test_what_is_settled():
    assert {stage for stage in JobStage if stage.is_settled} == {JobStage.DONE, JobStage.FAILED, JobStage.LOST}
