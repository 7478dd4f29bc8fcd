"""How the small frozen types that a page has hundreds of travel between processes."""

from typing import Any, TypeVar

C = TypeVar("C", bound=tuple[Any, ...])


def in_a_row(named: type[C]) -> type[C]:
    """Pickle the values of a named tuple in a row: its own way takes half as long again."""

    def reduced(self: C) -> tuple[type[C], tuple[Any, ...]]:
        return named, tuple(self)

    setattr(named, "__reduce__", reduced)  # noqa: B010 - mypy forbids the plain way
    return named
