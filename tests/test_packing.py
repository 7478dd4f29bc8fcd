"""What a page has hundreds of, on its way between two processes."""

import pickle

import pytest

from pipeline.model import Block, Label, Markup, Ruling, Verdict

MARKUP = Markup("/html/body/p[1]", "p", ("body",), ("lead", ""), 3, 0, True)


@pytest.mark.parametrize(
    "value",
    [
        MARKUP,
        Block(3, "Wölfe kehren zurück", None, None, MARKUP),
        Block(0, "plain", 4, 9),
        Verdict(3, Ruling.CUT, Label.MENU, "score", 0.25),
    ],
)
def test_values_in_a_row_come_back_equal(value):
    """A pickled value comes back with every field, of the same type, and by its row of values."""
    back = pickle.loads(pickle.dumps(value))
    assert (back, type(back), repr(back)) == (value, type(value), repr(value))
    assert value.__reduce__()[0] is type(value)
