"""Rows put straight into the tables of an open state, for tests of what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import settings

from pipeline.store.state import State, execute

law = settings(max_examples=10, deadline=None, derandomize=True, database=None)


def fill(store: State, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Insert rows of numbers and plain strings; None is NULL."""
    if values := ", ".join(_row(row) for row in rows):
        execute(store, f"INSERT INTO {table} VALUES {values}")


def _row(row: tuple[object, ...]) -> str:
    return f"({', '.join('NULL' if value is None else repr(value) for value in row)})"
