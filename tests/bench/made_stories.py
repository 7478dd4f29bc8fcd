"""Syndicated news at any size: families of copies, singles and templates, made from a seed.

Documents are made in blocks of 5,000, each from the seed and its own number, and then arrive in an
order mixed across neighbouring blocks, 2,500 a day. So the ten thousand that come after a million
are made without the million, copies of stories of the day before among them; batches of any size
hold the same documents; and memory does not grow. Copies are cut, re-headlined, re-spelled, moved
to another dateline, misread, given local paragraphs; a share of all documents carries the offer of
its outlet. ``python -m tests.bench.made_stories 1000000 --out made.parquet`` writes a set.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from time import process_time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.bench.made_prose import TOPIC, Flags, Ints, Rng, Stories, drawn, joined, written
from tests.bench.made_words import (
    CAPITAL,
    MISREAD,
    PLAIN,
    datelines,
    lexicon,
    offers,
    outlets,
)

BLOCK = 5_000
A_DAY = 2_500
FIRST_DAY = date(2024, 1, 1)
SIZES = np.arange(2, 61)
SIZE_SHARES = SIZES**-2.0 / (SIZES**-2.0).sum()
FAMILIES = 1.5 / (1.5 + float(SIZES @ SIZE_SHARES))
"""Share of the stories that have copies, so that 60 % of the documents stand in families."""
LEAST_CUT = 40
KINDS = ("template", "copy", "same", "cut", "respelled", "reworded", "misread", "local", "offer")

SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "text": pa.string(),
        "source": pa.string(),
        "published": pa.date32(),
        "family": pa.int64(),
        "kinds": pa.string(),
    }
)


@dataclass(frozen=True, slots=True)
class Made:
    """One document, and the truth about it: documents of one family tell one story."""

    id: str
    text: str
    source: str
    published: date
    family: int
    """The number of the story; a family of one is a single."""
    kinds: str
    """What was done to it, of ``KINDS``, with commas between."""


def made(count: int, seed: int, *, one_offer: bool = False, first: int = 0) -> Iterator[Made]:
    """Yield documents ``first`` to ``first + count - 1`` of the set of a seed.

    With ``one_offer`` they are the same documents, but each carries the same offer block.
    """
    for batch in batches(count, seed, one_offer=one_offer, first=first, size=BLOCK):
        yield from map(Made, *(column.to_pylist() for column in batch.columns))


def batches(
    count: int, seed: int, *, one_offer: bool = False, first: int = 0, size: int = 10_000
) -> Iterator[pa.RecordBatch]:
    """Yield the same documents as record batches of ``size`` rows, the last one shorter."""
    held = SCHEMA.empty_table()
    for table in _arriving(first, first + count, seed, one_offer):
        held = pa.concat_tables([held, table])
        while len(held) >= size:
            yield held.slice(0, size).combine_chunks().to_batches()[0]
            held = held.slice(size)
    if len(held):
        yield held.combine_chunks().to_batches()[0]


def _arriving(first: int, last: int, seed: int, one_offer: bool) -> Iterator[pa.Table]:
    """Yield documents in the order in which they come in, mixed over windows across two blocks."""
    half = BLOCK // 2
    for window in range((first + half) // BLOCK, (last - 1 + half) // BLOCK + 1 if last else 0):
        rng = np.random.default_rng([seed, 1, window])
        # The first window has no block before it: half of it is all there is.
        places = half + rng.permutation(BLOCK) if window else rng.permutation(half)
        start = window * BLOCK - half if window else 0
        blocks = [_block(n, seed, one_offer) for n in (window - 1, window) if n >= 0]
        table = pa.concat_tables(blocks).take(places)
        ids = pa.array([f"{n:09}" for n in range(start, start + len(places))])
        table = table.add_column(0, SCHEMA.field("id"), ids)
        begin = max(0, first - start)
        yield table.slice(begin, min(last - start, len(places)) - begin)


@lru_cache(maxsize=3)
def _block(number: int, seed: int, one_offer: bool) -> pa.Table:
    """Return the documents of a block in an order of its own, without their ids."""
    rng = np.random.default_rng([seed, 0, number])
    sizes = _sizes(number, rng)
    families = np.repeat(np.arange(len(sizes)), sizes)
    stories = written(len(sizes), seed, rng)
    firsts = np.cumsum(sizes) - sizes
    is_copy = ~np.isin(np.arange(BLOCK), firsts)
    flags = _fates(stories, families, is_copy, rng)
    bodies = _bodies(stories, families, flags, rng)
    sources = np.minimum(rng.zipf(1.3, BLOCK) - 1, rng.integers(len(outlets()), size=BLOCK))
    flags["offer"] = np.ones(BLOCK, bool) if one_offer else (sources < 50) & flags["offer"]
    days = (number * BLOCK + firsts[families]) // A_DAY
    days += rng.choice([0, 0, 0, 1, 1, 2, 3], BLOCK) + (FIRST_DAY - date(1970, 1, 1)).days
    columns = {
        "text": _texts(stories, families, bodies, flags, np.where(one_offer, 0, sources), rng),
        "source": pa.array(outlets()).take(pa.array(sources)),
        "published": pa.array(days.astype(np.int32), pa.date32()),
        "family": number * BLOCK + firsts[families],
        "kinds": _kinds(flags),
    }
    order = rng.permutation(BLOCK)
    return pa.table(columns, schema=pa.schema(list(SCHEMA)[1:])).take(order)


def _sizes(number: int, rng: Rng) -> Ints:
    """Return the sizes of a block's families, singles included; a few blocks hold a giant."""
    if number % 200 == 101:
        return np.array([BLOCK])
    sizes = np.where(rng.random(BLOCK) < FAMILIES, rng.choice(SIZES, BLOCK, p=SIZE_SHARES), 1)
    if number % 50 == 17:
        sizes[0] = 500
    ends = np.cumsum(sizes)
    count = int(np.searchsorted(ends, BLOCK)) + 1
    sizes[count - 1] -= ends[count - 1] - BLOCK
    return sizes[:count]


