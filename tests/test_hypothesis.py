"""Properties do not fail for what goes on beside them."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@given(number=st.builds(random.random))
def test_random_numbers_that_somebody_draws_meanwhile_fail_no_property(number):
    # Threads that Prefect leaves in the background draw them; here the strategy itself plays such a thread.
    assert 0 <= number < 1


def test_a_busy_machine_fails_no_property():
    now = settings()

    assert now.deadline is None
    assert HealthCheck.too_slow in now.suppress_health_check
    assert now.derandomize
