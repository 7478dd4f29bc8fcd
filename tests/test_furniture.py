"""Furniture: which lines are the same, which blocks may go, and which never do."""

import pytest

from pipeline.cleaning.folding import has_figures, key
from pipeline.cleaning.furniture import (
    Line,
    Listed,
    lines_of,
    listed,
    names_of,
    reopened,
    site_of,
    without,
)
from pipeline.model import Block, Label, Page, Ruling, Verdict
from pipeline.settings import Furniture

NOTHING = Listed(frozenset(), frozenset())
PROSE = "The ferry to the outer islands will run twice a day from the first week of the spring."


def page(*texts: str) -> Page:
    """Return a page of these blocks."""
    blocks = tuple(Block(n, text) for n, text in enumerate(texts))
    return Page("text", blocks, (), (), "utf-8", "utf-8", sum(map(len, texts)))


def kept(count: int, score: float = 0.6) -> tuple[Verdict, ...]:
    """Return verdicts that keep all blocks."""
    return tuple(Verdict(n, Ruling.KEEP, None, "score", score) for n in range(count))


def lines(
    *texts: str, score: float = 0.6, site: str | None = "post", marked: Listed = NOTHING
) -> list[Line]:
    """Return the lines of a page whose blocks are all kept with one score."""
    return list(
        lines_of(dict(enumerate(texts)), dict.fromkeys(range(len(texts)), score), site, marked)
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Read more", "READ MORE:"),
        ("12 comments", "1,304 Comments"),
        ("Comments (7)", "Comments (12)"),
        ("5 min read", "11 min read"),
        ("Page 2 of 5", "Page 4 of 7"),
        ("Published: 3 March 2024, 10:15", "Published: 12 April 2023, 7:05"),
        ("Published 2024-03-03", "Published 2023-12-11"),
        ("Stand: 3. März 2024, 10.15 Uhr", "Stand: 14. Mai 2023, 9.05 Uhr"),
        ("Publié le 3 mars 2024", "Publié le 1er avril 2023"),
        ("Last updated at 10:15 GMT", "Last updated at 7:05 GMT"),
        ("Posted 2 hours ago", "Posted 11 hours ago"),
        ("vor 3 Stunden von der Redaktion", "vor 12 Stunden von der Redaktion"),
        ("© 2013 The Post", "© 2024 The Post"),
        ("发布于2024年3月3日", "发布于2023年12月11日"),
    ],
)
def test_same_line(one: str, other: str):
    """Dates, clock times and counters do not make another line, nor do case and punctuation."""
    assert key(one) == key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Revs 41.2 mln vs 38.9 mln", "Revs 41.3 mln vs 38.9 mln"),
        ("Lions 24, Bears 17", "Lions 21, Bears 17"),
        ("Rovers 2:1 United", "Rovers 3:1 United"),
        ("High 12, low 4", "High 13, low 4"),
        ("Smith 4,123 votes", "Smith 4,124 votes"),
        ("41 shares", "42 shares"),
        ("Prices may 5 pct rise", "Prices may 6% rise"),
        ("$1 a week", "$2 a week"),
        ("Section 4.2", "Section 4.3"),
    ],
)
def test_other_figures_make_another_line(one: str, other: str):
    """Figures, scores, prices and votes of another day are another line."""
    assert key(one) != key(other)


@pytest.mark.parametrize("text", ["", "***", "12", "3 March 2024", "10:15 GMT 2024-03-03", "1/12"])
def test_line_without_letters_is_none(text: str):
    """A line of figures or a bare date is never counted: a timeline is made of them."""
    assert key(text) in {"", "gmt"}
    assert [line for line in lines(text) if line.removable and not key(text)] == []


def test_counters_are_no_figures():
    """The digits of counters are no figures; those of a date are: it may head a table."""
    assert not has_figures("12 comments")
    assert has_figures("Ended Feb 28")


def test_sites_have_their_own_lines():
    """The same words on two sites are two lines; spelling of a site's name does not matter."""
    (one,), (other,) = lines("Read on"), lines("Read on", site="herald")
    assert one.key != other.key
    assert site_of("The Post", "x") == site_of("the post ", "y")


@pytest.mark.parametrize(("site", "source"), [(None, "unknown"), ("", "unknown"), ("Unknown", "x")])
def test_unknown_site(site: str | None, source: str):
    """A document of unknown site gives no lines and no names: it neither teaches nor uses."""
    found = site_of(site, source)
    assert found is None
    assert lines("Read on", PROSE, site=found) == []
    assert list(names_of(found, "A title of four words", ("http://post.test/a",))) == []


def test_sure_sentences_never_go():
    """A sentence that the score is sure of stays wherever else it stands; a short line may go."""
    sure, short = lines(PROSE, "Read on", score=0.97)
    assert (sure.sure, sure.removable, short.sure, short.removable) == (True, False, False, True)
    (unsure,) = lines(PROSE)
    assert unsure.removable


def test_cut_lines_teach_but_do_not_go():
    """A block that is cut already is counted, and keeps its own label."""
    (line,) = lines_of({0: "Read on"}, {}, "post", NOTHING)
    assert (line.removable, line.weight) == (False, 0)


def test_tables_stay():
    """Lines of figures that stand together stay, and so do the captions between them."""
    found = lines(
        "Millbrook Pump Corp 3rd qtr",
        "Shr 41 cts vs 38 cts",
        "Revs 41.2 mln vs 38.9 mln",
        "Nine mths",
        "Shr 1.16 dlrs vs 1.04 dlrs",
        "Read on",
        "Our offices are in the old mill",
    )
    assert [line.removable for line in found] == [False, False, False, False, False, True, True]