def _fates(stories: Stories, families: Ints, is_copy: Flags, rng: Rng) -> dict[str, Flags]:
    """Draw what is done to each document; a family's first is left as it was written."""
    same = is_copy & (rng.random(BLOCK) < 0.1)
    changed = is_copy & ~same

    def some(share: float) -> Flags:
        return changed & (rng.random(BLOCK) < share)

    return {
        "template": stories.templates[families],
        "copy": is_copy,
        "same": same,
        "cut": some(0.5),
        "respelled": some(0.4),
        "reworded": some(0.5),
        "misread": some(0.08),
        "local": some(0.2),
        "headline": some(0.8),
        "dateline": some(0.3),
        "offer": ~same & (rng.random(BLOCK) < 0.35),
    }


def _bodies(stories: Stories, families: Ints, flags: dict[str, Flags], rng: Rng) -> pa.StringArray:
    """Return the text of each document below its headline: what it took of its story, as edited."""
    words = lexicon()
    starts, stops = _cuts(stories, families, flags["cut"], rng)
    lengths = stops - starts
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    places = np.repeat(starts - bounds[:-1], lengths) + np.arange(bounds[-1])
    owners = np.repeat(np.arange(BLOCK), lengths)
    tokens, forms = stories.tokens[places], stories.forms[places]
    respelled = flags["respelled"][owners]
    tokens[respelled] = words.respelled[tokens[respelled]]
    rates = np.where(flags["reworded"], rng.choice([0.003, 0.01, 0.03], BLOCK), 0)
    reworded = np.flatnonzero(rng.random(len(tokens)) < rates[owners])
    tokens[reworded] = rng.choice(words.contents, len(reworded))
    misread = (rng.random(len(tokens)) < 0.015) & flags["misread"][owners] & (forms == PLAIN)
    forms[misread] = MISREAD
    known = pa.array([*datelines(), *[""] * 40])
    lines = _of_family(families, flags["dateline"], len(known), rng)
    lines[starts > stories.bounds[families]] = len(known) - 1
    texts = joined(tokens, forms, bounds)
    return pc.binary_join_element_wise(known.take(pa.array(lines)), texts, "")


