"""Reports of odd editions: of refusals alone, of dates known to the year."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.test_cli import done, run
from tests.test_report_pages import MAKE

pytestmark = pytest.mark.usefixtures("inline")


def test_the_first_of_a_year_is_no_day_of_stories_known_to_the_year(
    tmp_path: Path, make_story: Callable[..., str]
):
    """The graph is of the day that has most copies, though a year has more."""
    (tmp_path / "raw").mkdir()
    dates = [("2024", 1)] * 4 + [("2024-03-05", 2)] * 2
    feed = [
        {"text": make_story(story), "title": "A title", "source": f"paper-{n}", "date": date}
        for n, (date, story) in enumerate(dates)
    ]
    (tmp_path / "raw" / "feed.jsonl").write_text("\n".join(map(json.dumps, feed)))
    assert run("ingest", tmp_path / "raw", tmp_path / "clean").exit_code == 0
    done("report", tmp_path / "clean", "--out", tmp_path / "r")
    page = (tmp_path / "r" / "index.html").read_text()
    assert ">The stories of 5 Mar 2024</h2>" in page
    assert " 2024 · " in page.replace('<p class="meta">', " ")


def test_an_edition_of_refusals_alone(tmp_path: Path):
    """Draws no empty picture, and the last line says what became of the records."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "feed.jsonl").write_text("{no json\n{nor this\n")
    run("ingest", tmp_path / "raw", tmp_path / "clean")
    text = done("report", tmp_path / "clean", "--out", tmp_path / "r")
    assert "0 stories, 0 raw documents, 2 records refused in " in " ".join(text.split())
    page = (tmp_path / "r" / "index.html").read_text()
    assert "<svg" not in page
    assert "There is nothing to draw yet." in page
    assert "There is nothing to draw yet." not in MAKE["overview"]()
