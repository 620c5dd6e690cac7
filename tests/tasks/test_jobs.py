from __future__ import annotations

import pytest

from dashmedia.dam.job_models import Job, JobKind, JobState, JobStep
from tasks.jobs import JobBoard


@pytest.fixture
def board():
    return JobBoard()


def job(job_id, state=JobState.RUNNING, *steps):
    return Job(job_id, JobKind.LIFECYCLE, state, steps=tuple(JobStep(None, *step) for step in steps))


def test_jobs_that_count_are_shown_in_items(board):
    board.see(job("j-1", JobState.RUNNING, (1, 4)))
    board.see(job("j-2", JobState.RUNNING, (3, 4), (0, 2)))
    board.see(job("j-1", JobState.RUNNING, (2, 4)))

    assert board.look().sentence == "5 of 10 items in batch jobs"


def test_a_job_that_ended_counts_whole_although_it_repeats_no_steps(board):
    board.see(job("j-1", JobState.RUNNING, (1, 4)))
    board.see(job("j-1", JobState.COMPLETE))

    assert board.look().sentence == "4 of 4 items in batch jobs"
    assert board.look().words == "1 of 1 batch jobs ended"


def test_jobs_that_do_not_count_are_shown_as_jobs(board):
    board.see(job("j-1", JobState.RUNNING, (1, 4)))
    board.see(job("j-2", JobState.FAILED))

    assert board.look().sentence == "1 of 2 batch jobs"


def test_before_the_first_look_nothing_is_done(board):
    assert board.look().share == 0.0
