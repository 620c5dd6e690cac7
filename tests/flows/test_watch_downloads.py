"""The watch as people run it: it counts again, fetches what changed, and measures how late that was."""

from support.exporting import event_at_noon, zone_at_noon
from support.running import artifacts_of

from flows.watch_downloads import watch_downloads


def test_a_watch_fetches_what_changed_and_says_how_late_it_was(prefect, seeded, out):
    zone = zone_at_noon()
    watched = {"recent_days": 3, "timezone": zone, "destination": str(out), "rollups": False}
    watch_downloads(**watched)
    seeded.tell("events", [event_at_noon(zone, days_before=1)])

    state = watch_downloads(**watched, return_state=True)

    assert [str(one.before) for one in state.result().partitions] == ["complete", "changed since", "complete"]
    assert state.result().lateness.events == 1
    assert "How late downloads arrive" in artifacts_of(prefect, state)["export-summary"].data


def test_what_watches_measured_is_kept_beside_the_data_and_shown_together(prefect, seeded, out):
    zone = zone_at_noon()
    watched = {"recent_days": 2, "timezone": zone, "destination": str(out), "rollups": False}
    watch_downloads(**watched)
    for days in (1, 0):
        seeded.tell("events", [event_at_noon(zone, days_before=days)])
        state = watch_downloads(**watched, return_state=True)

    history = state.result().history
    shown = artifacts_of(prefect, state)["export-summary"].data
    assert len((out / "lateness.jsonl").read_text().splitlines()) == 2
    assert (history.looks, history.events, state.result().lateness.events) == (2, 2, 1)
    assert f"In 2 looks since {history.since:%Y-%m-%d}, 2 of" in shown
    assert "| later than | this run: surely | perhaps | all runs: surely | perhaps |" in shown


def test_a_history_that_was_harmed_fails_the_watch_and_keeps_the_days(prefect, seeded, out):
    watched = {"recent_days": 1, "timezone": zone_at_noon(), "destination": str(out), "rollups": False}
    watch_downloads(**watched)
    (out / "lateness.jsonl").write_text("harmed")

    state = watch_downloads(**watched, return_state=True)

    assert "The history of late events was not kept." in state.message
    assert state.is_failed()
    assert list(out.rglob("certificate.json"))
