from __future__ import annotations


def test_a_request_that_was_submitted_is_attached_to(ledger, begin):
    run = begin()
    before = ledger.attach("edit-7")

    ledger.remember_job(run, request_key="edit-7", kind="metadata", job_id="j-1", state="PENDING")

    job = ledger.attach("edit-7")
    assert before is None
    assert (job.kind, job.job_id, job.state, job.run_id) == ("metadata", "j-1", "PENDING", "run-1")


def test_a_new_state_keeps_the_date_and_another_job_starts_anew(ledger, begin, clock):
    run = begin()
    started = clock.now
    ledger.remember_job(run, request_key="edit-7", kind="metadata", job_id="j-1", state="PENDING")
    clock.now += 60
    ledger.remember_job(run, request_key="edit-7", kind="metadata", job_id="j-1", state="RUNNING")
    same = ledger.attach("edit-7")
    ledger.remember_job(run, request_key="edit-7", kind="metadata", job_id="j-2", state="PENDING")

    other = ledger.attach("edit-7")

    assert (same.state, same.submitted_at.timestamp()) == ("RUNNING", started)
    assert (other.job_id, other.submitted_at.timestamp()) == ("j-2", clock.now)
