"""Are breaks told, and told only where there are some? Many sources over half a year, made up.

``python -m tests.bench.drift``: documents are drawn one by one, counted into rows of ``sources`` by
the query that the store uses, and judged as ``copydesk drift`` does.
"""

import argparse
import time
from collections import defaultdict
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from pipeline.drift import breaks, episodes
from pipeline.drift.breaks import Break
from pipeline.drift.grid import DAY, Grid, Rows, grid
from pipeline.store.measures import AGGREGATES
from tests.bench.made_sources import Broken, World, world

ACCEPT = 28
_VOLUMES = (0, 5, 20, 100)
_RUNS = 2
"""Runs of a source within which a break must be told."""
START = 19_723 * DAY + 7_200
"""The first run: 2024-01-01, two in the morning."""


def rows_of(made: World) -> tuple[Rows, np.ndarray]:
    """Count the documents into rows of ``sources``, and return the times of all runs, too."""
    unseen = {n for n in made.columns if n.startswith("true_")} | {"walled"}
    columns = {n: pa.array(v) for n, v in made.columns.items() if n not in unseen}
    documents = pa.table(
        {
            **columns,
            "metered": pa.array(made.columns["walled"]),
            "gated": pa.array(np.zeros(len(made.columns["day"]), bool)),
            "furniture_words": pa.array(np.zeros(len(made.columns["day"]), np.int32)),
        }
    )
    db = duckdb.connect()
    db.register("documents", documents)
    query = f"SELECT source, day, {AGGREGATES} FROM documents GROUP BY ALL ORDER BY ALL"
    counted = db.sql(query).to_arrow_table()
    source, day = (counted[n].to_numpy() for n in ("source", "day"))
    met = set(zip(source.tolist(), day.tolist(), strict=True))
    bare = [(s, d) for s, d in zip(*np.nonzero(made.rejected), strict=True) if (s, d) not in met]
    numbers = {
        n: np.concatenate([np.nan_to_num(counted[n].to_numpy().astype(float)), np.zeros(len(bare))])
        for n in counted.column_names[2:]
    }
    source = np.concatenate([source, [s for s, _ in bare]]).astype(np.int64)
    day = np.concatenate([day, [d for _, d in bare]]).astype(np.int64)
    numbers["rejected"] = made.rejected[source, day].astype(float)
    names = tuple(f"s{n:03d}" for n in range(len(made.rejected)))
    times = START + day * DAY + (day * 7919 % 1200)
    runs = np.flatnonzero(made.ran)
    none = np.full(len(source), -1, np.int64)
    return Rows(times, source, none, numbers, names, ()), START + runs * DAY + (runs * 7919 % 1200)


@dataclass(frozen=True, slots=True)
class Score:
    """How one world was judged."""

    hits: list[tuple[Broken, int | None]]
    """Each break, and the runs after which it was told; None: never."""
    alarms: int
    wrong: list[Break]


def judge(made: World) -> tuple[Score, Grid]:
    """Judge one world."""
    rows, runs = rows_of(made)
    seen = grid(rows, runs)
    found = breaks.gather(episodes.find(seen, ACCEPT), len(seen.sources))
    place = {name: n for n, name in enumerate(seen.sources)}
    number = {place[f"s{n:03d}"]: n for n in range(len(made.rejected)) if f"s{n:03d}" in place}
    by_source: dict[int, list[Broken]] = defaultdict(list)
    for each in made.breaks:
        by_source[each.source].append(each)
    hits = [(b, _runs_until(b, found, made, place)) for b in made.breaks]
    wrong = [b for b in found if not _is_right(b, by_source, number)]
    return Score(hits, len(found), wrong), seen


def _runs_until(
    broken: Broken, found: list[Break], made: World, place: dict[str, int]
) -> int | None:
    """Return after how many runs a break was told: those that bring documents of the source.

    For a feed that dried up: those that would have brought some.
    """
    own = place.get(f"s{broken.source:03d}")
    told = [b.told for b in found if own in b.sources and broken.start <= b.told < broken.end + 3]
    if not told:
        return None
    return max(1, int((made.due[broken.source, broken.start : min(told) + 1] > 0).sum()))


