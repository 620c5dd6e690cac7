"""Waiting for jobs by a simulated clock: how late their end is seen, and how many looks it takes.

The bound is on means: over jobs of every duration up to ten minutes, and up to twenty, the mean delay is at most a tenth
of the mean duration plus half a second. Each shape says how the steps of a job count; what is random in it is drawn anew for each.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from itertools import accumulate
from statistics import mean
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.result import Result
from dashmedia.jobs import Pacer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    #: The share of a job's items that its steps count when this share of its time is over; None: they count nothing.
    Shape = Callable[[float], float | None]

TEN_MINUTES_S = 600.0
MOST_LOOKS = 20
JOBS = 1_000

#: Durations up to so many seconds, and the bound on the mean delay over 10 % + 0.5 s. Short jobs whose steps tell nothing cannot keep it
#: within 20 looks (see `dashmedia.jobs.pace`): what they get is shown with a bound of its own.
MEANS = ((TEN_MINUTES_S, 1.0), (2 * TEN_MINUTES_S, 1.0), (60.0, 2.0))


class Seen(NamedTuple):
    """How the end of one job came to be known: seconds too late, and after how many looks."""

    delay_s: float
    looks: int


def wait_for(duration_s: float, shape: Shape) -> Seen:
    """Follow one job that takes so long."""
    pacer, at_s, looks, share = Pacer(), 0.0, 0, shape(0.0)
    while at_s < duration_s:
        at_s += pacer.wait_s(at_s, share)
        looks += 1
        share = shape(min(1.0, at_s / duration_s))
    return Seen(at_s - duration_s, looks)


def allowed_s(duration_s: float) -> float:
    """How late the end may be known on average."""
    return 0.1 * duration_s + 0.5


def silent(_: random.Random) -> Shape:
    """No steps that count."""
    return lambda _: None


def linear(dice: random.Random) -> Shape:
    """Items one after the other, all alike."""
    items = dice.choice([10, 100, 10_000])
    return lambda time: int(items * time) / items


def uneven(dice: random.Random) -> Shape:
    """Items that take as long as they like."""
    ends = list(accumulate(dice.expovariate(1) for _ in range(200)))
    return lambda time: bisect_right(ends, time * ends[-1]) / len(ends)


def queued(dice: random.Random) -> Shape:
    """Nothing happens at first."""
    begin = dice.uniform(0.05, 0.5)
    return lambda time: max(0.0, (time - begin) / (1 - begin))


def stalling(dice: random.Random) -> Shape:
    """Steady, then nothing for a while, then steady again."""
    share, begin = dice.uniform(0.05, 1), dice.uniform(0.02, 0.8)
    end = dice.uniform(begin, 1)

    def count(time: float) -> float:
        if time < begin:
            return share * time / begin
        return share if time < end else share + (1 - share) * (time - end) / (1 - end)

    return count


def finishing(dice: random.Random) -> Shape:
    """All items counted, and then something that nobody counts."""
    counted = dice.uniform(0.5, 1)
    return lambda time: min(1.0, time / counted)


def jumping(dice: random.Random) -> Shape:
    """A few jumps of any size at any time; what is left after the last is not counted."""
    count = dice.randint(1, 8)
    times, shares = (sorted(dice.random() for _ in range(count)) for _ in range(2))
    jumps = list(zip(times, shares, strict=True))
    return lambda time: max((share for at, share in jumps if at <= time), default=0.0)


def breaking_off(dice: random.Random) -> Shape:
    """Steady, and over long before all items are counted."""
    reached = dice.uniform(0.1, 0.9)
    return lambda time: reached * time


SHAPES = (silent, linear, uneven, queued, stalling, finishing, jumping, breaking_off)


def run() -> list[Result]:
    """Mean delay and most looks for each shape."""
    return [result for make in SHAPES for result in _of_shape(make)]


def _of_shape(make: Callable[[random.Random], Shape]) -> Iterable[Result]:
    dice = random.Random(make.__name__)
    name = make.__name__.replace("_", " ")
    for longest_s, at_most in MEANS:
        durations = [dice.uniform(0, longest_s) for _ in range(JOBS)]
        ours = mean(wait_for(duration, make(dice)).delay_s for duration in durations)
        other = mean(map(allowed_s, durations))
        what = f"waiting for jobs of up to {longest_s / 60:.0f} min, steps {name}: mean delay in s; 10 % + 0.5 s"
        yield Result(
            f"waiting.{make.__name__}.{longest_s / 60:.0f}_min", what, ours, other, ours / other, at_most=at_most
        )
    looks = max(wait_for(TEN_MINUTES_S, make(dice)).looks for _ in range(JOBS))
    what = f"waiting for a job of 10 min, steps {name}: most looks"
    yield Result(f"waiting.{make.__name__}.looks", what, looks, MOST_LOOKS, looks / MOST_LOOKS, at_most=1.0)