def test_subheads_stay():
    """A line that stands three times in one text is a subhead of it; one that does twice may go."""
    texts = ["For it", "Read on", "Against it", "Read on", "For it", "Against it", "For it"]
    gone = {texts[line.block or 0] for line in lines(*texts) if line.removable}
    assert gone == {"Read on", "Against it"}


def test_figures_must_stand_in_more_stories():
    """A lone line with figures, and a line of many words, must stand in more stories."""
    found = lines("Call 0800 555 010", "Read on", " ".join(["word"] * 12))
    assert [line.long for line in found] == [True, False, True]


def test_pins_and_vetoes():
    """A pinned line may go from sure prose and unknown sites; a vetoed one is not counted."""
    marked = listed(
        Furniture(pin=(PROSE.upper(), "post >> Only here"), veto=("Read on", "Herald >> Elsewhere"))
    )
    texts = (PROSE, "Only here", "Read on", "Elsewhere")
    found = {
        line.block: (line.removable, line.pinned)
        for line in lines(*texts, score=0.97, marked=marked)
    }
    assert found == {0: (True, True), 1: (True, True), 3: (True, False)}
    assert [line.block for line in lines(*texts, site=None, marked=marked)] == [0]
    assert [line.block for line in lines(*texts, site="herald", marked=marked)] == [0, 1]


def test_sentences_weigh_more():
    """What tells one story from another is its sentences, the surer the more; cut lines nothing."""
    short, unsure = lines("Home News Sport Weather Business", PROSE)
    (sure,) = lines(PROSE, score=0.95)
    assert 0 < short.weight < unsure.weight < sure.weight


def test_names_of_a_page():
    """A title that is a sentence and the addresses name a page; a short title does not."""
    assert len(list(names_of("post", "Ferry runs twice a day", ("http://a.test", None)))) == 2
    assert list(names_of("post", "Weather", (None,))) == []


def test_without():
    """Furniture is cut with its label and rule; other verdicts stay as they are."""
    texts = (PROSE, "Read on", "Menu", "Pinned")
    verdicts = (*kept(2), Verdict(2, Ruling.CUT, Label.MENU, "menu", 0.1), kept(4)[3])
    after = without(page(*texts), verdicts, [1, 2], [3])
    assert [(v.ruling, v.label, v.rule) for v in after] == [
        (Ruling.KEEP, None, "score"),
        (Ruling.CUT, Label.FURNITURE, "furniture"),
        (Ruling.CUT, Label.MENU, "menu"),
        (Ruling.CUT, Label.FURNITURE, "furniture:pinned"),
    ]


def test_furniture_never_takes_a_story_whole():
    """Where neither prose nor half of the words would be left, only what is pinned goes."""
    texts = ("Ferry", "Read on and on", "More from us", "Pinned")
    after = without(page(*texts), kept(4), [1, 2], [3])
    assert [v.ruling is Ruling.KEEP for v in after] == [True, True, True, False]
    after = without(page(PROSE, *texts), kept(5), [1, 2, 3, 4])
    assert [v.ruling is Ruling.KEEP for v in after] == [True, False, False, False, False]


def test_offer_that_ends_the_page_now():
    """When the lines below a wall go, the story is seen to be cut off; what is known stays."""
    wall = "Subscribe to continue reading this article"
    texts = (PROSE, wall, "More from our writers")
    before = (kept(1)[0], Verdict(1, Ruling.CUT, Label.PAYWALL, "wall", 0.1), kept(3)[2])
    after = without(page(*texts), before, [2])
    found = reopened(page(*texts), before, after, {"completeness": "unknown", "paywall": "unknown"})
    assert (found["completeness"], found["paywall"]) == ("partial", "gated")
    known = {"completeness": "partial", "paywall": "gated"}
    assert reopened(page(*texts), before, after, known) == {}


OTHER = "The operator of the ferry expects to carry some forty thousand people in its first month."


def cut_of(texts: tuple[str, ...], found: set[int], *, clutter: int | None) -> list[str]:
    """Return what furniture takes from a page whose judge cut the block ``clutter``, if any."""
    scores = [0.97 if len(text) > 60 else 0.7 for text in texts]
    before = [Verdict(n, Ruling.KEEP, None, "score", score) for n, score in enumerate(scores)]
    if clutter is not None:
        before[clutter] = Verdict(clutter, Ruling.CUT, Label.RELATED, "score", 0.1)
    after = without(page(*texts), before, found)
    return [texts[v.block] for v in after if v.label is Label.FURNITURE]


def test_standing_lines_of_a_table_stay():
    """What stands between two lines of the story is the story's; outside it, and amid clutter, not.

    So "Nine months" and "Dividend unchanged" stay in the results of one company after another.
    """
    table = (PROSE, "Dividend unchanged", "Net 41 mln vs 38 mln", "Nine months", OTHER)
    assert cut_of((*table, "Read next", "Top of page"), {1, 3, 6}, clutter=5) == ["Top of page"]
    assert cut_of((PROSE, "Read next", "Top of page", OTHER), {2}, clutter=1) == ["Top of page"]


def test_a_text_that_is_story_alone_loses_nothing():
    """Where the judge cut nothing there is no furniture, whatever other stories hold, too."""
    texts = (PROSE, "Outlook", "Sunny spells")
    assert cut_of(texts, {1, 2}, clutter=None) == []
    assert cut_of((*texts, "Read next"), {1, 2}, clutter=3) == ["Outlook", "Sunny spells"]
