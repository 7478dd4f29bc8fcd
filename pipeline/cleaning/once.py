"""Work on a page that several rules ask for and that is done once."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

A = TypeVar("A")
T = TypeVar("T")


def once(work: Callable[[A], T]) -> Callable[[A], T]:
    """Keep the result for the last argument, known by identity: to hash a page would cost more."""
    last: list[tuple[A, T]] = []

    @wraps(work)
    def kept(argument: A) -> T:
        if not last or last[0][0] is not argument:
            last[:] = [(argument, work(argument))]
        return last[0][1]

    return kept
