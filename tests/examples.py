"""How often a property is tried: some hundred times in every run, far more often by `make soak`."""

import functools
import os
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

WANTED = "BACKFOUR_EXAMPLES"  # set by `make soak`
UNHURRIED = (HealthCheck.too_slow, HealthCheck.data_too_large)
TRIED: Counter[str] = Counter()  # by the name of the test; what a soak says it did
T = TypeVar("T")
Test = TypeVar("Test", bound=Callable[..., Any])


def examples(usual: int = 300) -> Callable[[Test], Test]:
    """Make a test with `given` a property: marked, tried so often, and counted."""
    wanted = int(os.environ.get(WANTED, usual))
    chosen = settings(max_examples=wanted, deadline=None, suppress_health_check=UNHURRIED)

    def as_property(test: Test) -> Test:
        inner = test.hypothesis.inner_test  # type: ignore[attr-defined]  # for such wrappers
        name = f"{test.__module__}::{test.__name__}"

        @functools.wraps(inner)
        def counted(*args: object, **given: object) -> object:
            TRIED[name] += 1
            return inner(*args, **given)

        test.hypothesis.inner_test = counted  # type: ignore[attr-defined]
        marked: Test = pytest.mark.property(chosen(test))
        return marked

    return as_property


def one_of(values: Sequence[T]) -> st.SearchStrategy[T]:
    """Draw by number: a long list as such is slow to draw from, and to print."""
    return st.integers(0, len(values) - 1).map(values.__getitem__)
