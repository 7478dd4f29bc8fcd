"""What could any test know? An oracle is asked of the same sources, the same breaks, the same runs.

``python -m tests.bench.drift_bound``: the oracle knows how each document of a source is drawn (its
section, the day's length, bylines and videos) and what is to be expected of each day, feasts and
big news included; and it knows of what kind a source's break is and how strong, if there is one.
Only whether there is one, and since when, it must tell from what came. It tells by the ratio of the
likelihoods of two runs (Neyman and Pearson: no test is better), from a threshold on that leaves a
precision of .95.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, nbinom, norm, poisson

from tests.bench.drift import _VOLUMES
from tests.bench.made_sources import Array, Broken, Source, World, draw_breaks, world

_FIRST = 20
"""The first day that anybody judges."""
_PRECISION = 0.95
_BURST = 0.003
"""Part of the days on which records are refused for a reason of that day."""
_MOST = 12.0
"""What one document may say: where it is drawn from the far end of a distribution, no more."""
Columns = Mapping[str, NDArray[Any]]


def evidence(made: World, number: int, own: Columns, each: Broken) -> Array:
    """Return, of each run, the logarithm of how much likelier it is if broken; 0 without news."""
    source, days = made.sources[number], len(made.ran)
    if each.kind == "dries up":
        came = np.bincount(own["day"], minlength=days) + made.rejected[number]
        mean = np.maximum(made.expected[number], 1e-9)

        def chance(part: float) -> Array:
            size = source.swing
            return nbinom.logpmf(came, size, size / (size + part * mean))

        found = chance(max(each.facts["left"], 1e-6)) - chance(1.0)
        return np.where(made.expected[number] > 0.05, found, 0.0)
    if each.kind == "refused":
        bad = made.rejected[number]
        read = np.bincount(own["day"], minlength=days) + bad
        usual = binom.pmf(bad, read, max(source.refused, 1e-3))
        burst = poisson.pmf(bad, max(0.2 * made.expected[number].mean(), 0.1))
        sound = (1 - _BURST) * usual + _BURST * burst + 1e-12
        return np.asarray(np.log((binom.pmf(bad, read, each.facts["refused"]) + 1e-12) / sound))
    ratio = np.exp(np.clip(_struck(source, own, each), -_MOST, _MOST))
    return np.bincount(own["day"], np.log(1 - each.part + each.part * ratio + 1e-9), days)


def _struck(source: Source, own: Columns, each: Broken) -> Array:
    """Return how much likelier each document is if the break strikes it; logarithms."""
    facts, found = each.facts, np.zeros(len(own["day"]))
    section = own["true_section"]
    has_text = ~own["no_text"]

    def share(name: str, usual: Any, broken: Any) -> None:
        p, q = (np.clip(x, 1e-3, 1 - 1e-3) for x in (usual, broken))
        found[:] += np.where(own[name], np.log(q / p), np.log((1 - q) / (1 - p)))

    def more(name: str, usual: Any, part: float) -> None:
        share(name, usual, usual + (1 - usual) * part)

    def shorter() -> None:
        usual = _length(source, own)
        words = np.log(np.maximum(own["words"], 1))
        found[:] += np.where(has_text, norm.logpdf(words, np.log(facts["length"]), 0.4) - usual, 0)

    def score(fall: float) -> None:
        ratio = _normal(own["score"], source.score - fall, source.score, 0.041)
        found[:] += np.where(has_text, ratio, 0)

    kinds: dict[str, Callable[[], None]] = {
        "titles": lambda: share("title", source.title, source.title * facts["kept"]),
        "dates": lambda: share("dated", source.date[section], source.date[section] * facts["kept"]),
        "authors": lambda: share(
            "authors", own["true_authors"], own["true_authors"] * facts["kept"]
        ),
        "furniture": lambda: more(
            "furniture_lines", own["true_furniture"], 0.7 + 2.5 * facts["kept"]
        ),
        "garbled": lambda: (more("garbled", source.garbled, 0.85), score(0.03))[0],
        "teasers": lambda: (more("partial", source.partial, 0.4), shorter())[0],
    }
    if each.kind in kinds:
        kinds[each.kind]()
    elif each.kind == "paywall":
        more("walled", source.walled[section], 0.9)
        if facts["more"] < 250:
            shorter()
            more("partial", source.partial, 0.7)
    elif each.kind == "menus":
        usual = source.removed[section] + 0.15 * (own["words"] < 120)
        found += np.where(has_text, _normal(own["removed"], 0.22 * usual, usual, 0.1), 0)
        score(0.06)
    else:
        empty = 0.9 if facts["more"] < 150 else 0.05
        usual = own["true_no_text"]
        share("no_text", usual, usual + (1 - usual) * empty)
        shorter()
        score(0.08)
        usual = source.removed[section] + 0.15 * (own["words"] < 120)
        found += np.where(has_text, _normal(own["removed"], 0.85, usual, 0.1), 0)
    return found


def _normal(values: Array, broken: Any, usual: Any, spread: float) -> Array:
    return norm.logpdf(values, broken, spread) - norm.logpdf(values, usual, spread)


def _length(source: Source, own: Columns) -> Array:
    """Return the logarithm of the density of each document's length as it usually is."""
    words = np.log(np.maximum(own["words"], 1))
    spread = source.spread[own["true_section"]]
    usual = norm.pdf(words, own["true_length"], spread) * (1 - source.brief - source.live)
    usual += np.where((words > np.log(30)) & (words < np.log(120)), source.brief / 1.4, 0)
    return np.log(usual + source.live * (words > np.log(2500)) + 1e-6)


