"""Sources that a simulation makes up: documents of half a year, drawn one by one, and what breaks.

A source has sections of its own, each with its lengths, bylines and walls; which of them fill a day
swings from day to day, at weekends most. So its numbers are never as steady as coins would be.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

DAYS = 180
FIRST_BREAK = 40
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Broken:
    """A break as it was made."""

    source: int
    kind: str
    start: int
    end: int
    """The first day on which it is mended."""
    part: float
    """Share of the documents that it strikes."""
    facts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """All documents, a row each, and all breaks."""

    columns: dict[str, NDArray[Any]]
    rejected: NDArray[np.int64]
    """``[sources, days]``"""
    ran: NDArray[np.bool_]
    """``[days]``"""
    due: NDArray[np.int64]
    """``[sources, days]``: documents that come, or would if nothing were broken, with each run."""
    breaks: tuple[Broken, ...]
    sources: tuple["Source", ...]
    expected: Array
    """``[sources, days]``: documents that were to be expected with each run."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a source is like."""

    rate: Array
    """Documents expected a day."""
    swing: float
    """Shape of the gamma distribution by which days swing beyond chance."""
    weights: Array
    """``[sections]``"""
    weekend: Array
    """The same at weekends."""
    steady: float
    """How little the sections of a day swing."""
    length: Array
    spread: Array
    authors: Array
    date: Array
    walled: Array
    removed: Array
    score: float
    title: float
    no_text: float
    live: float
    brief: float
    partial: float
    garbled: float
    refused: float
    furniture: Array
    """``[sections, days]``: share of documents with lines that are known to be furniture."""


def world(seed: int, sources: int = 200, days: int = DAYS, share_broken: float = 0.4) -> World:
    """Draw all of it."""
    rng = np.random.default_rng(seed)
    common = _common_days(rng, days)
    ran = rng.random(days) > 0.015  # nights on which nothing ran
    ran[0] = ran[-1] = True
    breaks: list[Broken] = []
    found: list[dict[str, NDArray[Any]]] = []
    rejected, due = np.zeros((2, sources, days), np.int64)
    expected, all_sources = np.zeros((sources, days)), []
    for number in range(sources):
        source = _source(rng, days)
        own = draw_breaks(rng, number, source, days) if rng.random() < share_broken else []
        source = replace(source, swing=rng.uniform(8, 60))
        came = _came(rng, source, common, days)
        whole = came.copy()
        for each in own:
            if each.kind == "dries up":
                gone = slice(each.start, each.end)
                came[gone] = rng.binomial(came[gone], each.facts["left"])
        columns = _documents(rng, source, came)
        for each in own:
            _strike(rng, columns, each)
        refused = rng.binomial(came, np.clip(source.refused, 0, 1))
        refused[rng.random(days) < 0.003] += rng.poisson(0.2 * came.mean())
        for each in own:
            if each.kind == "refused":
                some = slice(each.start, each.end)
                refused[some] = rng.binomial(came[some], each.facts["refused"])
        keep = np.ones(len(columns["day"]), bool)
        for day in np.flatnonzero((refused > 0) & (came > 0)):
            of_day = np.flatnonzero(columns["day"] == day)
            keep[of_day[: refused[day]]] = False
        columns = {name: values[keep] for name, values in columns.items()}
        delivered = _delivered(rng, days, ran)
        due[number] = np.bincount(delivered, weights=whole, minlength=days)
        rejected[number] = np.bincount(delivered, weights=refused, minlength=days)
        columns["day"] = delivered[columns["day"]]
        columns["source"] = np.full(len(columns["day"]), number)
        expected[number] = np.bincount(delivered, source.rate * common, days)
        found.append(columns)
        breaks += own
        all_sources.append(source)
    columns = {name: np.concatenate([c[name] for c in found]) for name in found[0]}
    return World(columns, rejected, ran, due, tuple(breaks), tuple(all_sources), expected)


