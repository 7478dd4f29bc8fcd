"""Tables of figures: a wire item may be nothing else."""

import pytest

from pipeline.cleaning.clean import clean
from pipeline.identity import sha256
from pipeline.model import Origin, RawDocument
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
BRIEF = ("Qtly div 15 cents vs 10 cents prior", "Pay April 24", "Record April 7")
SCORES = (
    "The harbour cup was decided on Saturday in front of two thousand on the old pier.",
    "Rovers 3 United 1",
    "Albion 2 Harbour Town 2",
    "Quayside 0 Ferrymen 4",
    "The next round will be rowed on 9 May if the tide allows, the organisers said.",
)


def text_of(*texts: str, separator: str = "\n") -> str:
    """Return what is kept of a text file of these lines."""
    data = separator.join(texts).encode()
    raw = RawDocument("d" * 32, Origin("a.txt", "", sha256(data)), "src", "text/plain", data)
    return clean(raw, Cleaning()).text


@pytest.mark.parametrize("separator", ["\n", "\n\n"])
def test_a_table_alone_is_the_story(separator: str):
    """A wire item of figures alone keeps every row, and the label between them."""
    kept = text_of(*RESULTS, separator=separator)
    assert all(row in kept for row in RESULTS[1:])


def test_a_table_behind_the_story_is_kept():
    """Rows that follow the prose are kept with it, to the last figure."""
    kept = text_of(*STORY, *RESULTS[1:])
    assert all(row in kept for row in (*STORY, *RESULTS[1:]))


def test_a_brief_keeps_its_row_and_its_days():
    """A brief keeps its one row and the days below it; beside prose it keeps the row."""
    kept = text_of("Harbour Tug Co sets quarterly", *BRIEF)
    assert all(line in kept for line in BRIEF)
    assert BRIEF[0] in text_of(*STORY, *BRIEF)


def test_results_between_paragraphs_are_kept():
    """Lines of results inside a story are not taken for a menu."""
    assert text_of(*SCORES) == "\n".join(SCORES)


def test_a_price_list_of_plans_is_no_table():
    """Prices of subscriptions behind a story leave the text, figures or not."""
    plans = ("Choose your plan", "₹900 / month", "₹9,000 / year", "Subscribe now", "Log in")
    kept = text_of(*STORY, *plans, separator="\n\n")
    assert kept == "\n".join(STORY)
