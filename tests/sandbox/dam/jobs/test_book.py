import httpx
import pytest

from sandbox.dam.jobs.book import JobBook
from sandbox.dam.jobs.job_type import ItemRefusedError, JobType
from sandbox.dam.store import Store
from sandbox.dam.variant import Variant
from sandbox.process import start

KIND = "asset-lifecycle-transition"


def to_pending(ids):
    return {"transition": "STAGED_TO_PENDING_APPROVAL", "selector": {"type": "BY_ID", "ids": ids}}


@pytest.fixture
def staged(sandbox):
    return sandbox.tell("seed_assets", {"count": 6, "state": "STAGED"})["ids"]


@pytest.fixture
def moved(sandbox):
    return lambda: sorted(sandbox.ask("moves"))


def test_a_job_moves_on_with_every_poll_and_with_nothing_else(dam, staged, moved):
    job = dam.submit(KIND, to_pending(staged)).json()
    before = moved()
    half, whole, again = [dam.poll(KIND, job["id"]).json() for _ in range(3)]

    assert (job["type"], job["status"], before) == ("IN_PROGRESS", "PENDING", [])
    assert (half["type"], half["status"], half["progress"]["steps"][0]["completed"]) == ("IN_PROGRESS", "RUNNING", 3)
    assert (whole["type"], "status" in whole, "dateCompleted" in whole) == ("COMPLETE", False, True)
    assert set(whole["result"]["successes"]) == set(staged)
    assert again == whole
    assert moved() == sorted(staged)


@pytest.mark.parametrize(("polls", "seen"), [(0, []), (1, [6]), (3, [2, 4, 6]), (7, [0, 1, 2, 3, 4, 5, 6])])
def test_a_job_can_take_any_number_of_polls(sandbox, dam, staged, polls, seen):
    sandbox.tell("variant", {"job_polls": polls})

    job = dam.submit(KIND, to_pending(staged)).json()
    answers = [dam.poll(KIND, job["id"]).json() for _ in seen]

    assert [one["progress"]["steps"][0]["completed"] for one in answers] == seen
    assert (answers or [job])[-1]["type"] == "COMPLETE"


@pytest.mark.parametrize(
    "path", [f"{KIND}-batch-jobs/7", "asset-metadata-edit-batch-jobs/{id}", "nothing-batch-jobs/{id}"]
)
def test_a_job_that_is_not_among_those_of_its_type_is_a_404(dam, staged, path):
    job = dam.submit(KIND, to_pending(staged)).json()

    assert dam.get(f"/{path.format(id=job['id'])}").status_code == 404


def test_a_job_is_where_it_was_after_a_kill(tmp_path, connect_dam):
    first = start(tmp_path)
    ids = first.tell("seed_assets", {"count": 6, "state": "STAGED"})["ids"]
    first.tell("variant", {"job_polls": 3, "job_failing_keys": ids[-1:]})
    job = connect_dam(first).run(KIND, to_pending(ids), polls=1)

    first.kill()
    with start(tmp_path) as second:
        dam = connect_dam(second)
        kept = list(second.ask("moves"))
        after, end = dam.poll(KIND, job["id"]).json(), dam.poll(KIND, job["id"]).json()

        assert (len(kept), after["type"], end["type"]) == (2, "IN_PROGRESS", "COMPLETE")
        assert (sorted(end["result"]["successes"]), list(end["result"]["failures"])) == (sorted(ids[:-1]), ids[-1:])
        assert set(map(len, second.ask("moves").values())) == {1}


@pytest.mark.parametrize("word", ["FAILED", "ERROR", "CANCELLED"])
def test_a_job_can_fail_half_way_with_some_items_done(sandbox, dam, staged, moved, word):
    sandbox.tell("variant", {"job_end": "failed", "job_failed_word": word, "job_share": 0.5})

    job = dam.run(KIND, to_pending(staged))

    assert (job["type"], "dateCompleted" in job) == (word, False)
    assert sorted(job["result"]["successes"]) == moved() == sorted(staged[:3])


def test_a_failed_job_can_be_silent_about_what_it_did(sandbox, dam, staged, moved):
    sandbox.tell("variant", {"job_end": "failed", "job_failed_tells": False})

    job = dam.run(KIND, to_pending(staged))

    assert "result" not in job
    assert moved() == sorted(staged)


def test_a_job_can_be_stuck_for_ever_under_any_word(sandbox, dam, staged, moved):
    sandbox.tell("variant", {"job_end": "stuck", "job_share": 0.5, "job_running_word": "SLEEPING"})

    job = dam.run(KIND, to_pending(staged), polls=20)

    assert (job["type"], job["status"], job["progress"]["steps"][0]["completed"]) == ("SLEEPING", "RUNNING", 3)
    assert moved() == sorted(staged[:3])


