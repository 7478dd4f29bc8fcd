"""Furniture through the whole line: who teaches, what is lost, and the laws of the knowledge."""

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import engine, pool
from pipeline.cleaning.prose import is_prose
from pipeline.engine import Report
from pipeline.errors import StoreError
from pipeline.model import Block, CleanDocument, Evidence, Label, RawDocument, Ruling, Verdict
from pipeline.settings import Work, load
from pipeline.store import edition, state
from pipeline.store.schemas import TABLES

pytestmark = pytest.mark.usefixtures("inline")
Story = Callable[..., str]
LINE = "The chair of the board thanked all who came"
MARK = "Most read: "
"""How a line begins that the judge cuts: furniture stands amid clutter."""


@pytest.fixture(autouse=True)
def plain_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep all but marked blocks, prose for sure: these tests do not hang on the model."""
    real = pool.clean

    def clean(document: RawDocument, limits: Any) -> CleanDocument:
        found = real(document, limits)
        return replace(found, verdicts=tuple(map(_verdict, found.page.blocks)))

    monkeypatch.setattr(pool, "clean", clean)


def _verdict(block: Block) -> Verdict:
    if block.text.startswith(MARK):
        return Verdict(block.index, Ruling.CUT, Label.RELATED, "score", 0.1)
    return Verdict(block.index, Ruling.KEEP, None, "score", 0.97 if is_prose(block.text) else 0.6)


def ingest(folder: Path, **flags: Any) -> Report:
    """Run the line over ``raw`` into ``clean`` below a folder."""
    settings = load({k.replace("__", "."): v for k, v in flags.items()}, folder, {})[0]
    return engine.ingest(folder / "raw", folder / "clean", settings)


def put(folder: Path, path: str, content: str) -> None:
    """Write a raw file."""
    file = folder / "raw" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    """Return the stable columns of a table."""
    shape = TABLES[table]
    files = sorted((folder / "clean" / table).rglob("*.parquet"))
    content = [pq.ParquetFile(f).read(columns=list(shape.stable)) for f in files]
    return sorted(pa.concat_tables(content).to_pylist() if content else [], key=str)


def everything(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return all rows but for the history of runs."""
    return {
        name: rows(folder, name) for name in TABLES if name not in {"runs", "sources", "changes"}
    }


def furniture(folder: Path) -> dict[str, list[str]]:
    """Return the lines that left each document as furniture, by raw path."""
    paths = {row["doc_id"]: row["raw_path"] for row in rows(folder, "documents")}
    found: dict[str, list[str]] = {}
    for row in rows(folder, "removed"):
        if row["label"] == "furniture":
            found.setdefault(paths[row["doc_id"]], []).append(row["text"])
    return found


@pytest.fixture
def with_line(make_story: Story) -> Callable[..., str]:
    """Return a maker of stories with a line of furniture between their paragraphs."""

    def make(number: int, line: str = LINE, paragraphs: int = 8) -> str:
        parts = make_story(number, paragraphs).split("\n\n")
        return "\n\n".join([*parts[:4], f"{MARK}{number}", line, *parts[4:]]) + "\n"

    return make


def test_line_of_two_stories(tmp_path: Path, with_line: Story):
    """A line in two stories of a site leaves both, with label and rule, and is told of."""
    put(tmp_path, "post/a.txt", with_line(1))
    put(tmp_path, "post/b.txt", with_line(2, LINE.upper()))
    report = ingest(tmp_path)
    assert furniture(tmp_path) == {"post/a.txt": [LINE], "post/b.txt": [LINE.upper()]}
    (one, *_) = (r for r in rows(tmp_path, "removed") if r["label"] == "furniture")
    assert (one["verdict"], one["rule"]) == ("cut", "furniture")
    for row in rows(tmp_path, "documents"):
        assert LINE.lower() not in row["text"].lower()
        assert len(row["kept_block"]) == len(row["kept_start"]) == len(row["text"].split("\n"))
        assert row["chars_kept"] == len(row["text"])
    (learned,) = rows(tmp_path, "furniture")
    assert (learned["site"], learned["line"], learned["stories"]) == ("post", LINE.upper(), 2)
    assert report.knowledge.lines_by_site == {"post": 1}
    assert [line.documents for line in report.knowledge.top] == [2]
    assert report.tally.words_removed["furniture"] == 18
    assert report.tally.rules["furniture"] == 2
    assert report.tally.words_kept == sum(r["word_count"] for r in rows(tmp_path, "documents"))