def _cuts(stories: Stories, families: Ints, cut: Flags, rng: Rng) -> tuple[Ints, Ints]:
    """Return the words of a block's stories that each document takes: whole sentences.

    A cut copy takes a fifth or more, mostly from the beginning.
    """
    begins, lengths = stories.bounds[families], np.diff(stories.bounds)[families]
    kept = np.maximum(LEAST_CUT, lengths * rng.uniform(0.2, 0.95, BLOCK)).astype(np.int64)
    wanted = np.where(cut, kept, lengths)
    later = cut & (rng.random(BLOCK) < 0.25)
    skipped = np.where(later, (lengths - wanted) * rng.random(BLOCK), 0).astype(np.int64)
    ends = stories.ends
    starts = ends[np.searchsorted(ends, begins + skipped - 1)] + 1
    lasts = np.minimum(starts + wanted, begins + lengths) - 1
    return starts, ends[np.searchsorted(ends, lasts)] + 1


def _of_family(families: Ints, own: Flags, count: int, rng: Rng) -> Ints:
    """Draw one of ``count`` for each family, and another for the documents that have their own."""
    common = rng.integers(count, size=BLOCK)[families]
    return np.where(own, rng.integers(count, size=BLOCK), common)


def _headlines(
    stories: Stories, families: Ints, flags: dict[str, Flags], rng: Rng
) -> pa.StringArray:
    """Return five to nine words of the story's own, other ones where a copy has its own."""
    size = 9
    draws = _of_family(families, flags["headline"], 1 << 30, rng)
    picks = (draws[:, None] >> np.arange(size)) * 7 % TOPIC
    lengths = 5 + draws % (size - 4)
    tokens = stories.topics[families][np.arange(BLOCK)[:, None], picks]
    inside = np.arange(size) < lengths[:, None]
    forms = np.full(int(lengths.sum()), CAPITAL, np.int8)
    return joined(tokens[inside], forms, np.concatenate([[0], np.cumsum(lengths)]))


def _texts(
    stories: Stories,
    families: Ints,
    bodies: pa.StringArray,
    flags: dict[str, Flags],
    offered: Ints,
    rng: Rng,
) -> pa.StringArray:
    """Return whole pages: headline, story, local paragraph and offer."""
    local = drawn(rng.integers(25, 60, int(flags["local"].sum())), rng, figures=0.05)
    paragraphs = joined(local.tokens, local.forms, local.bounds)
    on_top, blocks = rng.random(BLOCK) < 0.2, pa.array(offers())

    def some(texts: pa.StringArray, places: Ints, where: Flags) -> pa.StringArray:
        return texts.take(pa.array(places, mask=~where))

    return pc.binary_join_element_wise(
        _headlines(stories, families, flags, rng),
        some(blocks, offered, flags["offer"] & on_top),
        bodies,
        some(paragraphs, np.cumsum(flags["local"]) - 1, flags["local"]),
        some(blocks, offered, flags["offer"] & ~on_top),
        "\n\n",
        null_handling="skip",
    )


def _kinds(flags: dict[str, Flags]) -> pa.StringArray:
    names = [
        ",".join(k for n, k in enumerate(KINDS) if code >> n & 1) for code in range(1 << len(KINDS))
    ]
    codes = sum(flags[kind].astype(np.int64) << n for n, kind in enumerate(KINDS))
    return pa.array(names).take(pa.array(codes))


def main() -> None:
    """Write a set to a Parquet file, or say how fast it is made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first document")
    parser.add_argument("--one-offer", action="store_true", help="all carry the same offer")
    parser.add_argument("--out", help="a Parquet file")
    options = parser.parse_args()
    began = process_time()
    stream = batches(options.count, options.seed, one_offer=options.one_offer, first=options.first)
    if options.out:
        with pq.ParquetWriter(options.out, SCHEMA, compression="zstd") as writer:
            count = sum(writer.write_batch(batch) or len(batch) for batch in stream)
    else:
        count = sum(map(len, stream))
    print(f"{count:,} documents, {count / (process_time() - began):,.0f} a CPU second")


if __name__ == "__main__":
    main()
