"""Progress is shown while a run goes on, and trouble with showing it is never the run's trouble."""

import logging
from contextlib import contextmanager
from threading import Event

import httpx
import pytest

from tasks import progress
from tasks.progress import Progress, artifact_shown


@contextmanager
def server(monkeypatch, answers):
    """A Prefect server that takes the first, second … artifact as `answers` say; what it was told."""
    told, plan = [], iter(answers)

    def take(*args, **words):
        error = next(plan, None)
        told.append(words["description"])
        if error:
            raise error
        return "an-id"

    monkeypatch.setattr(progress, "create_progress_artifact", take)
    monkeypatch.setattr(progress, "update_progress_artifact", take)
    monkeypatch.setattr(progress, "get_run_logger", lambda: logging.getLogger("run"))
    yield told


def counted(*counts):
    """A look that sees these numbers one after the other, then the last for ever; and when it saw that."""
    left, seen_all = list(counts), Event()

    def look():
        if len(left) == 1:
            seen_all.set()
        return Progress("originals", left.pop(0) if len(left) > 1 else left[0], 9, is_bound=True)

    return look, seen_all


def test_the_last_look_is_shown_with_what_there_really_was(monkeypatch):
    look, _ = counted(0, 4)

    with server(monkeypatch, []) as told, artifact_shown("ingest-progress", look):
        pass

    assert told == ["0 of 9 originals", "4 of 4 originals"]


def test_a_server_that_is_away_costs_one_line_in_the_log_and_is_tried_again(monkeypatch, caplog):
    monkeypatch.setattr(progress, "EVERY_S", 0.01)
    look, seen_all = counted(0, 1, 2)
    away = httpx.ConnectError("refused")

    with server(monkeypatch, [away, away]) as told, artifact_shown("ingest-progress", look):
        assert seen_all.wait(120)

    assert told[-1] == "2 of 2 originals"
    assert [line.getMessage() for line in caplog.records] == [
        "The progress ingest-progress cannot be shown now: refused"
    ]


def test_what_is_wrong_with_the_run_itself_comes_out(monkeypatch):
    look, _ = counted(1)

    with server(monkeypatch, []) as told, pytest.raises(ZeroDivisionError), artifact_shown("ingest-progress", look):
        1 / 0  # noqa: B018 - raises

    assert told[-1] == "1 of 1 originals"