def test_place_of_furniture(tmp_path: Path, with_line: Story):
    """The removed block still says where it stood in the decoded text."""
    put(tmp_path, "post/a.txt", with_line(1))
    put(tmp_path, "post/b.txt", with_line(2))
    ingest(tmp_path)
    for row in rows(tmp_path, "removed"):
        path = next(
            d["raw_path"] for d in rows(tmp_path, "documents") if d["doc_id"] == row["doc_id"]
        )
        raw = (tmp_path / "raw" / path).read_text()
        assert " ".join(raw[row["start"] : row["end"]].split()) == row["text"]


def test_html_furniture_keeps_its_path(tmp_path: Path, make_story: Story):
    """In HTML the removed block names its element."""
    for number in (1, 2):
        body = "".join(f"<p>{p}</p>" for p in make_story(number).split("\n\n"))
        page = f"<html><body><article>{body}<p>{MARK}{number}</p><p>{LINE}</p>{body[:900]}"
        put(tmp_path, f"post/{number}.html", page)
    ingest(tmp_path)
    found = [r for r in rows(tmp_path, "removed") if r["text"] == LINE]
    assert len(found) == 2
    assert all(row["path"].startswith("/html/body/") for row in found)


def test_other_sites_do_not_teach(tmp_path: Path, with_line: Story):
    """A line in stories of two sites stays; so it does where the site is unknown."""
    put(tmp_path, "post/a.txt", with_line(1))
    put(tmp_path, "herald/b.txt", with_line(2))
    put(tmp_path, "c.txt", with_line(3))
    put(tmp_path, "d.txt", with_line(4))
    ingest(tmp_path)
    assert furniture(tmp_path) == {}


def test_near_copies_and_recrawls_do_not_teach(tmp_path: Path, with_line: Story):
    """Copies of one story, cut, lengthened or crawled again, are one story to the counting."""
    story = with_line(1, paragraphs=12)
    parts = story.strip().split("\n\n")
    put(tmp_path, "post/a.txt", story)
    put(tmp_path, "post/cut.txt", "\n\n".join(parts[:7]))
    put(tmp_path, "post/longer.txt", "\n\n".join([*parts, with_line(9, "Other").strip()]))
    put(tmp_path, "post/again.txt", f"Another headline\n\n{story}")
    ingest(tmp_path)
    assert furniture(tmp_path) == {}
    put(tmp_path, "post/later.txt", f"Later headline\n\n{story}")
    ingest(tmp_path)
    assert furniture(tmp_path) == {}


def test_same_address_is_the_same_story(tmp_path: Path, make_story: Story):
    """A page that was mostly written anew under its old address does not teach."""
    old, new = make_story(1).split("\n\n"), make_story(2).split("\n\n")
    texts = [[*old[:4], f"{MARK}1", LINE, *old[4:]], [*old[:2], *new[:3], f"{MARK}2", LINE]]
    for address in ("same", "own"):
        lines = [
            {
                "url": f"http://{address}.test/{n if address == 'own' else 0}",
                "text": "\n\n".join(text),
            }
            for n, text in enumerate(texts)
        ]
        put(tmp_path, f"{address}.jsonl", "\n".join(map(json.dumps, lines)))
    ingest(tmp_path)
    assert furniture(tmp_path).keys() == {"own.jsonl"}


def test_figures_are_never_lost(tmp_path: Path, make_story: Story):
    """Earnings of different companies keep every line of figures, and the captions between."""
    for number in range(6):
        story = make_story(number, 2)
        table = (
            f"Shr {30 + number} cts vs {20 + number} cts\nRevs 41.{number} mln vs 38.9 mln\n"
            f"Nine mths\nShr 1.1{number} dlrs vs 1.04 dlrs\nRevs 120.4 mln vs 111.{number} mln"
        )
        put(tmp_path, f"post/{number}.txt", f"{story}\n\n{table}\n")
    ingest(tmp_path)
    assert furniture(tmp_path) == {}


