"""The report as it is written: whole, the same each time, in a folder of its own."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pytest
from lxml import html

from pipeline import reporting, site_folder
from pipeline.errors import SettingsError, StoreError
from pipeline.report import pages
from pipeline.store import browse
from tests.test_cli import done, run

pytestmark = pytest.mark.usefixtures("inline")
Story = Callable[..., str]
HOSTILE = "Sums <script>alert(1)</script> \x1b[31mred\x1b[0m \u202eagain\u202c & so on"


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory, make_story: Story) -> Path:
    """Make two copies of an agency story, a hostile one, a page of nothing, a refused record."""
    raw = tmp_path_factory.mktemp("desk") / "raw"
    (raw / "post").mkdir(parents=True)
    (raw / "echo").mkdir()
    body = make_story(1)
    (raw / "post" / "bridge.txt").write_text(
        f"New bridge opens\n\nMarch 4, 2024\n\nLONDON (Reuters) - {body}\n\n"
        "(Reporting by Ann Roe; Editing by Bo Lind)\n"
    )
    feed = [{"text": f"{HOSTILE}\n\n{make_story(2, 3)}", "title": HOSTILE, "date": "2024-03-05"}]
    feed += [{"text": make_story(3, 4), "title": "Undated", "source": HOSTILE}]
    cut = "Subscribe now for unlimited access.\n\n" + body.split("\n\n", 2)[2]
    feed += [{"text": cut, "title": "A bridge at last", "source": "echo", "date": "2024-03-05"}]
    (raw / "feed.jsonl").write_text("\n".join(map(json.dumps, feed)) + "\n{no json\n")
    (raw / "echo" / "wall.html").write_text("<nav>Home</nav><footer>Contact us</footer>")
    return raw


@pytest.fixture(scope="module")
def clean(raw: Path, inline: None) -> Path:
    """Ingest it."""
    clean = raw.parent / "clean"
    assert run("ingest", raw, clean).exit_code == 0
    return clean


@pytest.fixture(scope="module")
def site(clean: Path) -> Path:
    """Write the report by its command, as a user does."""
    out = clean.parent / "report"
    text = done("report", clean, "--out", out)
    assert (out / "index.html").as_uri() in text
    return out


def bytes_of(folder: Path) -> dict[str, str]:
    """Return the digest of each file."""
    files = (f for f in sorted(folder.rglob("*")) if f.is_file())
    return {
        f.relative_to(folder).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in files
    }


def targets(page: Path) -> list[str]:
    """Return what a page links to, loads or sends a form to."""
    tree = html.parse(str(page), html.HTMLParser(encoding="utf-8"))
    found = tree.xpath("//@href | //@src | //@action")
    return [t for t in found if not t.startswith(("http:", "https:"))]


def test_every_link_leads_somewhere(site: Path):
    """Files and places in them; no page is unreachable from the first."""
    seen: set[Path] = set()
    waiting = [site / "index.html"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        if page.suffix != ".html":
            continue
        ids = set(html.parse(str(page)).xpath("//@id"))
        for target in targets(page):
            path, _, place = target.partition("#")
            other = Path(os.path.normpath(page.parent / unquote(path))) if path else page
            assert other.is_file(), f"{page}: {target}"
            assert other.is_relative_to(site)
            if place:
                there = ids if other == page else set(html.parse(str(other)).xpath("//@id"))
                assert place in there, f"{page}: {target}"
            waiting.append(other)
    unseen = {f for f in site.rglob("*") if f.is_file()} - seen
    assert {f.name for f in unseen} <= {site_folder.MARKER}


def test_every_document_and_story_has_a_page(site: Path, clean: Path):
    """With all its blocks, kept and removed, in it."""
    shelf = browse.open_shelf(clean)
    documents = shelf.rows("SELECT doc_id FROM documents")
    assert len(documents) == 5
    for row in documents:
        page = html.parse(str(site / pages.document_address(row["doc_id"]))).getroot()
        shown = " ".join(page.text_content().split())
        for block in browse.restore(shelf, row["doc_id"]):
            text = " ".join(re.sub("[\x1b\u202e\u202c]", "", block["text"]).split())
            plain = re.sub(r"\\x1b|\\u202[ce]", "", shown)
            assert text in plain
            assert block["rule"] is None or block["rule"] in shown
    for row in shelf.rows("SELECT story_id FROM articles"):
        assert (site / "stories" / row["story_id"][:2] / f"{row['story_id']}.html").is_file()


def test_a_cut_copy_shows_what_it_lacks(site: Path, clean: Path):
    """On the story's page, with the outlets in time."""
    (story,) = browse.open_shelf(clean).rows("SELECT story_id FROM articles WHERE copy_count = 2")
    page = (site / "stories" / story["story_id"][:2] / f"{story['story_id']}.html").read_text()
    tree = html.document_fromstring(page)
    assert len(tree.xpath("//details[contains(@class, 'copy')]//del")) >= 1
    assert "Who printed it, and when" in page
    assert "A bridge at last" in page


