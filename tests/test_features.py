"""The columns of a page: one row a block, every column on every page."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.features import COLUMNS, line_columns
from pipeline.model import Block, Page

PROSE = (
    "The harbour board voted on Tuesday to close the ferry pier for two years for repairs.",
    "Commuters who cross the bay will be carried by bus, which the board expects to take longer.",
    "Shopkeepers near the pier asked the harbour board for a rent holiday until the ferry is back.",
)
PAGE = (
    "Home",
    "News",
    "Harbour board closes ferry pier",
    "Log in",
    *PROSE,
    "Log in",
    "© 2013 The Bay Chronicle",
)


def page_of(*lines: str) -> Page:
    """Return a page of plain text with these lines."""
    blocks = tuple(Block(i, line, 0, 0) for i, line in enumerate(lines))
    return Page("text", blocks, (), (), "utf-8", "utf-8", 0)


def columns_of(*lines: str, gram=None):
    """Return the columns of a page by name."""
    scores = np.zeros(len(lines), dtype=np.float32) if gram is None else np.float32(gram)
    table = line_columns(page_of(*lines), scores)
    return dict(zip(COLUMNS, table.T, strict=True))


LINES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80).map(
    lambda text: " ".join(text.split()) or "x"
)


@given(st.lists(LINES, min_size=1, max_size=12))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_every_page_has_every_column(lines):
    """Any lines give one row a block and all columns, none of them infinite."""
    table = line_columns(page_of(*lines), np.zeros(len(lines), dtype=np.float32))
    assert table.shape == (len(lines), len(COLUMNS))
    assert table.dtype == np.float32
    assert not np.isinf(table).any()


def test_names_of_columns_are_unique():
    """A column has one name."""
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_the_headline_is_found_by_the_words_of_the_body():
    """The line before the body that shares its words is taken for the title."""
    found = columns_of(*PAGE)
    assert found["to_title"].tolist().index(0) == 2
    assert found["title_overlap"][2] == 1


def test_place_against_the_run_of_prose():
    """Lines know whether they stand before, inside or after the main run."""
    found = columns_of(*PAGE)
    assert found["inside"].tolist() == [0, 0, 0, 0, 1, 1, 1, 0, 0]
    assert found["to_start"][0] > found["to_start"][3] > 0 == found["to_start"][4]
    assert found["past_end"][7] > 0 >= found["past_end"][6]


def test_later_copies_are_known():
    """The second of two equal lines is a later copy, the first is not."""
    found = columns_of(*PAGE)
    assert found["later_copy"].tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 0]
    assert found["copies"][3] == found["copies"][7] > found["copies"][0] == 0


def test_neighbours_and_windows_of_the_score():
    """The n-gram score is given for the lines around, missing past the ends, and as means."""
    found = columns_of(*PAGE, gram=range(len(PAGE)))
    assert found["gram+1"][:-1].tolist() == list(range(1, len(PAGE)))
    assert np.isnan(found["gram+1"][-1])
    assert found["gram~2"][4] == pytest.approx(4)
    assert found["gram>8"][0] == pytest.approx(sum(range(1, 9)) / 8)
    assert found["gram<8"][0] == 0


def test_a_credit_behind_the_last_sentence_trails():
    """The words after the last end of a sentence are measured; a whole sentence leaves few."""
    found = columns_of("The pier in May. Photo: A. Roe", "The pier is shut. It will stay so.")
    assert found["trail"][0] > found["trail"][1]


def test_equal_pages_give_equal_rows_whatever_was_read_before():
    """Nothing is remembered from the page before."""
    first = line_columns(page_of(*PAGE), np.zeros(len(PAGE), dtype=np.float32))
    columns_of("another page", *PROSE)
    again = line_columns(page_of(*PAGE), np.zeros(len(PAGE), dtype=np.float32))
    assert np.array_equal(first, again, equal_nan=True)
