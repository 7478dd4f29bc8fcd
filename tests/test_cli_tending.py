"""The commands that change a store between runs, as a user calls them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.store import browse
from tests.test_cli import done, run

Story = Callable[..., str]


@pytest.fixture
def raw(tmp_path: Path, inline: None, make_story: Story) -> Path:
    """Make a feed in which one address was fetched twice, and a file beside it."""
    folder = tmp_path / "raw"
    folder.mkdir()
    url = "https://gazette.example/bridge"
    feed = [{"text": make_story(n), "url": url} for n in (1, 2)]
    (folder / "feed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in feed))
    (folder / "oak.txt").write_text(make_story(3))
    return folder


@pytest.fixture
def clean(raw: Path) -> Path:
    """Ingest it."""
    folder = raw.parent / "clean"
    assert run("ingest", raw, folder).exit_code == 0
    return folder


def count(clean: Path) -> int:
    """Return the number of documents."""
    return len(browse.open_shelf(clean).rows("SELECT doc_id FROM documents"))


def test_an_address_is_forgotten_with_all_that_came_from_it(clean: Path):
    """And the command names the raw records that are the user's to delete."""
    text = done("forget", "https://gazette.example/bridge", "--clean", clean, "--yes")
    assert "2 documents forgotten" in text
    assert "still in the raw folder: feed.jsonl line:1" in text
    assert count(clean) == 1


def test_forgetting_asks_first(clean: Path):
    """Without a yes nothing is taken; the documents are named before."""
    result = run("forget", "https://gazette.example/bridge", "--clean", clean)
    assert result.exit_code == 1
    assert "Forget 2 documents for good?" in result.output
    assert count(clean) == 3


def test_forgetting_what_is_not_there_is_an_error(clean: Path):
    """In one sentence."""
    result = run("forget", "abcdef99", "--clean", clean, "--yes")
    assert result.exit_code == 1
    assert "no document has the id" in result.output


def test_a_rebuild_tells_what_raw_has_lost(raw: Path, clean: Path):
    """What will become of it before, and what did become of it after."""
    (raw / "oak.txt").unlink()
    result = run("rebuild", raw, clean)
    assert result.exit_code == 0
    assert "1 raw files are gone; 1 documents will be carried over" in result.output
    assert count(clean) == 3
    refused = run("rebuild", raw, clean, "--drop-missing")
    assert refused.exit_code == 1
    assert count(clean) == 3
    facts = json.loads(run("rebuild", raw, clean, "--drop-missing", "--yes", "--json").stdout)
    assert (facts["left_out"], facts["changes"], facts["kind"]) == (1, {"gone": 1}, "rebuild")
    assert count(clean) == 2


def test_folding_says_how_many_parts_went(raw: Path, clean: Path, make_story: Story):
    """Two runs left two parts in each folder that both wrote to."""
    (raw / "yew.txt").write_text(make_story(4))
    assert run("ingest", raw, clean).exit_code == 0
    facts = json.loads(run("compact", clean, "--json").stdout)
    assert facts["parts_folded"] > 0
    assert count(clean) == 4
