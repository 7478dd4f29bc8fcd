"""Every guard on a page where it must bring a block back and on one where it must not."""

import numpy as np
import pytest

from pipeline.cleaning.clean import clean
from pipeline.cleaning.guards import GUARDS
from pipeline.cleaning.judge import judge
from pipeline.identity import sha256
from pipeline.model import (
    GUARD,
    Block,
    Evidence,
    Label,
    Origin,
    Page,
    RawDocument,
    Ruling,
    Verdict,
)
from pipeline.settings import Cleaning
from pipeline.terminal import print_document

STORY = (
    "The harbour board voted on Tuesday to close the old ferry pier until new piles are in.",
    "Commuters who cross the bay will be carried by bus, a journey of forty minutes at busy hours.",
    "The chairwoman, Ines Calder, said that the pier would not have lived through another winter.",
)
NOTES = ("Qtly div 12 cts vs 10 cts", "Pay April 24", "Harbour stock closed up")
SURE = (0.9,) * 3


def page(*texts, evidence=()):
    """Return a plain text, or with evidence an HTML page, of these blocks."""
    blocks = tuple(Block(i, text, 0, 0) for i, text in enumerate(texts))
    return Page("html" if evidence else "text", blocks, (), evidence, "utf-8", "utf-8", 0)


def helped(helper, *shares):
    """Return the evidence of one helper."""
    return (Evidence(helper, shares),)


def cut(label, i):
    """Return a rule that cuts one block."""
    return lambda _: iter([Verdict(i, Ruling.CUT, label, "said", 0.05)])


TWICE = (STORY[0], STORY[1], STORY[0])

BRINGS = [
    ("clean-place", page("Home", *STORY), (0.1, 0.9, 0.9, 0.3), (), {3}),
    ("clean-place", page(*STORY), (0.3, 0.9, 0.9), (), {0}),
    ("story-alone", page(*STORY, *NOTES), (*SURE, 0.02, 0.02, 0.02), (), {3, 4, 5}),
    ("story-alone", page("Harbour Corp <HRB> 1st qtr", *STORY), (0.02, *SURE), (), {0}),
    (
        "last-sentence",
        page("Home", *STORY, "It meets in May.", "Most read"),
        (0.1, *SURE, 0.15, 0.1),
        (),
        {4},
    ),
    (
        "only-copy",
        page(*TWICE),
        SURE,
        (cut(Label.RELATED, 0), cut(Label.REPEAT, 2)),
        {2},
    ),
    (
        "trafilatura",
        page(*STORY, evidence=helped("trafilatura", 1.0, 0.0, 1.0)),
        (0.1,) * 3,
        (),
        {0, 2},
    ),
    (
        "readability",
        page(*STORY, evidence=helped("readability", 0.0, 0.9, 1.0)),
        (0.1,) * 3,
        (),
        {1, 2},
    ),
    ("prose", page("Home", *STORY, "Most read"), (0.0,) * 5, (), {1, 2, 3}),
]
"""Name, page, scores, rules and the blocks that come back under that name."""

LEAVES = [
    ("clean-place", page("Home", *STORY, "Most read"), (0.1, 0.9, 0.3, 0.9, 0.1), ()),
    ("story-alone", page(*STORY, *NOTES, "Most read"), (*SURE, *(0.02,) * 4), ()),
    ("story-alone", page(*STORY, *NOTES), (*SURE, *(0.02,) * 3), (cut(Label.ADVERT, 5),)),
    (
        "last-sentence",
        page("Home", *STORY, "You meet our board.", "Most read"),
        (0.1, *SURE, 0.15, 0.1),
        (),
    ),
    (
        "last-sentence",
        page("Home", "It meets in May.", *STORY, "Most read"),
        (0.1, 0.15, *SURE, 0.1),
        (),
    ),
    ("only-copy", page(*TWICE), SURE, (cut(Label.REPEAT, 2),)),
    (
        "trafilatura",
        page(*STORY, evidence=helped("trafilatura", 1.0, 1.0, 1.0)),
        (0.9, 0.9, 0.1),
        (),
    ),
    ("trafilatura", page(*STORY, evidence=helped("readability", 1.0, 1.0, 1.0)), (0.1,) * 3, ()),
    (
        "readability",
        page(*STORY, evidence=helped("readability", 1.0, 1.0, 1.0)),
        (0.9, 0.9, 0.1),
        (),
    ),
    ("prose", page("Home", *STORY, "Most read"), (0.0, 0.9, 0.0, 0.0, 0.0), ()),
]
"""The same where the guard has nothing to say."""


def back(found, name):
    """Return the blocks that a guard brought back."""
    return {v.block for v in found if v.rule == GUARD + name and v.ruling is Ruling.KEEP}


@pytest.mark.parametrize(("name", "seen", "scores", "rules", "blocks"), BRINGS)
def test_a_guard_brings_its_blocks_back(name, seen, scores, rules, blocks):
    """The verdict says which guard it was."""
    assert back(judge(seen, scores, rules), name) == blocks


@pytest.mark.parametrize(("name", "seen", "scores", "rules"), LEAVES)
def test_a_guard_leaves_what_is_none_of_its_own(name, seen, scores, rules):
    """Nothing comes back under its name."""
    assert back(judge(seen, scores, rules), name) == set()


def test_every_guard_has_a_fixture_on_both_sides():
    """A name in the table has a page for and one against it."""
    names = [name for name, _ in GUARDS]
    assert len({*names}) == len(names)
    assert {case[0] for case in BRINGS} == {case[0] for case in LEAVES} == {*names}


def test_the_terminal_names_the_guard(monkeypatch, capsys):
    """What a guard brought back is shown with its name, other kept text without."""
    data = "\n\n".join(["Harbour Corp <HRB> 1st qtr", *STORY]).encode()
    raw = RawDocument("d", Origin("a", "", sha256(data)), "s", "text/plain", data)
    monkeypatch.setattr("pipeline.cleaning.clean.scores", lambda *_: np.array([0.02, *SURE]))
    print_document(clean(raw, Cleaning()))
    shown = capsys.readouterr().out
    assert "[guard:story-alone · 0.02] Harbour Corp" in shown
    assert shown.count("guard:") == 1
