"""Documents travel from a worker as rows: the same rows as if they had travelled themselves."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import learning
from pipeline.cleaning.clean import clean
from pipeline.errors import RejectReason
from pipeline.identity import ID_LENGTH, sha256
from pipeline.model import CleanDocument, Origin, RawDocument, Rejected, Ruling
from pipeline.settings import Cleaning, Furniture
from pipeline.shipping import Packer, Shipped, Tables, line_slip, unload
from pipeline.store import publish, rows, slips

PACKER = Packer("digest", "run", Furniture())
REFUSED = Rejected("odd.txt", "", None, "clean", RejectReason.INTERNAL)
PART = "documents/run_date=2024-01-01/000001-00000-000.parquet"
TEXTS = (
    "Mill to close\n\nThe mill on the coast will close in May, its owner said on Monday.\n\nShare",
    "Prices rise\n\nBread costs more than last year, the office said.\n\n12 comments\n\nShare",
    "Odd \udc80 bytes\n\nA line with a lone surrogate stays a line of the story, they said.",
)
PAGE = """<html><head><title>Mill to close</title></head><body><nav><a href="/a">Home</a>
<a href="/b">Sport</a></nav><article><h1>Mill to close</h1><p>The mill on the coast will close in
May, its owner said on Monday, after ninety years.</p></article><p>© 2024 Post</p></body></html>"""


def made(text: str, media_type: str = "text/plain") -> CleanDocument:
    """Clean a text under a name of its own."""
    data = text.encode("utf-8", "surrogatepass")
    name = sha256(data)
    origin = Origin(f"post/{name[:8]}", "", name)
    raw = RawDocument(name[:ID_LENGTH], origin, "post", media_type, data)  # type: ignore[arg-type]
    return clean(raw, Cleaning())


@pytest.fixture(scope="module")
def documents() -> list[CleanDocument]:
    """Return some texts and a page, cleaned; one text has a character that UTF-8 cannot hold."""
    found = [*map(made, TEXTS), made(PAGE, "text/html")]
    page = found[2].page
    odd = page.blocks[0]._replace(text="Odd \udc80 bytes")
    found[2] = replace(found[2], page=replace(page, blocks=(odd, *page.blocks[1:])))
    return found


def shipped(documents: list[CleanDocument]) -> list[Shipped | Rejected]:
    """Send documents as a worker does, with a reject among them."""
    made = [PACKER.each(document) for document in documents]
    return PACKER.together([*made[:1], REFUSED, *made[1:]])


def arrived(items: list[Shipped | Rejected]) -> Tables:
    """Return the rows of all that are documents."""
    return unload([item for item in items if isinstance(item, Shipped)])


def test_rows_arrive_as_they_were_made(documents: list[CleanDocument]):
    """All columns and rows are there, in the order that is asked for; rejects keep their place."""
    sent = shipped(documents)
    assert sent[1] is REFUSED
    back = [item for item in reversed(sent) if isinstance(item, Shipped)]
    tables = unload(back)
    assert tables.documents["doc_id"].to_pylist() == [d.doc_id for d in reversed(documents)]
    for document, row in zip(reversed(documents), tables.documents.to_pylist(), strict=True):
        expected = rows.document_row(document, "digest", "run")
        assert row["text"] == expected["text"].replace("\udc80", "\ufffd")
        assert {n: v for n, v in row.items() if n in ("kept_block", "kept_path", "raw_path")} == {
            n: expected[n] for n in ("kept_block", "kept_path", "raw_path")
        }
    gone = [
        (d.doc_id, v.block, v.label and str(v.label), d.page.blocks[v.block].text)
        for d in reversed(documents)
        for v in d.verdicts
        if v.ruling is not Ruling.KEEP
    ]
    columns = [tables.removed[name].to_pylist() for name in ("doc_id", "block", "label", "text")]
    assert list(zip(*columns, strict=True)) == gone
    assert gone


def test_one_of_two_copies_in_a_load_is_taken(documents: list[CleanDocument]):
    """Rows are found by their place: equal documents in one load are not mixed up."""
    one = documents[1]
    twin = replace(one, origin=replace(one.origin, path="post/again"))
    first, second = PACKER.together([PACKER.each(one), PACKER.each(twin)])
    assert isinstance(first, Shipped)
    assert isinstance(second, Shipped)
    assert unload([second]).documents["raw_path"].to_pylist() == ["post/again"]
    assert len(unload([second]).removed) == len(unload([first]).removed)
    assert unload([first, second]).lines.num_rows == 2 * unload([first]).lines.num_rows


def test_a_chunk_of_rejects_is_sent():
    """A chunk of which nothing is left is a chunk all the same."""
    assert PACKER.together([REFUSED, REFUSED]) == [REFUSED, REFUSED]


def test_lines_are_those_that_the_part_tells(documents: list[CleanDocument], tmp_path: Path):
    """What a worker counts is what is counted when the staged part is read back."""
    tables = arrived(shipped(documents))
    publish.stage_documents(tmp_path, PART, tables.documents, tables.removed, "digest")
    learning._read_part(tmp_path, Furniture(), tmp_path / PART)
    read = pq.read_table(slips.place(tmp_path, "line", Path(PART).stem))
    told = line_slip(tables.lines, PART).cast(slips.SLIPS["line"])
    by_place = [("doc_id", "ascending"), ("block", "ascending"), ("key", "ascending")]
    assert told.sort_by(by_place).equals(read.sort_by(by_place))
    assert pa.compute.any(told["removable"]).as_py()


def test_counts_are_those_of_the_rows(documents: list[CleanDocument]):
    """The numbers of a run are those of what it stages."""
    for document in documents:
        made = PACKER.each(document)
        counts = made.head.counts
        words = sum(map(rows.count_words, made.removed["text"]))
        assert counts.words_removed.total() == words
        assert counts.rules.total() == len(made.removed["rule"])
        assert (counts.words_kept, counts.chars_kept) == (
            made.document["word_count"],
            len(made.document["text"]),
        )


def test_without_furniture_no_line_is_counted(documents: list[CleanDocument]):
    """What is switched off costs nothing."""
    idle = Packer("digest", "run", Furniture(enabled=False))
    assert not idle.each(documents[0]).lines["doc_id"]
