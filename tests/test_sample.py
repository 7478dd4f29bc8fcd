"""The sample of texts from which rarity is learned: least ids, stories and not copies."""

import shutil
from pathlib import Path

from pipeline import engine
from pipeline.dedup.rarity import shingle_keys
from pipeline.dedup.shingles import stream
from pipeline.dedup.signature import text_ids
from pipeline.settings import Dedup, Work, load
from pipeline.store import candidates
from pipeline.store.state import execute, open_state


def learned(clean: Path, query: str) -> list[tuple[object, ...]]:
    """Return what the state of a folder answers to a query."""
    with open_state(clean, 0, Work(workers=1)) as store:
        return execute(store, query)


def write(raw: Path, names: range, make_story) -> None:
    """Write stories, each in two copies."""
    raw.mkdir(exist_ok=True)
    for n in names:
        for copy in ("a", "b"):
            text = make_story(n, 5) + f"\n\n{copy * 3} said so."
            (raw / f"{n:02}{copy}.txt").write_text(text)


def test_the_sample_has_the_least_ids_whatever_came_first(inline, tmp_path, make_story):
    """Two runs, in either order, keep the same texts as one; a smaller sample is a part of it."""
    settings = load({"dedup.sample_texts": 6}, environ={})[0]
    write(tmp_path / "whole", range(8), make_story)
    engine.ingest(tmp_path / "whole", tmp_path / "one", settings)
    for name, first in (("early", range(4)), ("late", range(4, 8))):
        write(tmp_path / name, first, make_story)
        engine.ingest(tmp_path / name, tmp_path / f"clean-{name}", settings)
        shutil.copytree(tmp_path / "whole", tmp_path / name, dirs_exist_ok=True)
        engine.ingest(tmp_path / name, tmp_path / f"clean-{name}", settings)
    query = "SELECT text_id FROM sample ORDER BY 1"
    expected = learned(tmp_path / "one", query)
    assert len(expected) == 6
    assert learned(tmp_path / "clean-early", query) == expected
    assert learned(tmp_path / "clean-late", query) == expected
    every = learned(tmp_path / "one", "SELECT text_id FROM texts ORDER BY 1 LIMIT 6")
    assert expected == every


def test_copies_count_as_one_story(inline, tmp_path, make_story):
    """What both copies of one story hold stands in one story: nothing is common."""
    write(tmp_path / "raw", range(1), make_story)
    engine.ingest(tmp_path / "raw", tmp_path / "clean", load(environ={})[0])
    assert learned(tmp_path / "clean", "SELECT count(*) FROM gram")[0][0] > 100
    assert learned(tmp_path / "clean", "SELECT * FROM common") == []


def test_nothing_is_added_when_learning_is_off(inline, tmp_path, make_story):
    """With learning off a run uses what is known and leaves it as it is."""
    write(tmp_path / "raw", range(3), make_story)
    engine.ingest(tmp_path / "raw", tmp_path / "clean", load(environ={})[0])
    before = learned(tmp_path / "clean", "SELECT * FROM gram ORDER BY ALL")
    write(tmp_path / "raw", range(3, 6), make_story)
    frozen = load({"dedup.learn": False}, environ={})[0]
    engine.ingest(tmp_path / "raw", tmp_path / "clean", frozen)
    assert learned(tmp_path / "clean", "SELECT * FROM gram ORDER BY ALL") == before


def test_what_is_known_of_rarity_is_told_by_the_run(inline, tmp_path, make_story):
    """A run that learns what another did not has another digest of its knowledge."""
    (tmp_path / "raw").mkdir()
    shared = make_story(50, 2)
    for n in range(3):
        (tmp_path / "raw" / f"{n}.txt").write_text(f"{make_story(n, 8)}\n\n{shared}")
    digests = {
        engine.ingest(
            tmp_path / "raw",
            tmp_path / f"clean{size}",
            load({"dedup.sample_texts": size}, environ={})[0],
        ).row.knowledge_digest
        for size in (0, 100)
    }
    assert len(digests) == 2


def test_a_sentence_in_two_stories_counts_two(inline, tmp_path, make_story):
    """However many copies each has, in one run or two, what both stories hold stands in two."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    shared = "Nobody at the harbour office wished to say when the seventh ferry would sail again."
    for n, copies in ((1, 4), (2, 2), (3, 1)):
        for copy in range(copies):
            ending = f"\n\n{shared}" if n < 3 else ""
            text = f"{make_story(n, 6)}{ending}\n\nPrinted {'here ' * copy}as it came."
            (raw / f"{n}{copy}.txt").write_text(text)
    moved = raw / "20.txt", tmp_path / "20.txt"
    moved[0].rename(moved[1])
    engine.ingest(raw, clean, load(environ={})[0])
    moved[1].rename(moved[0])
    engine.ingest(raw, clean, load(environ={})[0])
    engine.ingest(raw, tmp_path / "one", load(environ={})[0])
    query = "SELECT key, stories FROM common ORDER BY ALL"
    assert learned(clean, query) == learned(tmp_path / "one", query)
    held = dict(learned(clean, query))
    keys = shingle_keys(stream([shared], Dedup()), Dedup())[0].tolist()
    assert [held.get(key) for key in keys] == [2] * (len(shared.split()) - 2)


def test_copies_whose_shelves_grew_large_are_dropped(inline, tmp_path, make_story, monkeypatch):
    """Copies of earlier runs whose shelves grew too large leave the sample, as in one run."""
    monkeypatch.setattr(candidates, "ANCHORS", 1)
    settings = load({"dedup.max_shelf": 3}, environ={})[0]
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    pairs = """SELECT least(x.text_id, y.text_id), greatest(x.text_id, y.text_id) FROM alike
        JOIN texts x ON x.text_no = a JOIN texts y ON y.text_no = b ORDER BY ALL"""
    found = []
    for n in range(8):
        (raw / f"{n:02}.txt").write_text(f"{make_story(1, 6)}\n\nPrinted as copy number {n} today.")
        if n in {3, 7}:
            engine.ingest(raw, clean, settings)
            found.append(learned(clean, pairs))
    engine.ingest(raw, tmp_path / "one", settings)
    assert found[1] == learned(tmp_path / "one", pairs)
    assert set(found[0]) - set(found[1])
    common = "SELECT * FROM common ORDER BY ALL"
    assert learned(clean, common) == learned(tmp_path / "one", common)


def test_rarity_is_counted_anew_without_new_texts(inline, tmp_path, make_story, monkeypatch):
    """When new texts stand outside the sample, but part copies in it, its stories are recounted."""
    monkeypatch.setattr(candidates, "ANCHORS", 1)
    raw, clean, query = tmp_path / "raw", tmp_path / "clean", "SELECT * FROM common ORDER BY ALL"
    raw.mkdir()
    texts = [f"{make_story(1, 6)}\n\nPrinted as copy number {n} today." for n in range(9)]
    texts.sort(key=lambda text: text_ids(stream([text], Dedup()))[0])
    settings = load({"dedup.max_shelf": 3, "dedup.sample_texts": 4}, environ={})[0]
    for n, text in enumerate(texts):
        (raw / f"{n:02}.txt").write_text(text)
        if n == 3:
            engine.ingest(raw, clean, settings)
            before = learned(clean, query)
    engine.ingest(raw, clean, settings)
    engine.ingest(raw, tmp_path / "one", settings)
    assert learned(clean, query) == learned(tmp_path / "one", query)
    pairs = "SELECT count(*) FROM alike"
    assert learned(clean, pairs) == learned(tmp_path / "one", pairs)
    assert before == []