def test_background_paragraph_stays(tmp_path: Path, make_story: Story):
    """A paragraph that a desk reprints in each follow-up stays in all of them."""
    background = make_story(99, 1)
    for number in range(5):
        parts = make_story(number).split("\n\n")
        put(tmp_path, f"post/{number}.txt", "\n\n".join([*parts[:6], background, *parts[6:]]))
    ingest(tmp_path)
    assert all(background in row["text"] for row in rows(tmp_path, "documents"))


def test_knowledge_of_earlier_runs(tmp_path: Path, with_line: Story):
    """A story that comes later learns from known ones; documents known before stay as they are."""
    put(tmp_path, "post/a.txt", with_line(1))
    ingest(tmp_path)
    put(tmp_path, "post/b.txt", with_line(2))
    first = ingest(tmp_path)
    assert furniture(tmp_path) == {"post/b.txt": [LINE]}
    put(tmp_path, "post/c.txt", with_line(3))
    second = ingest(tmp_path)
    assert furniture(tmp_path).keys() == {"post/b.txt", "post/c.txt"}
    assert first.knowledge.digest == second.knowledge.digest
    assert [row["stories"] for row in rows(tmp_path, "furniture")] == [2]


def test_known_document_does_not_teach_twice(tmp_path: Path, with_line: Story):
    """A rescan and a lesser origin of a known document add nothing to what is known."""
    put(tmp_path, "post/b.txt", with_line(1))
    ingest(tmp_path)
    before = known(tmp_path)
    put(tmp_path, "post/a.txt", with_line(1))
    ingest(tmp_path)
    assert furniture(tmp_path) == {}
    assert known(tmp_path) == before


def test_bridge_makes_one_story_of_two(tmp_path: Path, make_story: Story):
    """A document that holds two known stories makes them one: they cannot teach each other."""
    parts = make_story(1, 12).split("\n\n")
    put(tmp_path, "post/a.txt", "\n\n".join(parts[:6]))
    put(tmp_path, "post/b.txt", "\n\n".join(parts[6:]))
    ingest(tmp_path)
    assert len({row[1] for row in known(tmp_path)[0]}) == 2
    put(tmp_path, "post/c.txt", "\n\n".join([*parts, LINE]))
    ingest(tmp_path)
    lines, learned = known(tmp_path)
    assert len({row[1] for row in lines}) == 1
    assert learned == []
    put(tmp_path, "post/d.txt", "\n\n".join([*parts[:5], LINE]))
    ingest(tmp_path)
    assert furniture(tmp_path) == {}


def known(folder: Path) -> list[list[Any]]:
    """Return the knowledge in the state."""
    with state.open_state(folder / "clean", 0, Work(workers=1)) as store:
        return [
            state.execute(store, f"SELECT * FROM {t} ORDER BY ALL") for t in ("lines", "furniture")
        ]


def test_frozen_knowledge(tmp_path: Path, with_line: Story):
    """With ``furniture.learn`` off what is known is used and nothing is added."""
    for number in (1, 2):
        put(tmp_path, f"post/{number}.txt", with_line(number))
    ingest(tmp_path)
    before = known(tmp_path)
    for number in (3, 4):
        put(
            tmp_path,
            f"post/{number}.txt",
            with_line(number).replace("\n\n", f"\n\n{LINE} twice\n\n", 1),
        )
    report = ingest(tmp_path, furniture__learn=False)
    assert furniture(tmp_path) == {f"post/{n}.txt": [LINE] for n in (1, 2, 3, 4)}
    assert known(tmp_path) == before
    assert report.knowledge.lines_by_site == {}


def test_frozen_rows_do_not_hang_on_company(tmp_path: Path, with_line: Story):
    """By frozen knowledge documents give the same rows, one run each or all in one."""
    for number in (1, 2):
        put(tmp_path, f"post/{number}.txt", with_line(number))
    ingest(tmp_path)
    other = tmp_path / "other"
    shutil.copytree(tmp_path / "raw", other / "raw")
    shutil.copytree(tmp_path / "clean", other / "clean")
    digests = set()
    for number in (5, 3, 4):
        text = with_line(number).replace("\n\n", "\n\nA second line of theirs\n\n", 1)
        for folder in (tmp_path, other):
            put(folder, f"post/{number}.txt", text)
        digests.add(ingest(other, furniture__learn=False).knowledge.digest)
    digests.add(ingest(tmp_path, furniture__learn=False).knowledge.digest)
    assert len(digests) == 1
    assert len(furniture(other)) == 5
    assert everything(other) == everything(tmp_path)


