"""The sample of texts from which rarity is learned: least ids, stories and not copies."""

import shutil
from pathlib import Path

from pipeline import engine
from pipeline.settings import load
from pipeline.store.state import execute, open_state


def learned(clean: Path, query: str) -> list[tuple[object, ...]]:
    """Return what the state of a folder answers to a query."""
    with open_state(clean, 0, 1) as store:
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
