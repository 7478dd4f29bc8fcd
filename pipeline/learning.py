"""Furniture across documents: count what the judged pages share, then take it out of their texts.

Works on staged parts, so that pages are judged without waiting for one another.
"""

from collections import Counter
from functools import partial
from pathlib import Path

import pyarrow as pa

from pipeline.batch import Job, Tally
from pipeline.crew import Crew, Notify
from pipeline.pool import map_all
from pipeline.settings import Furniture
from pipeline.shipping import LINES, Columns, line_columns, line_slip
from pipeline.store import knowledge, rows, settle, slips, staged
from pipeline.store.knowledge import Cuts, Knowledge
from pipeline.store.state import State, shrink

SHOWN = 10
"""Learned lines that a run report lists."""


def learn(store: State, job: Job, hands: Crew, notify: Notify) -> Knowledge:
    """Count the lines of all staged documents on top of what is known of their sites."""
    settings = job.settings.furniture
    settle.documents(store)
    if settings.enabled:
        paths = sorted((job.staging / "documents").rglob("*.parquet"))
        # Batches tell of their lines themselves; what a rebuild carries over has not been told.
        paths = [path for path in paths if not slips.place(job.staging, "line", path.stem).exists()]
        todo = partial(_read_part, job.staging, settings)
        for done, _ in enumerate(map_all(todo, paths, hands), 1):
            notify("learn", done, len(paths))
    knowledge.count_lines(store, settings)
    return knowledge.used(store, settings, SHOWN)


def apply(store: State, job: Job, hands: Crew, notify: Notify) -> Tally:
    """Take the furniture out of the staged texts; return what that changes in the numbers."""
    todo = partial(_rewrite_part, job.staging, job.pipeline_digest)
    parts = knowledge.parts_to_cut(store)
    tally = Tally()
    for done, found in enumerate(map_all(todo, knowledge.cuts(store, parts), hands), 1):
        tally += found
        notify("apply", done, len(parts))
    shrink(store, job.settings.work)
    return tally


def _read_part(staging: Path, settings: Furniture, path: Path) -> None:
    """Write the slip of a staged part: one row a block that may be counted."""
    columns: Columns = {name: [] for name in LINES.names}
    part = path.relative_to(staging).as_posix()
    for page in staged.pages(staging, part):
        names, urls = (page.site, page.source), (page.url, page.canonical_url)
        found = line_columns(
            page.doc_id, page.texts, page.scores, names, page.title, urls, settings
        )
        for name, values in found.items():
            columns[name] += values
    slips.write_table(staging, "line", path.stem, line_slip(pa.table(columns, LINES), part))


def _rewrite_part(staging: Path, digest: str, todo: tuple[str, Cuts]) -> Tally:
    """Rewrite one staged part and its twin without the furniture of its documents."""
    from pipeline.cleaning.furniture import reopened, without  # noqa: PLC0415 - as above

    part, cuts = todo
    changed: list[rows.Row] = []
    gone: list[rows.Row] = []
    kept = 0
    for row, page, before in staged.judged(staging, part, cuts):
        after = without(page, before, *cuts[row["doc_id"]])
        cut = [new for old, new in zip(before, after, strict=True) if new is not old]
        if cut:
            fresh, removed = staged.take_out(row, cut)
            changed.append(fresh | reopened(page, before, after, row))
            gone += removed
            kept += fresh["word_count"] - row["word_count"]
    if changed:
        staged.rewrite(staging, part, changed, gone, digest)
    words: Counter[str] = Counter()
    for block in gone:
        words[block["label"]] += rows.count_words(block["text"])
    return Tally(
        words_kept=kept, words_removed=words, rules=Counter(block["rule"] for block in gone)
    )
