"""From staged texts to stories: sign each, compare what may match, tell who copied whom."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import date
from functools import lru_cache, partial
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.batch import Job
from pipeline.crew import Crew, Notify
from pipeline.dedup.cluster import cluster
from pipeline.dedup.compare import Matches, Texts, sift
from pipeline.dedup.compare import compare as compare_texts
from pipeline.dedup.rarity import Rarity, rarity, shingle_keys, term_keys
from pipeline.dedup.shingles import Stream, encode, joined
from pipeline.dedup.signature import bands, sketch
from pipeline.dedup.tell import tell as tell_stories
from pipeline.identity import ID_LENGTH, sha256
from pipeline.model import Match
from pipeline.pool import map_all
from pipeline.settings import Dedup
from pipeline.store import candidates, codes, parts, sample, slips, stories
from pipeline.store.candidates import Chunk
from pipeline.store.codes import Place
from pipeline.store.state import State, shrink
from pipeline.store.stories import Touched

ONLY_COPY = "only copy"
RARITY = "rarity.npz"
_SIFTED, _COMPARED = 5, 2
"""Pairs that are sifted and compared at once for each text that is signed at once."""


def sign(job: Job, hands: Crew, notify: Notify) -> None:
    """Make text id, bands and codes of every staged document."""
    paths = sorted((job.staging / "documents").rglob("*.parquet"))
    todo = partial(_sign_part, job.staging, job.settings.dedup)
    for done, _ in enumerate(map_all(todo, paths, hands), 1):
        notify("sign", done, len(paths))


def compare(store: State, job: Job, hands: Crew, notify: Notify) -> None:
    """Find candidate pairs among new and known texts, and verify each exactly."""
    settings = job.settings.dedup
    at_once = job.settings.work.dedup_documents
    pairs = candidates.pair(store, settings)
    both = "SELECT a FROM run.candidate UNION SELECT b FROM run.candidate"
    _encode_known(store, job, hands, "compare", both)
    shrink(store, job.settings.work)
    todo = partial(_sift_chunk, job.staging, settings)
    chunks = candidates.chunks(store, _CANDIDATES, _SIFTED * at_once)
    _through(todo, chunks, hands, partial(notify, "sift"), pairs)
    candidates.add_matches(store, "likely")
    _learn(store, job, hands)
    likely = candidates.arrange(store)
    todo = partial(_compare_chunk, job.staging, settings)
    chunks = candidates.chunks(store, _LIKELY, _COMPARED * at_once)
    _through(todo, chunks, hands, partial(notify, "compare"), likely)
    candidates.add_matches(store, "match")


_CANDIDATES = "SELECT a, b FROM run.candidate ORDER BY a, b"
_LIKELY = "SELECT a, b FROM run.ordered"


def _through(
    todo: Callable[[Chunk], int],
    chunks: Iterable[Chunk],
    hands: Crew,
    notify: Callable[[int, int], None],
    pairs: int,
) -> None:
    """Judge the pairs of all chunks in the workers, and tell how many of them are through."""
    for done in accumulate(map_all(todo, chunks, hands)):
        notify(done, pairs)


def tell(store: State, job: Job, hands: Crew, notify: Notify) -> None:
    """Cluster what the run touched and choose a canonical copy for each story."""
    notify("tell", 0, 1)
    links = stories.touch(store)
    stories.label(store, _roots(links), job.settings.work.dedup_documents)
    held = "SELECT DISTINCT text_no FROM run.holder WHERE company > 1"
    _encode_known(store, job, hands, "tell", held)
    todo = partial(_tell_some, job.staging, job.settings.dedup)
    for _ in map_all(todo, stories.components(store), hands):
        pass
    stories.place(store, ONLY_COPY)
    notify("tell", 1, 1)


def _learn(store: State, job: Job, hands: Crew) -> None:
    """Count on top of what is known in how many stories of the sample a shingle stands."""
    settings = job.settings.dedup
    fresh = sample.take(store, settings)
    if not sample.pair(store, settings):
        sample.keep(store)
    else:
        places = candidates.places(store, fresh)
        size = job.settings.work.dedup_documents
        steps = range(0, len(fresh), size)
        some = [(at, fresh[at : at + size], places[at : at + size]) for at in steps]
        for _ in map_all(partial(_list_keys, job.staging, settings), some, hands):
            pass
        alike = [Match(**row) for row in sample.matches(store).to_pylist()]
        sample.count_stories(store, cluster(sample.ids(store), alike))
    common = sample.common(store)
    np.savez(job.staging / RARITY, keys=common["key"], stories=common["stories"])


def _roots(links: pa.Table) -> pa.Table:
    """Return the texts that have a match, each with the least of its component, by number."""
    ends = np.column_stack([links[name].to_numpy() for name in ("a", "b")]).astype(np.int64)
    nodes, rows = np.unique(ends, return_inverse=True)
    return pa.table({"text_no": nodes, "root": nodes[_least(len(nodes), rows.reshape(ends.shape))]})


def _least(count: int, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each of so many nodes the least of its component.

    Each round hangs a tree on the least that an edge of it leads to, and halves the ways up
    (Shiloach and Vishkin, "An O(log n) parallel connectivity algorithm", 1982).
    """
    least = np.arange(count)
    while True:
        a, b = least[edges].T
        if (a == b).all():
            return least
        np.minimum.at(least, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(up := least[least], least):
            least = up


def _encode_known(store: State, job: Job, hands: Crew, stage: str, wanted: str) -> None:
    """Encode the words of known texts that a query names, from the parts where they stand."""
    todo = enumerate(candidates.uncoded(store, wanted))
    work = partial(_encode_part, job.staging, store.clean, job.settings.dedup, stage)
    for _ in map_all(work, todo, hands):
        pass
    candidates.add_codes(store)


def _encode_part(
    staging: Path,
    clean: Path,
    settings: Dedup,
    stage: str,
    todo: tuple[int, tuple[str, Mapping[str, int]]],
) -> None:
    """Encode some documents of a published part of ``documents``."""
    number, (part, wanted) = todo
    name = f"{stage}-{number:06d}"
    table = parts.read(clean / part, ["doc_id", "text"])
    table = table.filter(pc.is_in(table["doc_id"], pa.array(list(wanted), pa.string())))
    codes_ = [encode(text, settings) for text in table["text"].to_pylist()]
    places = _write_codes(staging, name, codes_, settings)
    found = [wanted[doc_id] for doc_id in table["doc_id"].to_pylist()]
    numbers = {"text_no": pa.array(found, pa.int32())}
    slips.write_table(staging, "coded", name, pa.table(numbers | _columns(places)))


def _write_codes(staging: Path, name: str, texts_: Sequence[bytes], settings: Dedup) -> list[Place]:
    keys, bounds = shingle_keys(joined(texts_), settings)
    held = [keys[start:end].astype("<u4").tobytes() for start, end in pairwise(bounds)]
    return codes.write(staging, name, texts_, held)


def _columns(places: Sequence[Place]) -> dict[str, list[object]]:
    return {name: [getattr(place, name) for place in places] for name in Place.__slots__}


def _sign_part(staging: Path, settings: Dedup, path: Path) -> None:
    """Sketch one staged part of ``documents``, and write its codes and the slip."""
    table = parts.read(path, ["doc_id", "text", "published_date"])
    table = table.filter(pc.not_equal(table["text"], ""))
    encoded = [encode(text, settings) for text in table["text"].to_pylist()]
    places = _write_codes(staging, path.stem, encoded, settings)
    sketches = sketch(joined(encoded), settings)
    keys = bands(sketches.values, settings.rows)
    short = sketches.shingles < settings.min_shingles
    names = list(sketches.text_ids)
    for n in np.flatnonzero(short).tolist():
        names[n] = _short_id(table["published_date"][n].as_py(), table["text"][n].as_py())
    ends = np.concatenate([[0], np.cumsum(np.where(short, 0, keys.shape[1]))]).astype(np.int32)
    columns = {
        "doc_id": table["doc_id"],
        "part": [path.relative_to(staging).as_posix()] * len(table),
        "text_id": names,
        "shingles": sketches.shingles.astype(np.int32),
        "bands": pa.ListArray.from_arrays(ends, keys[~short].ravel()),
        **_columns(places),
    }
    slips.write_table(staging, "sketch", path.stem, pa.table(columns))


def _short_id(day: date | None, text: str) -> str:
    """Return the id of a text too short to be compared: it joins equal ones of its day alone."""
    return sha256(f"short\0{day}\0{text}".encode())[:ID_LENGTH]


def _sift_chunk(staging: Path, settings: Dedup, chunk: Chunk) -> int:
    """Write the slip of the pairs of a chunk that are worth a closer look; return how many came."""
    found = sift(codes.read_keys(staging, chunk.places), chunk.pairs, settings)
    _write_matches(staging, "likely", chunk, found)
    return len(chunk.pairs)


def _compare_chunk(staging: Path, settings: Dedup, chunk: Chunk) -> int:
    """Compare the pairs of a chunk and write the slip of its matches; return how many came."""
    held = _texts(staging, chunk.places)
    _write_matches(staging, "match", chunk, compare_texts(held, chunk.pairs, settings))
    return len(chunk.pairs)


def _texts(staging: Path, places: Sequence[Place]) -> Texts:
    def read(numbers: NDArray[np.int64]) -> Stream:
        return joined(codes.read_codes(staging, [places[n] for n in numbers]))

    return Texts(codes.read_keys(staging, places), read, _rarity(staging))


def _write_matches(staging: Path, kind: str, chunk: Chunk, found: Matches) -> None:
    columns = {
        "a": chunk.texts[found.pair[:, 0]],
        "b": chunk.texts[found.pair[:, 1]],
        **{name: getattr(found, name) for name in slips.MATCHES.names[2:]},
    }
    slips.write_table(staging, kind, f"{chunk.number:06d}", pa.table(columns))


def _rarity(staging: Path) -> Rarity:
    path = staging / RARITY
    written = path.stat()
    # Every run writes it anew at the same place, and a process may see several runs.
    return _read_rarity(path, written.st_ino, written.st_mtime_ns)


@lru_cache(1)
def _read_rarity(path: Path, *_: int) -> Rarity:
    with np.load(path) as known:
        return rarity(known["keys"], known["stories"])


def _list_keys(
    staging: Path, settings: Dedup, some: tuple[int, NDArray[np.int64], Sequence[Place]]
) -> None:
    """Write the slip of what some texts of the sample hold."""
    at, numbers, places = some
    read = joined(codes.read_codes(staging, places))
    held = [shingle_keys(read, settings), term_keys(read)]
    columns = {
        "key": np.concatenate([keys for keys, _ in held]),
        "text_no": np.concatenate([np.repeat(numbers, np.diff(bounds)) for _, bounds in held]),
    }
    slips.write_table(staging, "gram", f"{at:06d}", pa.table(columns))


def _tell_some(staging: Path, settings: Dedup, touched: Touched) -> None:
    """Tell the stories of some components, and write the slips of stories and places."""
    names = sorted(touched.places)
    words = _texts(staging, [touched.places[name] for name in names])
    told = tell_stories(touched.components, names, words, settings)
    name = f"{touched.number:06d}"
    heads = [(s.story_id, s.canonical, s.canonical_reason) for s in told]
    places = [
        (m.doc_id, s.story_id, m.doc_id == s.canonical, *astuple(m)[1:])
        for s in told
        for m in s.members
    ]
    for kind, rows in (("told", heads), ("place", places)):
        shape = slips.SLIPS[kind]
        columns = zip(*rows, strict=True) if rows else [()] * len(shape)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, shape, strict=True)]
        slips.write_table(staging, kind, name, pa.Table.from_arrays(arrays, schema=shape))