def test_frozen_doubt_does_not_hang_on_company(
    tmp_path: Path, with_line: Story, monkeypatch: pytest.MonkeyPatch
):
    """How many pages are sure that a line is their own is told by the knowledge, not by the run."""
    monkeypatch.setattr(f"{__name__}._verdict", _sure_of_sentences)
    for number in (1, 2):
        put(tmp_path, f"post/{number}.txt", with_line(number))
    ingest(tmp_path)
    other = tmp_path / "other"
    shutil.copytree(tmp_path / "raw", other / "raw")
    shutil.copytree(tmp_path / "clean", other / "clean")
    for number in (3, 4, 5):
        text = with_line(number, LINE if number == 5 else f"{LINE}.")
        for folder in (tmp_path, other):
            put(folder, f"post/{number}.txt", text)
        ingest(other, furniture__learn=False)
    ingest(tmp_path, furniture__learn=False)
    assert furniture(tmp_path).keys() == {f"post/{n}.txt" for n in (1, 2, 5)}
    assert everything(other) == everything(tmp_path)


def test_doubt_adds_up_over_runs(tmp_path: Path, with_line: Story, monkeypatch: pytest.MonkeyPatch):
    """A line that most pages of all runs are sure of is the story's own, and comes back to it."""
    monkeypatch.setattr(f"{__name__}._verdict", _sure_of_sentences)
    for number in (1, 2):
        put(tmp_path, f"post/{number}.txt", with_line(number))
    first = ingest(tmp_path)
    for number in (3, 4, 5):
        put(tmp_path, f"post/{number}.txt", with_line(number, f"{LINE}."))
        ingest(tmp_path)
    put(tmp_path, "post/6.txt", with_line(6))
    last = ingest(tmp_path)
    assert furniture(tmp_path).keys() == {"post/1.txt", "post/2.txt", "post/6.txt"}
    put(tmp_path, "post/7.txt", with_line(7, f"{LINE}."))
    put(tmp_path, "post/8.txt", with_line(8, f"{LINE}."))
    after = ingest(tmp_path)
    put(tmp_path, "post/9.txt", with_line(9))
    ingest(tmp_path)
    assert "post/9.txt" not in furniture(tmp_path)
    assert first.knowledge.digest == last.knowledge.digest != after.knowledge.digest


def _sure_of_sentences(block: Block) -> Verdict:
    if block.text.startswith(MARK):
        return Verdict(block.index, Ruling.CUT, Label.RELATED, "score", 0.1)
    return Verdict(block.index, Ruling.KEEP, None, "score", 0.97 if block.text[-1] == "." else 0.6)


def test_switched_off(tmp_path: Path, with_line: Story):
    """With ``furniture.enabled`` off nothing is counted and nothing removed."""
    for number in (1, 2):
        put(tmp_path, f"post/{number}.txt", with_line(number))
    report = ingest(tmp_path, furniture__enabled=False)
    assert furniture(tmp_path) == {}
    assert known(tmp_path) == [[], []]
    assert report.knowledge.lines_by_site == {}


def test_pin_and_veto(tmp_path: Path, with_line: Story):
    """A pinned line goes from a single story; a vetoed one stays in all."""
    put(tmp_path, "post/a.txt", with_line(1, "Pin me to the wall"))
    for number in (2, 3):
        put(tmp_path, f"post/{number}.txt", with_line(number))
    ingest(tmp_path, furniture__pin="post >> pin me to the wall", furniture__veto=LINE.lower())
    assert furniture(tmp_path) == {"post/a.txt": ["Pin me to the wall"]}
    assert {r["rule"] for r in rows(tmp_path, "removed")} >= {"furniture:pinned"}


