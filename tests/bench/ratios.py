"""The arithmetic of a comparison: a cell a run, medians and spreads, ratios round by round."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """One run of one system on one input."""

    input: str
    system: str
    round: int
    documents: int
    """Raw documents that it was given."""
    wall: float
    """Seconds."""
    cpu: float
    """CPU seconds of all its processes."""
    memory: int
    """Bytes at the peak, of all its processes."""
    texts: int
    """Documents with a text in its output; 0 where it writes none."""
    stories: int
    """Groups in its output; 0 where it tells none."""
    others: float
    """Share of the machine's processors that other work took meanwhile, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some rounds, and the least and the most."""

    median: float
    least: float
    most: float


def spread(values: Sequence[float]) -> Spread:
    """Return the median with the least and the most; ``ValueError`` of nothing."""
    if not values:
        raise ValueError("nothing was measured")
    return Spread(statistics.median(values), min(values), max(values))


def of(cells: Iterable[Cell], input_: str, system: str) -> list[Cell]:
    """Return the runs of a system on an input, in the order of the rounds."""
    found = [cell for cell in cells if (cell.input, cell.system) == (input_, system)]
    return sorted(found, key=lambda cell: cell.round)


def measure(cell: Cell, name: str) -> float:
    """Return a measure of a cell: ``rate`` is documents per CPU second, else a field of it."""
    if name == "rate":
        return cell.documents / cell.cpu
    return float(getattr(cell, name))


def paired(cells: Iterable[Cell], input_: str, system: str, base: str, name: str) -> Spread | None:
    """Return how many times the base's measure a system's is, paired by round.

    What slows a machine for some minutes slows both runs of a round, so a round's ratio is steadier
    than its two figures. None if the two have no round in common.
    """
    cells = list(cells)
    bases = {cell.round: measure(cell, name) for cell in of(cells, input_, base)}
    ratios = [
        measure(cell, name) / bases[cell.round]
        for cell in of(cells, input_, system)
        if bases.get(cell.round)
    ]
    return spread(ratios) if ratios else None


def order(names: Sequence[str], round_: int) -> list[str]:
    """Return whose turn it is in a round: each round begins with the next one."""
    at = round_ % max(1, len(names))
    return [*names[at:], *names[:at]]
