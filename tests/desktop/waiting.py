"""Conditions instead of sleeps."""

import time

POLL_SECONDS = 0.05
TIMEOUT_SECONDS = 30


class NeverHappened(AssertionError):
    pass


def wait_until(condition, what, timeout=TIMEOUT_SECONDS):
    """Returns the first true value of `condition()`; fails with `what` when time is up."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise NeverHappened(f"never within {timeout} s: {what}")
        time.sleep(POLL_SECONDS)