@pytest.fixture
def crowd(tmp_path: Path, with_line: Story) -> Path:
    """Return a folder of stories of three sites with copies, re-crawls and lines in common."""
    folder = tmp_path / "crowd"
    for number in range(12):
        site, line = f"site{number % 3}", f"{LINE} {'abc'[number % 2]}"
        put(folder, f"{site}/{number}.txt", with_line(number, line))
        if number % 4 == 0:
            put(folder, f"{site}/{number}-again.txt", f"Again\n\n{with_line(number, line)}")
    put(folder, "site0/twin.txt", with_line(3, f"{LINE} b"))
    return folder


@pytest.mark.parametrize(
    "work", [{"work__batch_files": 1}, {"work__batch_files": 3, "work__chunk_documents": 1}]
)
def test_batches_do_not_matter(crowd: Path, tmp_path: Path, work: dict[str, int]):
    """Rows, knowledge and its digest are the same whatever the batches."""
    one = ingest(crowd)
    other = tmp_path / "other"
    shutil.copytree(crowd / "raw", other / "raw")
    two = ingest(other, **work)
    assert furniture(crowd)
    assert everything(crowd) == everything(other)
    assert known(crowd) == known(other)
    assert one.knowledge.digest == two.knowledge.digest


def test_names_of_files_do_not_matter(crowd: Path, tmp_path: Path):
    """The same documents under other names, so in another order, give the same texts."""
    ingest(crowd)
    files = sorted((crowd / "raw").rglob("*.txt"))
    other = tmp_path / "other"
    order = random.Random(3).sample(range(len(files)), len(files))
    for n, file in zip(order, files, strict=True):
        put(other, f"{file.parent.name}/{n:02}.txt", file.read_text())
    ingest(other)
    texts = [{row["doc_id"]: row["text"] for row in rows(f, "documents")} for f in (crowd, other)]
    assert texts[0] == texts[1]
    assert known(crowd) == known(other)


def test_twins_in_several_batches_teach_once(tmp_path: Path, with_line: Story):
    """The same bytes found in several batches are one document, and one story."""
    for name in "abcd":
        put(tmp_path, f"post/{name}.txt", with_line(1))
    ingest(tmp_path, work__batch_files=1)
    assert furniture(tmp_path) == {}


def test_run_that_dies_leaves_the_knowledge(
    tmp_path: Path, with_line: Story, monkeypatch: pytest.MonkeyPatch
):
    """Before the commit nothing is known of a run that died; after it, all."""
    put(tmp_path, "post/a.txt", with_line(1))
    ingest(tmp_path)
    before = known(tmp_path)
    put(tmp_path, "post/b.txt", with_line(2))
    with monkeypatch.context() as patch:
        patch.setattr(edition, "staged_parts", _died)
        with pytest.raises(StoreError, match="died"):
            ingest(tmp_path)
    assert known(tmp_path) == before
    with monkeypatch.context() as patch:
        patch.setattr(edition, "_manifest", _died)
        with pytest.raises(StoreError, match="died"):
            ingest(tmp_path)
    after = known(tmp_path)
    assert len(after[1]) == 1
    assert ingest(tmp_path).row.read == 0
    assert (known(tmp_path), furniture(tmp_path)) == (after, {"post/b.txt": [LINE]})


def _died(*_: Any) -> None:
    raise OSError("died")


def test_helpers_guards_and_rules_are_counted(
    tmp_path: Path, make_story: Story, monkeypatch: pytest.MonkeyPatch
):
    """The numbers of a run say what the extractors were asked, what guards and rules did."""
    real = pool.clean

    def clean(document: RawDocument, limits: Any) -> CleanDocument:
        found = real(document, limits)
        evidence = (Evidence("trafilatura", (1.0,) * len(found.page.blocks)),)
        first, second, *rest = found.verdicts
        verdicts = (
            first._replace(rule="guard:trafilatura"),
            second._replace(ruling=Ruling.CUT, label=Label.MENU, rule="menu"),
            *rest,
        )
        return replace(found, page=replace(found.page, evidence=evidence), verdicts=verdicts)

    monkeypatch.setattr(pool, "clean", clean)
    put(tmp_path, "post/a.txt", make_story(1))
    put(tmp_path, "herald/b.txt", make_story(2))
    tally = ingest(tmp_path).tally
    assert tally.helpers == {"trafilatura": 2}
    assert tally.guards == {"guard:trafilatura": 2}
    assert tally.rules == {"menu": 2}