def two_runs(found: Array, runs: NDArray[np.int64]) -> Array:
    """Return the evidence of each run with documents, alone or with the one before it."""
    own = found[runs]
    before = np.concatenate([[0.0], own[:-1]])
    return own + np.maximum(before, 0)


def judge(made: World, seed: int) -> tuple[list[tuple[Broken, float]], list[float]]:
    """Return each break with the evidence of its first two runs, and the evidence of no break."""
    rng = np.random.default_rng(seed + 1_000_000)
    order = np.argsort(made.columns["source"], kind="stable")
    cuts = np.searchsorted(made.columns["source"][order], np.arange(len(made.sources) + 1))
    hits: list[tuple[Broken, float]] = []
    wrong: list[float] = []
    for number, source in enumerate(made.sources):
        rows = order[cuts[number] : cuts[number + 1]]
        own = {name: values[rows] for name, values in made.columns.items()}
        breaks = [b for b in made.breaks if b.source == number]
        maybe = breaks or draw_breaks(rng, number, source, len(made.ran))
        runs = np.flatnonzero(made.due[number] > 0)
        for n, each in enumerate(maybe):
            told = two_runs(evidence(made, number, own, each), runs)
            if breaks:
                first = runs[runs >= each.start][:2]
                hits.append((each, float(max(told[np.isin(runs, first)], default=-np.inf))))
            if n == 0:
                sound = runs >= _FIRST
                for b in breaks:
                    sound &= (runs < b.start) | (runs > b.end + 3)
                wrong += _tops(told[sound])
    return hits, wrong


def _tops(told: Array) -> list[float]:
    """Return the evidence of each run that is beyond its neighbours: one alarm, not three."""
    around = np.maximum(np.append(told[1:], -np.inf), np.append(-np.inf, told[:-1]))
    return told[(told >= around) & (told > 0)].tolist()


def main() -> None:
    """Ask the oracle, and print what it finds by the second run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="701-715", help="first and last seed")
    low, _, high = parser.parse_args().seeds.partition("-")
    hits: list[tuple[Broken, float, float]] = []
    wrong: list[float] = []
    for seed in range(int(low), int(high or low) + 1):
        made = world(seed)
        own, false = judge(made, seed)
        hits += [(b, told, float(made.due[b.source].mean())) for b, told in own]
        wrong += false
    limit = _limit(np.array([told for _, told, _ in hits]), np.array(wrong))
    groups: dict[str, list[bool]] = defaultdict(list)
    for broken, told, volume in hits:
        groups["all"].append(told >= limit)
        groups[broken.kind].append(told >= limit)
        groups[f"~ {max(n for n in _VOLUMES if n <= volume)} and more a day"].append(told >= limit)
    false = sum(w >= limit for w in wrong)
    print(f"from a ratio of e^{limit:.1f} on; {false} alarms of no break\n")
    print("| break | number | an oracle, by the 2nd run |\n|---|---:|---:|")
    for name, own in sorted(groups.items(), key=lambda g: (g[0][0] == "~", len(g[0]), g[0])):
        print(f"| {name.strip('~ ')} | {len(own)} | {np.mean(own):.3f} |")


def _limit(hits: Array, wrong: Array) -> float:
    """Return the least threshold that leaves so few false alarms."""
    for limit in np.arange(0, 40, 0.1):
        right, false = (hits >= limit).sum(), (wrong >= limit).sum()
        if right >= _PRECISION * (right + false):
            return float(limit)
    return np.inf


if __name__ == "__main__":
    main()
