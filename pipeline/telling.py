"""From staged texts to stories: sign each, compare what may match, tell who copied whom."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from pipeline.batch import Job
from pipeline.dedup.canonical import Candidate
from pipeline.dedup.canonical import tell as tell_story
from pipeline.dedup.cluster import cluster
from pipeline.dedup.signature import bands, sketch
from pipeline.dedup.verify import verify
from pipeline.identity import ID_LENGTH, sha256
from pipeline.model import Match, Story
from pipeline.pool import Crew, Notify, map_all
from pipeline.settings import Dedup
from pipeline.store import candidates, parts, slips, stories
from pipeline.store.state import State

ONLY_COPY = "only copy"


def sign(job: Job, hands: Crew, notify: Notify) -> None:
    """Make text id and bands of every staged document."""
    paths = sorted((job.staging / "documents").rglob("*.parquet"))
    todo = partial(_sign_part, job.staging, job.settings.dedup)
    for done, _ in enumerate(map_all(todo, paths, hands), 1):
        notify("sign", done, len(paths))


def compare(store: State, job: Job, hands: Crew, notify: Notify) -> None:
    """Find candidate pairs among new and known texts, and verify each exactly."""
    settings = job.settings
    pairs = candidates.pair(store, settings.dedup.max_shelf)
    candidates.gather(store, "SELECT a FROM run.candidate UNION SELECT b FROM run.candidate")
    stories.add_matches(store, [])
    size = settings.work.dedup_documents
    todo = partial(_verify_chunk, settings.dedup)
    chunks = candidates.chunks(store, size)
    for done, matches in enumerate(map_all(todo, chunks, hands), 1):
        stories.add_matches(store, matches)
        notify("compare", min(done * size, pairs), pairs)


def tell(store: State, job: Job, hands: Crew, notify: Notify) -> None:
    """Cluster what the run touched and choose a canonical copy for each story."""
    notify("tell", 0, 1)
    stories.touch(store)
    stories.place_singles(store, ONLY_COPY)
    todo = partial(_tell_components, job.settings.dedup)
    components = stories.components(store, job.settings.work.dedup_documents)
    for told in map_all(todo, components, hands):
        stories.place(store, told)
    notify("tell", 1, 1)


def _sign_part(staging: Path, settings: Dedup, path: Path) -> None:
    """Sketch one staged part of ``documents`` and write the slip."""
    table = parts.read(path, ["doc_id", "text", "published_date"]).to_pylist()
    rows = [row for row in table if row["text"]]
    sketches = sketch([row["text"] for row in rows], settings)
    keys = bands(sketches.values, settings.rows)
    part = path.relative_to(staging).as_posix()
    slip = []
    for n, row in enumerate(rows):
        shingles = int(sketches.shingles[n])
        short = shingles < settings.min_shingles
        slip.append(
            {
                "doc_id": row["doc_id"],
                "part": part,
                "text_id": _short_id(row) if short else sketches.text_ids[n],
                "shingles": shingles,
                "bands": [] if short else keys[n],
            }
        )
    slips.write(staging, "sketch", path.stem, slip)


def _short_id(row: Mapping[str, object]) -> str:
    """Return the id of a text too short to be compared: it joins equal ones of its day alone."""
    return sha256(f"short\0{row['published_date']}\0{row['text']}".encode())[:ID_LENGTH]


def _verify_chunk(
    settings: Dedup, chunk: tuple[Mapping[str, str], Sequence[tuple[str, str]]]
) -> list[Match]:
    texts, pairs = chunk
    return verify(texts, pairs, settings)


def _tell_components(
    settings: Dedup, chunk: tuple[Sequence[stories.Component], Mapping[str, str]]
) -> list[Story]:
    components, texts = chunk
    return [story for c in components for story in _tell_component(c, texts, settings)]


def _tell_component(
    component: stories.Component, texts: Mapping[str, str], settings: Dedup
) -> list[Story]:
    held: dict[str, list[Candidate]] = defaultdict(list)
    for h in component.holders:
        held[h.text_id].append(Candidate(h.doc_id, h.text_id, h.published_at, h.agency, h.source))
    told = []
    for group in cluster(held, component.matches):
        inside = set(group)
        matches = [m for m in component.matches if m.a in inside and m.b in inside]
        members = [candidate for text_id in group for candidate in held[text_id]]
        told.append(tell_story(members, texts, matches, settings))
    return told