def _is_right(found: Break, by_source: dict[int, list[Broken]], number: dict[int, int]) -> bool:
    """Tell whether an alarm belongs to a break: to its beginning, or to its end."""
    own = [b for s in found.sources for b in by_source[number[s]]]
    return any(b.start <= found.told <= b.end + 3 for b in own)


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="701-715", help="first and last seed")
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--show", action="store_true", help="list what was wrong or missed")
    chosen = parser.parse_args()
    low, _, high = chosen.seeds.partition("-")
    hits: list[tuple[Broken, int | None]] = []
    volumes: list[float] = []
    alarms = wrong = 0
    spent = 0.0
    for seed in range(int(low), int(high or low) + 1):
        made = world(seed, chosen.sources)
        rows, runs = rows_of(made)
        began = time.perf_counter()
        breaks.gather(episodes.find(grid(rows, runs), ACCEPT), chosen.sources)
        spent += time.perf_counter() - began
        score, seen = judge(made)
        hits += score.hits
        volumes += [float(made.due[b.source].mean()) for b, _ in score.hits]
        alarms += score.alarms
        wrong += len(score.wrong)
        if chosen.show:
            _show(seed, score, seen, made)
    _report(hits, volumes, alarms, wrong)
    print(f"\n{spent:.1f} s for all days of {int(high or low) - int(low) + 1} seeds")


def _report(
    hits: list[tuple[Broken, int | None]], volumes: list[float], alarms: int, wrong: int
) -> None:
    print(f"{alarms} alarms, {wrong} of no break: precision {1 - wrong / max(alarms, 1):.3f}")
    soon, third, ever = (_share([r for _, r in hits], n) for n in (_RUNS, 3, 10**6))
    print(
        f"{len(hits)} breaks: recall {soon:.3f} by the 2nd run with documents of the break, "
        f"{third:.3f} by the 3rd, {ever:.3f} at all\n\n"
        "| break | number | by the 2nd run | 3rd | 5th | at all |\n|---|---:|---:|---:|---:|---:|"
    )
    groups: dict[str, list[int | None]] = defaultdict(list)
    for (broken, runs), volume in zip(hits, volumes, strict=True):
        groups[broken.kind].append(runs)
        low = max(n for n in _VOLUMES if n <= volume)
        groups[f"~ {low} and more a day"].append(runs)
    for name, own in sorted(
        groups.items(), key=lambda pair: (pair[0][0] == "~", len(pair[0]), pair)
    ):
        cells = " | ".join(f"{_share(own, n):.2f}" for n in (_RUNS, 3, 5, 10**6))
        print(f"| {name.strip('~ ')} | {len(own)} | {cells} |")


def _share(runs: list[int | None], most: int) -> float:
    """Return the share of breaks that were told by so many runs."""
    return sum(r is not None and r <= most for r in runs) / max(len(runs), 1)


def _show(seed: int, score: Score, seen: Grid, made: World) -> None:
    volume = np.array([seen.documents[n][seen.ran].mean() for n in range(len(seen.sources))])
    for b in score.wrong:
        n = b.sources[0]
        told = [
            (e.metric, round(e.before, 3), round(e.now, 3), e.since, e.told) for e in b.episodes
        ]
        own = [(x.kind, x.start, x.end) for x in made.breaks if x.source == n]
        print(
            f"{seed} WRONG {len(b.sources)} {seen.sources[n]} ({volume[n]:.1f} a day) {told} {own}"
        )
    for broken, runs in score.hits:
        if runs is None or runs > _RUNS:
            print(
                f"{seed} LATE {runs} {broken.kind} part {broken.part:.2f} s{broken.source:03d} "
                f"({volume[broken.source]:.1f} a day) day {broken.start}-{broken.end}"
            )


if __name__ == "__main__":
    main()
