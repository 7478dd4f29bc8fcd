"""The judge: one verdict a block, the order of authority, and the guard of the body."""

from pipeline.cleaning.judge import judge
from pipeline.cleaning.rules import DECIDING
from pipeline.model import Block, Evidence, Label, Page, Ruling, Verdict

STORY = (
    (
        "The harbour board voted on Tuesday to close the old ferry pier for two years while divers "
        "replace the timber piles that storms have worn away."
    ),
    (
        "Commuters who cross the bay each morning will be carried by bus instead, a journey the "
        "ferry "
        "operator expects to take forty minutes longer at busy hours."
    ),
    (
        "The board's chairwoman, Ines Calder, said after the meeting that the pier would not have "
        "lived through another winter of storms."
    ),
    (
        "Shopkeepers near the ferry terminal asked for a rent holiday, which the harbour board "
        "will "
        "discuss when it meets again in May."
    ),
)


def page(*texts, evidence=()):
    """Return a page of blocks without a mode's particulars."""
    made = tuple(Block(i, text, 0, 0) for i, text in enumerate(texts))
    return Page("text", made, (), evidence, "utf-8", "utf-8", 0)


def says(label, *indices):
    """Return a rule that cuts some blocks with a label."""

    def rule(_):
        return iter(Verdict(i, Ruling.CUT, label, f"says-{label}", 0.1) for i in indices)

    return rule


def test_the_first_rule_that_speaks_wins():
    """Rules have authority in the order of the tuple."""
    rules = (says(Label.LEGAL, 1), says(Label.ADVERT, 0, 1))
    verdicts = judge(page(*STORY[:3]), (0.9, 0.9, 0.9), rules)
    assert [v.label for v in verdicts] == [Label.ADVERT, Label.LEGAL, None]


def test_without_a_rule_the_score_decides():
    """From one half on a block is kept, where clutter is about."""
    verdicts = judge(page("Home", *STORY, "Sport"), (0.1, 0.5, 0.49, 0.9, 0.9, 0.1), ())
    assert [v.block for v in verdicts if v.ruling is Ruling.KEEP] == [1, 3, 4]


def test_without_clutter_less_will_do():
    """A doubtful block stays on a page of story alone, and at a clean end of another."""
    keeps = [v.ruling is Ruling.KEEP for v in judge(page(*STORY), (0.3, 0.9, 0.3, 0.9), ())]
    assert keeps == [True] * 4
    verdicts = judge(page("Home", "News", *STORY), (0.1, 0.1, 0.9, 0.9, 0.9, 0.3), ())
    assert [v.block for v in verdicts if v.ruling is Ruling.KEEP] == [2, 3, 4, 5]


def test_a_text_that_shows_no_clutter_is_story():
    """Rows and short lines below clean prose stay whatever their score; a pointer tells a dump."""
    notes = ("Qtly div 12 cts vs 10 cts", "Pay April 24", "Record April 7")
    scores = (0.9,) * 4 + (0.02,) * 3
    assert all(v.ruling is Ruling.KEEP for v in judge(page(*STORY, *notes), scores, ()))
    dump = page(*STORY, *notes[:2], "Most read")
    assert [v.ruling for v in judge(dump, scores, ())][4:] == [Ruling.CUT] * 3
    above = page(notes[0], *STORY, *notes[1:])
    assert judge(above, (0.02, *(0.9,) * 4, 0.02, 0.02), ())[5].ruling is Ruling.KEEP
    menu = page("Home", *STORY, *notes[1:])
    assert judge(menu, (0.02, *(0.9,) * 4, 0.02, 0.02), ())[5].ruling is Ruling.CUT


def test_the_last_short_sentence_of_a_story_stays():
    """Right below prose and above clutter a doubtful sentence stays, if it asks nobody anything."""
    scores = (0.1, 0.9, 0.9, 0.9, 0.9, 0.15, 0.1)
    for last, is_kept in (("It meets in May.", True), ("You meet our board.", False)):
        verdicts = judge(page("Home", *STORY, last, "Most read"), scores, ())
        assert (verdicts[5].ruling is Ruling.KEEP) is is_kept
    above = judge(
        page("Home", "It meets in May.", *STORY, "Most read"),
        (0.1, 0.15, 0.9, 0.9, 0.9, 0.9, 0.1),
        (),
    )
    assert above[1].ruling is Ruling.CUT


def test_the_guard_brings_back_a_lost_body_but_nothing_that_a_rule_cut():
    """Where less than half of a helper's words are kept, its blocks return, ruled ones excepted."""
    evidence = (Evidence("trafilatura", (1.0, 1.0, 0.0, 1.0)),)
    verdicts = judge(
        page(*STORY, evidence=evidence), (0.1, 0.1, 0.1, 0.1), (says(Label.ADVERT, 0),)
    )
    assert [v.ruling for v in verdicts] == [Ruling.CUT, Ruling.KEEP, Ruling.CUT, Ruling.KEEP]
    assert verdicts[1].rule == "guard:trafilatura"


def test_a_text_of_prose_is_never_left_empty():
    """Without helpers the main run of prose is the guard."""
    verdicts = judge(page(*STORY), (0.0,) * 4, ())
    assert all(v.ruling is Ruling.KEEP for v in verdicts)


def test_the_rules_are_a_plain_tuple_of_functions():
    """There is no registry: the order of authority can be read off one tuple."""
    assert isinstance(DECIDING, tuple)
    assert all(callable(rule) and rule.__doc__ for rule in DECIDING)


def test_repeat_does_not_lose_the_paragraph():
    """When the copy that a repeat left is cut for another reason, an equal one comes back."""
    twice = page(STORY[0], STORY[1], STORY[0])

    def repeated(_):
        yield Verdict(2, Ruling.CUT, Label.REPEAT, "repeat", 0.05)

    verdicts = judge(twice, (0.9, 0.9, 0.8), (says(Label.RELATED, 0), repeated))
    assert [v.ruling for v in verdicts] == [Ruling.CUT, Ruling.KEEP, Ruling.KEEP]