def _common_days(rng: np.random.Generator, days: int) -> Array:
    """Days of big news and of feasts, for all."""
    common = np.ones(days)
    for day in rng.integers(0, days, 3):
        common[day : day + rng.integers(1, 3)] *= rng.uniform(1.3, 2.2)
    for day in rng.integers(20, days, 2):
        common[day : day + rng.integers(1, 4)] *= rng.uniform(0.3, 0.7)
    return common


def _source(rng: np.random.Generator, days: int) -> Source:
    count = int(rng.integers(2, 6))
    weights = rng.dirichlet(np.full(count, 2.0))
    weekend = (
        rng.dirichlet(40 * weights + 0.2)
        if rng.random() < 0.5
        else rng.dirichlet(4 * weights + 0.2)
    )
    day = np.arange(days)
    volume = np.exp(rng.uniform(np.log(2), np.log(500)))
    quiet = rng.choice([1.0, 0.8, 0.5, 0.25, 0.05, 0.0], p=[0.2, 0.3, 0.25, 0.12, 0.08, 0.05])
    week = np.ones(7) * rng.uniform(0.85, 1.15, 7)
    week[5:] *= quiet * rng.uniform(0.8, 1.2, 2)
    season = 1 + rng.uniform(0, 0.4) * np.sin(2 * np.pi * (day / 365 + rng.random()))
    trend = np.exp(rng.normal(0, 0.35) * day / days) * (1 + (rng.random() < 0.05) * 3 * day / days)
    rate = volume * week[day % 7] * season * trend * np.exp(rng.normal(0, 0.1, days))
    for start in np.flatnonzero(rng.random(days) < 0.008):  # own big news
        rate[start : start + rng.integers(1, 3)] *= rng.uniform(1.5, 4)
    for start in np.flatnonzero(rng.random(days) < 0.004):  # own holidays
        rate[start : start + rng.integers(1, 4)] *= rng.uniform(0.3, 0.7)
    base = rng.choice([rng.uniform(0, 0.1), rng.uniform(0.3, 0.8), rng.uniform(0.85, 1)])
    return Source(
        rate=rate,
        swing=0.0,
        weights=weights,
        weekend=weekend,
        steady=rng.uniform(20, 200),
        length=np.log(rng.uniform(200, 900)) + rng.normal(0, 0.35, count),
        spread=rng.uniform(0.35, 0.7, count),
        authors=np.clip(base + rng.normal(0, 0.2, count), 0, 1),
        date=np.clip(rng.choice([0.99, 0.97, 0.8, 0.05], p=[0.6, 0.25, 0.08, 0.07])
            + rng.normal(0, 0.02, count), 0, 1),
        walled=np.clip(rng.choice([0, 0.02, 0.3, 0.8], p=[0.6, 0.2, 0.15, 0.05])
            + rng.normal(0, 0.1, count), 0, 1),
        removed=np.clip(rng.uniform(0.05, 0.6) + rng.normal(0, 0.06, count), 0.02, 0.9),
        score=rng.uniform(0.86, 0.98),
        title=rng.choice([1.0, 0.99, 0.96]),
        no_text=rng.choice([0.0, 0.005, 0.02, 0.05]),
        live=rng.choice([0.0, 0.01, 0.03]),
        brief=rng.choice([0.0, 0.05, 0.2]),
        partial=rng.choice([0.0, 0.02, 0.1]),
        garbled=rng.choice([0.0, 0.002, 0.01]),
        refused=rng.choice([0.0, 0.002, 0.02]),
        furniture=_learned(rng, rate, count),
    )  # fmt: skip


def _learned(rng: np.random.Generator, rate: Array, sections: int) -> Array:
    """Lines are learned one after another, those of most documents first; many sites have none."""
    usual = rng.choice([0.0, rng.uniform(0.02, 0.15), rng.uniform(0.2, 0.6), 0.97],
        p=[0.4, 0.25, 0.25, 0.1])  # fmt: skip
    share = np.clip(usual + rng.normal(0, 0.1, sections) * (usual > 0), 0, 1)
    came = np.cumsum(rate)
    since = rng.uniform(5, 120) * np.array([1.0, rng.uniform(1.5, 6), rng.uniform(6, 40)])
    known = sum(part * (came >= n) for part, n in zip((0.7, 0.2, 0.1), since, strict=True))
    return np.asarray(share[:, None] * known)


