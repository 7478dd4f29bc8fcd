"""Tables of figures: a wire item may be nothing else, and a price list is none."""

import pytest

from pipeline.cleaning.clean import clean
from pipeline.cleaning.prose import outline
from pipeline.cleaning.tables import is_row, table_rows
from pipeline.identity import sha256
from pipeline.model import Block, Origin, Page, RawDocument
from pipeline.settings import Cleaning

RESULTS = (
    "Harbour Tug Co third quarter",
    "Shr 41 cts vs 38 cts",
    "Net 2.1 mln vs 1.9 mln",
    "Revs 41.2 mln vs 38.9 mln",
    "Nine months",
    "Shr 1.16 dlrs vs 1.04 dlrs",
    "Net 6.4 mln vs 5.8 mln",
)
STORY = (
    "The tug operator said on Thursday that more ships had called at the port than in any spring.",
    "Its chairman, Bo Lind, told shareholders that the new fuel dock would open before the winter.",
)


def lines_of(*texts: str):
    """Return the outline of a page of lines."""
    blocks = tuple(Block(i, text, 0, 0) for i, text in enumerate(texts))
    return outline(Page("text", blocks, (), (), "utf-8", "utf-8", 0))


def text_of(*texts: str) -> str:
    """Return what is kept of a text file of these lines."""
    data = "\n".join(texts).encode()
    raw = RawDocument("d" * 32, Origin("a.txt", "", sha256(data)), "src", "text/plain", data)
    return clean(raw, Cleaning()).text


@pytest.mark.parametrize(
    "line",
    [
        "Shr 41 cts vs 38 cts",
        "Rovers 3 United 1",
        "Wheat 212.50 214.00 +1.50",
        "12,5 gegenüber 11,9",
    ],
)
def test_rows(line: str):
    """Two figures, or one against another, make a row."""
    assert is_row(lines_of(line), 0)


@pytest.mark.parametrize(
    "line",
    [
        "₹900",
        "$9.99/month",
        "2 November 2013 10:03",
        "Subscribe now for $1",
        "Home",
        "The council met on 3 May and again on 4 June to hear what the 12 members had to say.",
    ],
)
def test_no_rows(line: str):
    """Prices of plans, dates, menu words and sentences that name numbers are no rows."""
    assert not is_row(lines_of(line), 0)


def test_table_alone_is_the_story():
    """A wire item of figures alone keeps every row, and the label between them."""
    assert table_rows(lines_of(*RESULTS)) == {1, 2, 3, 4, 5, 6}
    assert all(row in text_of(*RESULTS) for row in RESULTS[1:])


def test_table_by_the_story_is_kept():
    """Rows that follow the prose are kept with it, to the last figure."""
    kept = text_of(*STORY, *RESULTS[1:])
    assert all(row in kept for row in (*STORY, *RESULTS[1:]))


def test_table_far_from_the_story_is_not():
    """Rows that stand far off the prose, as a ticker on top of a page, are not taken for it."""
    menu = tuple(f"Section {name}" for name in ("A", "B", "C", "D", "E", "F"))
    assert table_rows(lines_of("Gold 1,912.00 +3.10", "Oil 71.20 -0.40", *menu, *STORY)) == set()


def test_one_row_is_no_table():
    """A single line of figures is left to its score."""
    assert table_rows(lines_of(*STORY, "Rovers 3 United 1")) == set()


BRIEF = ("Qtly div 15 cents vs 10 cents prior", "Pay April 24", "Record April 7")


def test_one_comparison_is_enough_for_a_brief():
    """A brief keeps its one row and the days below it, alone or right beside the prose."""
    assert table_rows(lines_of("Harbour Tug Co sets quarterly", *BRIEF)) == {1, 2, 3}
    assert all(line in text_of("Harbour Tug Co sets quarterly", *BRIEF) for line in BRIEF)
    assert table_rows(lines_of(*STORY, *BRIEF)) == {2, 3, 4}
    assert text_of(*STORY, *BRIEF) == "\n".join((*STORY, *BRIEF))


@pytest.mark.parametrize(
    "line", ["Model 15 vs Model 14: what to buy", "Rovers vs United: 3 things to know", "Oslo 3"]
)
def test_one_line_that_compares_no_figures_is_no_table(line: str):
    """A headline of two names is no comparison of figures, wherever it stands."""
    assert table_rows(lines_of("Harbour Tug Co", line)) == set()
    assert table_rows(lines_of(*STORY, line)) == set()


def test_one_comparison_far_from_the_story_is_not():
    """A row away from the prose of a longer page is left to its score."""
    menu = tuple(f"Section {name}" for name in "ABCDEFGHIJ")
    assert table_rows(lines_of("Gold 1,912 vs 1,908", *menu, *STORY)) == set()
