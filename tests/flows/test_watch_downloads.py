"""The watch as people run it: it counts again, fetches what changed, and measures how late that was."""

from datetime import UTC, datetime, timedelta

from support.running import artifacts_of

from flows.watch_downloads import watch_downloads


def test_a_watch_fetches_what_changed_and_says_how_late_it_was(prefect, seeded, out):
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    watch_downloads(3, destination=str(out), rollups=False)
    seeded.tell("events", [{"date": f"{yesterday - timedelta(days=1)}T12:00:00Z"}])

    state = watch_downloads(3, destination=str(out), rollups=False, return_state=True)

    assert [str(one.before) for one in state.result().partitions] == ["complete", "changed since", "complete"]
    assert state.result().lateness.events == 1
    assert "How late downloads arrive" in artifacts_of(prefect, state)["export-summary"].data
