"""Rows of the table ``sources`` as arrays: a source a row, a slot of time a column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.drift import levels
from pipeline.drift.levels import Array
from pipeline.drift.metrics import FURNITURE, METRICS
from pipeline.drift.quality import Series

HOUR = 3_600
DAY = 24 * HOUR
UNKNOWN = "unknown"
_OF_ONE_SITE = 0.9
"""Share of a source's documents of a slot, in the middle, by which it is of one site."""
_WHOLE = 0.7
"""Share of the usual runs that a slot must have had for its volume to be judged."""
_LEAST_SLOTS = 8
"""Slots that a source must be met in to be watched under its own name, not its sites'."""

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of ``sources``, a cell each."""

    time: Codes
    """When the run began, in seconds since 1970."""
    source: Codes
    """Place in ``sources``."""
    site: Codes
    """Place in ``sites``; -1: none."""
    numbers: Mapping[str, Array]
    """The other columns by name; what is null there is 0."""
    sources: tuple[str, ...]
    sites: tuple[str, ...]

    def before(self, time: int) -> "Rows":
        """Return the rows of earlier runs."""
        own = self.time < time
        numbers = {name: values[own] for name, values in self.numbers.items()}
        columns = self.time[own], self.source[own], self.site[own]
        return Rows(*columns, numbers, self.sources, self.sites)


@dataclass(frozen=True, slots=True)
class Grid:
    """All that is known of all sources."""

    sources: tuple[str, ...]
    first: int
    """When the first slot begins, in seconds since 1970."""
    step: int
    """Seconds of a slot: a day, or more where runs are rarer."""
    of_row: Codes
    """The place among ``sources`` of each row that the grid was made of."""
    documents: Array
    """``[sources, slots]``"""
    ran: NDArray[np.bool_]
    """``[slots]``: a run was there to bring documents, and the slot is over."""
    weight: Array
    """``[metrics, sources, slots]``, as the next two: documents, mean, sum of squares within."""
    mean: Array
    rest: Array
    furniture: Array
    """``[sources, slots]``: words of furniture that were removed; judged are documents with any."""

    def series(self) -> Series:
        """Return all metrics of all sources as rows: those of one metric together."""
        count = len(self.sources)
        flat = (len(METRICS) * count, self.documents.shape[1])

        def each(values: list[float]) -> Array:
            return np.repeat(np.array(values, float), count)[:, None]

        return Series(
            self.weight.reshape(flat),
            self.mean.reshape(flat),
            self.rest.reshape(flat),
            each([m.is_rate for m in METRICS]) > 0,
            each([m.sign for m in METRICS]),
            each([m.least for m in METRICS]),
            each([m.least if m.least_rise is None else m.least_rise for m in METRICS]),
            each([m.sure for m in METRICS]),
            np.tile(np.arange(count), len(METRICS)),
        )


def slots_of(times: NDArray[np.int64]) -> tuple[int, int]:
    """Return where the first slot begins, and the seconds of a slot, for the times of all runs.

    A slot is a day that begins where runs leave the longest pause, so that a run that is early or
    late stays in its own; where runs are rarer, it is as long as their usual distance.
    """
    hours = np.bincount((times % DAY) // HOUR, minlength=24) > 0
    pauses = [_pause(hours, hour) for hour in range(24)]
    length = max(pauses)
    begins = (pauses.index(length) + (length + 1) // 2) % 24 if length > 1 else 0
    days = np.unique((times - begins * HOUR) // DAY)
    usual = int(np.median(np.diff(days))) if len(days) > 2 else 1
    return int(days[0]) * DAY + begins * HOUR, max(usual, 1) * DAY


def _pause(busy: NDArray[np.bool_], hour: int) -> int:
    """Return how many hours without a run follow an hour with one."""
    if not busy[hour]:
        return 0
    later = np.flatnonzero(np.roll(busy, -hour - 1))
    return int(later[0]) if later.size else 23


def grid(rows: Rows, runs: Codes) -> Grid:
    """Arrange rows; ``runs`` are the times of all runs that read ``raw/``, in seconds."""
    first, step = slots_of(runs)
    slot_of_run = (runs - first) // step
    size = int(slot_of_run.max()) + 1
    slot = (rows.time - first) // step
    names, source = _named(rows, slot, size)
    cell, cells = source * size + slot, len(names) * size

    def summed(values: Array) -> Array:
        flat = np.bincount(cell, weights=values, minlength=cells).astype(float)
        return flat.reshape(len(names), size)

    per_slot = np.bincount(slot_of_run, minlength=size)
    ran = per_slot > 0
    # The newest slot may be half over.
    usual = np.median(per_slot[:-1][ran[:-1]][-levels.HISTORY :]) if ran[:-1].any() else 0
    ran[-1] &= per_slot[-1] >= _WHOLE * usual
    found = [_metric(rows.numbers, metric.name, summed) for metric in METRICS]
    weight, mean, rest = (np.stack(part) for part in zip(*found, strict=True))
    documents = summed(rows.numbers["stored"])
    furniture = summed(rows.numbers["furniture_words"])
    return Grid(names, first, step, source, documents, ran, weight, mean, rest, furniture)


_HITS = {
    "no_text": ("without_text",),
    "title": ("with_title",),
    "authors": ("with_authors",),
    "date": ("with_date",),
    "walled": ("metered", "gated"),
    "partial": ("partial",),
    "garbled": ("garbled",),
    FURNITURE: ("with_furniture",),
}
"""Columns that count the documents of a share."""


def _metric(
    numbers: Mapping[str, Array], name: str, summed: Callable[[Array], Array]
) -> tuple[Array, Array, Array]:
    """Return number, mean and sum of squares within, of one metric."""
    stored = numbers["stored"]
    if name == "rejected":
        number, total = summed(stored + numbers[name]), summed(numbers[name])
    elif name in _HITS:
        number, total = summed(stored), summed(sum(numbers[n] for n in _HITS[name]) + 0 * stored)
        if name == FURNITURE:
            # The first lines that are learned of a site are no change of it.
            met = np.cumsum(total, axis=1)
            number = np.where(met > total, number, 0)
    else:
        column = "words_log" if name == "words" else name
        bare = numbers["without_text"]
        mean, deviation = numbers[column], numbers[f"{column}_sd"]
        own = stored if name == "removed" else stored - bare
        first, second = own * mean, np.maximum(own - 1, 0) * deviation**2 + own * mean**2
        if name == "removed":
            # Of a page without text all is removed: that is told by the number of such pages.
            own = stored - bare
            first, second = (np.clip(x - bare, 0, own) for x in (first, second))
        number, total, squares = summed(own), summed(first), summed(second)
        rest = squares - np.divide(total**2, number, out=np.zeros_like(total), where=number > 0)
        return number, _mean(total, number), np.maximum(rest, 0)
    return number, _mean(total, number), np.zeros_like(total)


def _mean(total: Array, number: Array) -> Array:
    return np.divide(total, number, out=np.zeros_like(total), where=number > 0)


def _named(rows: Rows, slot: Codes, size: int) -> tuple[tuple[str, ...], Codes]:
    """Return the names that are watched, and that of each row as a place among them.

    It is the source. Where a source has several sites at a time, as an archive of a crawl has, or
    is met on a few days, as a folder of one day is, it is the site, and the source for the rest.
    """
    own = _is_own_name(rows, slot, size)
    by_site = (rows.site >= 0) & ~own[rows.source]
    told = [*rows.sources, *rows.sites]
    code = np.where(by_site, rows.site + len(rows.sources), rows.source)
    names = tuple(sorted({told[c] for c in np.unique(code)}))
    place = {name: n for n, name in enumerate(names)}
    places = np.array([place.get(name, -1) for name in told], np.int64)
    return names, places[code] if code.size else code


def _is_own_name(rows: Rows, slot: Codes, size: int) -> NDArray[np.bool_]:
    """Tell which sources are watched under their own names; ``[sources]``."""
    count = len(rows.sources)
    cell = rows.source * size + slot
    documents = rows.numbers["stored"]
    total = np.bincount(cell, weights=documents, minlength=count * size).astype(float)
    none = np.bincount(cell[rows.site < 0], documents[rows.site < 0], count * size)
    pairs, pair = np.unique(cell * (len(rows.sites) + 1) + rows.site + 1, return_inverse=True)
    of_pair = np.bincount(pair, weights=documents, minlength=len(pairs))
    named = pairs % (len(rows.sites) + 1) > 0
    most = np.zeros(count * size)
    np.maximum.at(most, pairs[named] // (len(rows.sites) + 1), of_pair[named])
    share = _mean(most + none, total).reshape(count, size)
    met = (total > 0).reshape(count, size)
    return np.array(
        [
            name != UNKNOWN
            and int(own.sum()) >= _LEAST_SLOTS
            and float(np.median(part[own])) >= _OF_ONE_SITE
            for name, own, part in zip(rows.sources, met, share, strict=True)
        ],
        bool,
    )