def _came(rng: np.random.Generator, source: Source, common: Array, days: int) -> NDArray[np.int64]:
    """Documents that the source published a day: chance, and more than chance."""
    size = source.swing
    return rng.poisson(source.rate * common * rng.gamma(size, 1 / size, days))


def _delivered(rng: np.random.Generator, days: int, ran: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The run that each day's documents come with: the next one, later for a late feed."""
    late = np.arange(days) + (rng.random(days) < rng.choice([0.0, 0.01, 0.03]))
    late = np.minimum(late, days - 1)
    runs = np.flatnonzero(ran)
    return runs[np.searchsorted(runs, late)]


def _documents(
    rng: np.random.Generator, source: Source, came: NDArray[np.int64]
) -> dict[str, NDArray[Any]]:
    days = len(came)
    weekend = np.arange(days) % 7 >= 5
    mix = np.where(weekend[:, None], source.weekend, source.weights)
    odd = rng.random(days) < 0.01  # a day of something else: results, galleries, a special
    steady = np.where(odd, 1.5, source.steady)
    share = np.stack([rng.dirichlet(s * m + 0.05) for s, m in zip(steady, mix, strict=True)])
    day = np.repeat(np.arange(days), came)
    size = len(day)
    pick = rng.random(size)[:, None] > np.cumsum(share, axis=1)[day]
    section = np.minimum(pick.sum(axis=1), len(source.weights) - 1)
    drift = rng.normal(0, 0.15) * np.arange(days) / days  # slow change of house style
    length = source.length[section] + drift[day] + rng.normal(0, 0.05, days)[day]
    words = np.exp(length + source.spread[section] * rng.normal(size=size))
    brief = rng.random(size) < source.brief
    words = np.where(brief, rng.uniform(30, 120, size), words)
    live = rng.random(size) < source.live
    words = np.where(live, rng.uniform(2500, 9000, size), words)
    removed = source.removed[section] + rng.normal(0, 0.02, days)[day]
    removed = np.clip(removed + rng.normal(0, 0.09, size) + 0.15 * (words < 120), 0, 1)
    video = np.clip(source.no_text + 0.15 * (rng.random(days) < 0.01), 0, 1)[day]
    no_text = rng.random(size) < video
    bylines = np.clip(source.authors[section] + 0.05 * rng.normal(size=days)[day], 0, 1)
    return {
        "day": day,
        # What no pipeline sees, but an oracle knows.
        "true_section": section,
        "true_length": length,
        "true_no_text": video,
        "true_authors": bylines,
        "true_furniture": source.furniture[section, day],
        "words": np.where(no_text, 0, np.maximum(words, 5)).astype(np.int64),
        "removed": np.where(no_text, 1.0, removed),
        "score": np.clip(
            source.score + rng.normal(0, 0.006, days)[day] + rng.normal(0, 0.04, size), 0.4, 1
        ),
        "no_text": no_text,
        "title": rng.random(size) < source.title,
        "authors": (rng.random(size) < bylines) & ~no_text & ~(brief & (rng.random(size) < 0.5)),
        "dated": rng.random(size) < source.date[section],
        "walled": (rng.random(size) < source.walled[section]),
        "partial": rng.random(size) < source.partial,
        "garbled": rng.random(size) < source.garbled,
        "furniture_lines": (rng.random(size) < source.furniture[section, day]).astype(np.int32),
    }


def draw_breaks(rng: np.random.Generator, number: int, source: Source, days: int) -> list[Broken]:
    """One or two breaks of a source, of kinds that have something to break in it."""
    usual = source.weights
    kinds = ["bodies", "teasers", "half", "menus", "dries up", "garbled", "refused"]
    kinds += ["paywall"] if source.walled @ usual < 0.5 else []
    kinds += ["authors"] if source.authors @ usual > 0.5 else []
    kinds += ["dates"] if source.date @ usual > 0.7 else []
    kinds += ["titles"]
    kinds += ["furniture"] if 0 < source.furniture[:, -1] @ usual < 0.5 else []
    found = []
    start = int(rng.integers(FIRST_BREAK, days - 8))
    for _ in range(1 + (rng.random() < 0.2)):
        if start > days - 8:
            break
        end = start + int(rng.integers(4, 25)) if rng.random() < 0.4 else days
        kind = str(rng.choice(kinds))
        part = 1.0 if rng.random() < 0.75 else float(rng.uniform(0.5, 0.95))
        if kind == "half":
            part = float(rng.uniform(0.4, 0.6))
        facts = {
            "left": float(rng.choice([0.0, 0.04], p=[0.75, 0.25])),
            "refused": float(rng.uniform(0.3, 1.0)),
            "length": float(rng.uniform(35, 90)),
            "more": float(rng.uniform(80, 350)),
            "kept": float(rng.uniform(0.0, 0.12)),
        }
        found.append(Broken(number, kind, start, min(end, days), part, facts))
        start = end + int(rng.integers(35, 70))
    return found


def _strike(rng: np.random.Generator, columns: dict[str, NDArray[Any]], each: Broken) -> None:
    """Change the documents that a break strikes."""
    day, facts = columns["day"], each.facts
    struck = (day >= each.start) & (day < each.end) & (rng.random(len(day)) < each.part)
    at = np.flatnonzero(struck)
    size, words = len(at), columns["words"]

    def few(name: str, kept: float) -> None:
        columns[name][at] &= rng.random(size) < kept

    def many(name: str, share: float) -> None:
        columns[name][at] |= rng.random(size) < share

    def shorter() -> None:
        short = facts["length"] * np.exp(rng.normal(0, 0.4, size))
        words[at] = np.minimum(words[at], short).astype(np.int64)

    match each.kind:
        case "bodies" | "half":
            shorter()
            empty = rng.random(size) < (0.9 if facts["more"] < 150 else 0.05)
            words[at] = np.where(empty, 0, words[at])
            columns["no_text"][at] |= empty
            columns["removed"][at] = np.clip(rng.normal(0.85, 0.08, size), 0, 1)
            columns["score"][at] -= 0.08
            if facts["kept"] < 0.06:  # the new template loses more than the body
                few("authors", facts["kept"])
        case "teasers":
            shorter()
            many("partial", 0.4)
        case "paywall":
            many("walled", 0.9)
            if facts["more"] < 250:
                shorter()
                many("partial", 0.7)
        case _:
            _strike_some(rng, columns, each, at)


def _strike_some(
    rng: np.random.Generator,
    columns: dict[str, NDArray[Any]],
    each: Broken,
    at: NDArray[np.int64],
) -> None:
    """Change documents by a break that leaves the body there."""
    facts, size = each.facts, len(at)

    def few(name: str) -> None:
        columns[name][at] &= rng.random(size) < facts["kept"]

    match each.kind:
        case "menus":
            more = facts["more"] * np.exp(rng.normal(0, 0.2, size))
            columns["words"][at] += more.astype(np.int64)
            columns["removed"][at] *= rng.uniform(0.1, 0.35)
            columns["score"][at] -= rng.uniform(0.03, 0.1)
        case "furniture":
            columns["furniture_lines"][at] |= rng.random(size) < 0.7 + 2.5 * facts["kept"]
            columns["removed"][at] = np.minimum(columns["removed"][at] + 0.03, 1)
        case "authors":
            few("authors")
        case "dates":
            few("dated")
        case "titles":
            few("title")
        case "garbled":
            columns["garbled"][at] |= rng.random(size) < 0.85
            columns["score"][at] -= 0.03
