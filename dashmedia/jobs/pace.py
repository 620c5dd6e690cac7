"""When to look at a job again. Pure arithmetic: no clock, no sleep.

A wait of `w` makes the end of a job known `w / 2` too late on average. With nothing but the job's age to go by, no schedule of
20 looks in ten minutes keeps the mean delay of *every* duration below 10 % + 0.5 s: no wait may then be more than
`(age + 5) / 4.5`, and that takes 24 looks. So the first minute is looked at more sparsely and the rest more densely, which
keeps the 20 looks, and the bound in the mean over jobs of up to ten minutes. For the same reason a wait grows past
`longest_s` once that is less than `LATE_SHARE` of the job's age. Step counts tell when the end is near; then the bound is
kept for every duration. `benchmarks/waiting.py` prints all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

#: So many looks must last for the first `SPAN_S` seconds of a job.
LOOKS = 20
SPAN_S = 600.0

#: A wait while nothing is known, as a share of the job's age: at first, and in the long run.
EARLY_SHARE = 0.43
LATE_SHARE = 0.185

#: The same when all items are as good as done, and from where on they are.
ENDING_SHARE = 0.1
ENDING = 0.9

#: A forecast is overshot by so much of the job's age, so that the end is seen at the first look behind it; no wait is shorter
#: than the second.
OVERSHOOT = 0.02
LEAST_SHARE = 0.03

#: Forecasts that may be wrong before the looks left must last for the rest of the span.
MISSES = 1


class JobPace(BaseModel):
    """How a batch job is waited for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_s: float = Field(
        0.5, gt=0, le=60, title="First wait (s)", description="Seconds until a new job is looked at for the first time."
    )
    longest_s: float = Field(
        30.0,
        gt=0,
        le=3_600,
        title="Longest wait (s)",
        description="Seconds between two looks at most, until 18.5 % of the job's age is more.",
    )
    budget_s: float = Field(
        3_600.0,
        gt=0,
        le=7 * 86_400,
        title="Patience (s)",
        description="Seconds until a job counts as overdue. It is not cancelled; running again goes on waiting for it.",
    )


@dataclass
class Pacer:
    """The waits of one job, each asked for after a look."""

    pace: JobPace = field(default_factory=JobPace)
    _looks: int = 0
    _misses: int = 0
    _has_forecast: bool = False
    _moves: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 0.0)])

    def wait_s(self, age_s: float, share: float | None) -> float:
        """Seconds until the next look.

        Args:
            age_s: since the job was submitted; 0 before the first look.
            share: how far it is by its steps, 0 to 1; None when they do not tell.
        """
        self._looks += age_s > 0
        self._misses += self._has_forecast
        blind_s, least_s = self._blind_s(age_s), self._least_s(age_s)
        forecast_s = None if share is None else self._forecast_s(age_s, share)
        self._has_forecast = forecast_s is not None and forecast_s < blind_s
        if forecast_s is None or not self._has_forecast:
            return max(blind_s, least_s)
        is_free = self._misses < MISSES and self._looks < LOOKS - 1
        return forecast_s if is_free else max(forecast_s, least_s)

    def _blind_s(self, age_s: float) -> float:
        """Doubling at first, then by `EARLY_SHARE` a look, then constant, then by `LATE_SHARE`."""
        first = self.pace.first_s
        return min(first + age_s, 4 * first + EARLY_SHARE * age_s, max(self.pace.longest_s, LATE_SHARE * age_s))

    def _least_s(self, age_s: float) -> float:
        """What the next wait must be so that the looks left, each wait longer by the same factor, last for the span."""
        if not 0 < age_s < SPAN_S:
            return 0.0
        factor: float = (SPAN_S / age_s) ** (1 / max(1, LOOKS - self._looks))
        # Rounding must not cost a look.
        return age_s * (factor - 1) + 1e-6

    def _forecast_s(self, age_s: float, share: float) -> float | None:
        """Seconds to just behind the end if it goes on as lately; None when it does not go on, or went back."""
        before = self._moves[-1][1]
        if share < before:
            self._moves = [(age_s, share)]
            return None
        if share == before:
            return max(self.pace.first_s, ENDING_SHARE * age_s) if share >= ENDING else None
        since_s, done = next((move for move in self._moves if move[0] >= age_s / 2), self._moves[-1])
        self._moves.append((age_s, share))
        left_s = (1 - share) * (age_s - since_s) / (share - done)
        return max(left_s + OVERSHOOT * age_s, LEAST_SHARE * age_s, self.pace.first_s)