def test_a_stuck_job_can_be_let_go_on(sandbox, dam, staged, moved):
    sandbox.tell("variant", {"job_end": "stuck", "job_share": 0.5})
    stuck = dam.run(KIND, to_pending(staged), polls=5)

    sandbox.tell("unstick_jobs")
    job = dam.poll(KIND, stuck["id"]).json()

    assert (stuck["type"], job["type"]) == ("IN_PROGRESS", "COMPLETE")
    assert moved() == sorted(staged)


def test_a_complete_job_can_have_left_items_out_without_a_word(sandbox, dam, staged, moved):
    sandbox.tell("variant", {"job_share": 0.5})

    job = dam.run(KIND, to_pending(staged))

    assert (job["type"], job["result"]["failures"]) == ("COMPLETE", {})
    assert sorted(job["result"]["successes"]) == moved() == sorted(staged[:3])


def test_items_fail_by_their_key_or_every_so_often(sandbox, dam, staged, moved):
    sandbox.tell("variant", {"job_failing_keys": staged[:1], "job_failing_every": 3})

    job = dam.run(KIND, to_pending(staged))

    doomed = [staged[0], staged[2], staged[5]]
    words = {"message": "The sandbox was told to refuse this item."}
    assert job["result"]["failures"] == dict.fromkeys(doomed, words)
    assert moved() == sorted(set(staged) - set(doomed))


def test_only_some_jobs_can_be_bent(sandbox, dam, staged):
    sandbox.tell("variant", {"job_end": "failed", "bent_jobs": 1})
    first, second = dam.run(KIND, to_pending(staged[:3])), dam.run(KIND, to_pending(staged[3:]))
    sandbox.tell("variant", {"bent_jobs": None, "bent_jobs_of": "asset-upload-batch-jobs"})
    other = dam.run(KIND, to_pending(staged))

    assert [one["type"] for one in (first, second, other)] == ["FAILED", "COMPLETE", "COMPLETE"]


@pytest.mark.parametrize("kind", [KIND, "asset-metadata-edit", "asset-and-upload", "asset-upload"])
def test_what_is_no_json_or_no_object_is_refused(dam, kind):
    answers = [dam.http.post(f"/{kind}-batch-jobs", content=body) for body in ("", "{", "[]", "7")]

    assert [one.status_code for one in answers] == [400, 400, 400, 400]


class Notes(JobType):
    """Keeps a note for each item, and breaks down where it was told to."""

    path = "notes"

    def __init__(self, store):
        self.store = store
        self.breaks_at = None

    def parse(self, body):
        return [(key, None) for key in body]

    def apply(self, key, item):
        if key == "refused":
            raise ItemRefusedError("Not this one.")
        if key == self.breaks_at:
            raise RuntimeError(key)
        self.store.keep_note(key, "done")
        return {}


def test_a_share_that_breaks_down_is_undone_as_a_whole_and_done_again(tmp_path):
    store = Store(tmp_path / "dam.sqlite3")
    notes, book = Notes(store), JobBook(store, Variant, "me")
    book.register(notes)
    job_id = book.submit("notes", ["a", "refused", "b", "c"])["id"]
    book.poll("notes", job_id)

    notes.breaks_at = "c"
    with pytest.raises(RuntimeError, match="c"):
        book.poll("notes", job_id)
    undone = [store.note("a"), store.note("b"), book.truth()[0]["done"]]
    notes.breaks_at = None
    end = book.poll("notes", job_id)

    assert undone == ["done", None, 2]
    assert (list(end["result"]["successes"]), list(end["result"]["failures"])) == (["a", "b", "c"], ["refused"])
    store.close()


def test_a_job_is_made_although_its_answer_was_lost(sandbox, dam, staged, moved):
    sandbox.tell("faults", [{"endpoint": "submit_lifecycle_job", "kind": "reset_after"}])

    with pytest.raises(httpx.ReadError):
        dam.submit(KIND, to_pending(staged))
    (job,) = sandbox.ask("jobs")
    dam.poll(KIND, job["id"]), dam.poll(KIND, job["id"])

    assert (job["total"], job["done"]) == (6, 0)
    assert moved() == sorted(staged)


@pytest.mark.parametrize(("kind", "made"), [("reset_before", 0), ("truncate", 1), ("status", 0)])
def test_a_job_is_made_or_not_as_the_fault_says(sandbox, dam, staged, kind, made):
    sandbox.tell("faults", [{"endpoint": "submit_lifecycle_job", "kind": kind}])

    try:
        status = dam.submit(KIND, to_pending(staged)).status_code
    except httpx.TransportError:
        status = None

    assert (status, len(sandbox.ask("jobs"))) == (503 if kind == "status" else None, made)
