"""Each benchmark that can be small is run small: its figures mean nothing here, only that it measures what it says."""

from contextlib import suppress

import pytest
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL, temporary_settings

from benchmarks import multipart, orchestration, resume, shared_rate, upload
from benchmarks.loads import Load
from benchmarks.scene import Scene
from tasks.leased_rate import DAM_LIMIT, SOCIAL_LIMIT

MIB = 1024**2


@pytest.fixture
def here(sandbox, tmp_path):
    """As `benchmarks.scene.scene` makes it, on the tests' own sandbox."""
    return Scene(tmp_path, sandbox, {**sandbox.env, "DASH_SOCIAL_PAGE_PAUSE_S": "0"})


@pytest.fixture
def here_with_prefect(here, server):
    return Scene(here.home, here.sandbox, here.env | server.env)


@pytest.fixture
def no_limits_left(server):
    """The server is other tests' too, and they run without a shared limit."""
    yield
    with temporary_settings({PREFECT_API_URL: server.env["PREFECT_API_URL"]}), get_client(sync_client=True) as client:
        for name in (SOCIAL_LIMIT, DAM_LIMIT):
            with suppress(ObjectNotFound):
                client.delete_global_concurrency_limit_by_name(name)


def keys(results):
    return [result.key for result in results]


def test_the_upload_phase_beside_three_tools(here):
    results = upload.measure(here, upload.Size(files=20, bytes_each=5_000, rounds=1, threads=4))

    assert keys(results) == ["upload.s5cmd", "upload.rclone", "upload.boto3"]
    assert {result.ours for result in results} == {results[0].ours}
    assert all(result.ours > 0 and result.other > 0 for result in results)
    # Ours in the place that the service gives it, each of theirs once more.
    assert here.sandbox.ask("state")["objects"] == 4 * 20


def test_uploads_in_parts_beside_two_tools(here):
    large, small = Load(2, 11 * MIB, 5 * MIB + 1, 2), Load(3, MIB, 6 * MIB, 3)

    results = multipart.measure(here, large, small, rounds=1)

    assert keys(results) == [
        "multipart.rclone",
        "multipart.rclone_parts",
        "multipart.boto3",
        "multipart.memory",
        "multipart.small_rclone",
        "multipart.small_boto3",
        "multipart.small_memory",
    ]
    assert all(result.other > 0 for result in results)
    assert "11 MiB" in results[0].what


def test_going_on_after_a_kill_sends_no_more_than_what_is_left_and_was_in_flight(here):
    load = Load(2, 18 * MIB, 6 * MIB, 2)

    results = {result.key: result for result in resume.measure(here, "large", load, rounds=1)}

    assert list(results) == [
        f"resume.large_{tool}_{what}" for tool in ("rclone", "s5cmd") for what in ("seconds", "mib")
    ]
    assert results["resume.large_rclone_mib"].ours <= load.mebibytes / 2 + 2 * 6


def test_three_ways_to_orchestrate_bring_the_same_originals(here_with_prefect):
    results = orchestration.measure(here_with_prefect, orchestration.Size(originals=6, bytes_each=5_000, rounds=1))

    assert keys(results) == ["orchestration.per_item", "orchestration.plain", "orchestration.per_item_plain"]
    assert results[2].ours == results[0].other


def test_processes_that_share_a_limit_never_pass_it(here_with_prefect, no_limits_left):
    here = here_with_prefect
    here.sandbox.tell("variant", {"requests_per_minute": 600})
    env = here.env | {"DASH_SOCIAL_REQUESTS_PER_MINUTE": "600"}
    size = shared_rate.Size(processes=2, threads=3, seconds=2, per_minute=600)

    results = {each.key: each for each in shared_rate.measure(Scene(here.home, here.sandbox, env), size)}

    assert 0 < results["shared_rate.busiest"].ours <= 600
    assert results["shared_rate.refused"].ours == 0
    assert results["shared_rate.least"].ours > 0