def test_a_date_is_told_as_the_tables_know_it(site: Path, clean: Path):
    """A copy known to the day is a bar in its story's timeline, and its document says so."""
    (story,) = browse.open_shelf(clean).rows("SELECT * FROM articles WHERE copy_count = 2")
    page = (site / "stories" / story["story_id"][:2] / f"{story['story_id']}.html").read_text()
    assert story["published_precision"] == "day"
    assert 'class="span stroke-canonical"' in page
    document = (site / pages.document_address(story["doc_id"])).read_text()
    assert "4 Mar 2024, known to the day" in document


def test_the_overview_tells_the_sums(site: Path):
    """Stories, copies, words, what was left out; three pictures and their numbers at least."""
    page = (site / "index.html").read_text()
    assert "4 copies" not in page.split("<h1>")[1].split("</h1>")[0] or "3 stories" in page
    assert page.count("<svg ") >= 4
    assert page.count("<summary>The numbers</summary>") >= 4
    assert 'href="left-out.html">1</a>' in page


def test_what_was_refused_is_listed(site: Path):
    """With the reason; and the page of which no text was left leads to its blocks."""
    page = (site / "left-out.html").read_text()
    assert "bad-record" in page
    assert "feed.jsonl" in page
    assert "documents/" in page


def test_one_edition_gives_the_same_bytes(site: Path, clean: Path, tmp_path: Path):
    """In another folder, at another time."""
    reporting.report(clean, tmp_path / "again")
    assert bytes_of(tmp_path / "again") == bytes_of(site)


def test_a_report_takes_the_place_of_the_last(clean: Path, tmp_path: Path):
    """Nothing of the old one is left, and nothing beside it."""
    out = tmp_path / "report"
    reporting.report(clean, out)
    whole = set(bytes_of(out))
    facts = json.loads(done("report", clean, "--out", out, "--limit", 1, "--json"))
    assert (facts["stories"], facts["all_stories"]) == (1, 3)
    assert set(bytes_of(out)) < whole
    assert "1 story of 3 have a page: the newest 1." in (out / "index.html").read_text()
    assert [f.name for f in tmp_path.iterdir()] == ["report"]


def test_a_day_of_its_own(clean: Path, tmp_path: Path):
    """Only the stories of that day have a page; sums are of all."""
    facts = json.loads(
        done("report", clean, "--out", tmp_path / "r", "--day", "2024-03-05", "--json")
    )
    assert facts["stories"] == len(list((tmp_path / "r" / "stories").rglob("*.html")))
    assert 0 < facts["stories"] < facts["all_stories"]
    assert "those of 5 Mar 2024" in (tmp_path / "r" / "index.html").read_text()


def test_a_day_without_stories(clean: Path, tmp_path: Path):
    """Gives a report that says so."""
    made = reporting.report(clean, tmp_path / "r", limit=None, day=date.max)
    assert made.stories == 0
    assert "No story was asked for." in (tmp_path / "r" / "stories.html").read_text()


def test_the_folder_one_works_in_is_not_replaced(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Not where it is empty either: whoever stands in it would stand nowhere."""
    inside = tmp_path / "out" / "inside"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    for out in (Path(), Path("..")):
        with pytest.raises(SettingsError, match="you work in it"):
            reporting.report(clean, out)


@pytest.mark.parametrize("prepare", ["other file", "file added to a report", "a file"])
def test_a_folder_that_holds_anything_else_is_left_alone(clean: Path, tmp_path: Path, prepare: str):
    """It is refused by name, in one sentence, and nothing in it is touched."""
    out = tmp_path / "out"
    if prepare == "file added to a report":
        reporting.report(clean, out, limit=1)
        (out / "notes.txt").write_text("mine")
    elif prepare == "other file":
        out.mkdir()
        (out / "notes.txt").write_text("mine")
    else:
        out.write_text("mine")
    before = bytes_of(out)
    result = run("report", clean, "--out", out)
    assert result.exit_code == 2
    assert bytes_of(out) == before
    assert out.is_dir() or out.read_text() == "mine"
    if out.is_dir():
        assert "notes.txt, which is no part of a report" in result.stderr


def test_an_empty_folder_will_do(clean: Path, tmp_path: Path):
    """And so will one that is not there yet, below others that are not."""
    reporting.report(clean, tmp_path, limit=1)
    assert (tmp_path / "index.html").is_file()
    reporting.report(clean, clean.parent / "new" / "folder", limit=1)
    assert (clean.parent / "new" / "folder" / "index.html").is_file()


def test_no_report_lies_in_the_store_or_among_raw_files(clean: Path, tmp_path: Path):
    """Where its files would be taken for parts, or for news by the next run."""
    raw = tmp_path / "pages"
    for home in (clean, raw):
        with pytest.raises(SettingsError, match="name a folder beside it"):
            reporting.report(clean, home / "report", raw=raw)


def test_a_report_that_fails_leaves_the_last_one(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whole, and nothing beside it."""
    out = tmp_path / "report"
    reporting.report(clean, out)
    before = bytes_of(out)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(site_folder.Site, "write_bytes", full)
    with pytest.raises(StoreError, match="No space left on device; the report before is as it was"):
        reporting.report(clean, out)
    assert bytes_of(out) == before
    assert [f.name for f in tmp_path.iterdir()] == ["report"]


def test_nothing_published_is_an_error(tmp_path: Path):
    """In one sentence, and no folder is made."""
    result = run("report", tmp_path / "clean", "--out", tmp_path / "report")
    assert result.exit_code == 1
    assert "nothing is published here" in result.stderr
    assert not (tmp_path / "report").exists()


def test_tables_that_do_not_fit_together_are_an_error(clean: Path, tmp_path: Path):
    """A store that lost a part of documents is not told as if it were whole."""
    broken = tmp_path / "clean"
    shutil.copytree(clean, broken)
    shutil.rmtree(broken / ".editions")
    (part,) = (broken / "documents").rglob("*.parquet")
    query = f"COPY (SELECT * FROM '{part}' ORDER BY doc_id LIMIT 1) TO '{tmp_path}/less.parquet'"
    duckdb.sql(query)
    (tmp_path / "less.parquet").replace(part)
    with pytest.raises(StoreError, match="do not fit together"):
        reporting.report(broken, tmp_path / "report")


def test_the_browser_is_asked_to_open_it(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """With ``--open``, at the first page."""
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    done("report", clean, "--out", tmp_path / "r", "--limit", 1, "--open")
    assert opened == [(tmp_path / "r" / "index.html").as_uri()]


@pytest.mark.parametrize("name", ["../x.html", "a/../../x.html", "/x.html", "a//x.html", ".x"])
def test_no_id_leads_out_of_the_site(tmp_path: Path, name: str):
    """A store that a stranger made may hold ids that are paths."""
    with pytest.raises(StoreError, match="is no name for a page"):
        site_folder.Site(tmp_path).write(name, "text")
    assert not list(tmp_path.iterdir())


def test_progress_is_told(clean: Path, tmp_path: Path):
    """Of each stage, up to its end."""
    told: list[tuple[str, int, int]] = []
    reporting.report(clean, tmp_path / "r", notify=lambda *step: told.append(step))
    last = {stage: (done, total) for stage, done, total in told}
    assert set(last) == {"tables", "stories", "outlets", "pictures"}
    assert all(done == total for done, total in last.values())


def test_the_search_index_has_every_story(site: Path, clean: Path):
    """By its headline, with its outlets."""
    script = (site / "search" / "stories-000.js").read_text()
    rows = json.loads("[" + script.split("push(\n", 1)[1].rsplit("\n);", 1)[0] + "]")
    ids = {row["story_id"] for row in browse.open_shelf(clean).rows("SELECT * FROM articles")}
    assert {row[0] for row in rows} == ids
    assert any("Sums <script>" in row[1] for row in rows)
