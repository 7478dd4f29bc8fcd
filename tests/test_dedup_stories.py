"""Matches and canonicals: what tells one story, and which copy is printed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st

from pipeline.dedup.canonical import story
from pipeline.dedup.shingles import shingles, stream
from pipeline.model import Copy
from pipeline.settings import Dedup
from tests.comparing import keys_of, matched
from tests.comparing import named as text_id

LAW = law(max_examples=40, derandomize=True, deadline=None)
SETTINGS = Dedup()
OFFER = (
    "Become a member today and read every page we print without limits. Members receive our "
    "weekend supplement, the evening briefing and invitations to debates with our editors. "
    "Cancel whenever you wish; the first four weeks cost nothing at all."
)


def prose(subject, sentences=range(8)):
    """Return sentences about a subject that share no run of three words with another subject's."""
    named = [subject + chr(ord("a") + i) for i in range(26)]
    return " ".join(
        f"{named[i]} councillors told {named[i + 1]} residents {subject} bridge {named[i + 7]} "
        f"would stay {named[i + 5]} closed after {named[i + 3]} repairs {named[i + 11]}."
        for i in sentences
    )


def trigrams(text):
    """Return the distinct runs of three words, counted without our shingles."""
    words = text.lower().replace(".", "").split()
    return set(zip(words, words[1:], words[2:], strict=False))


def test_a_copy_with_small_edits_is_near():
    """Most of both texts is shared: near."""
    story = prose("alder")
    (match,) = matched(
        story, story.replace("alder bridge", "alder Bridge,").replace("told", "TOLD", 1) + " End."
    )
    assert match.kind == "near"
    assert match.containment == 1.0
    assert match.jaccard > 0.9


def test_a_cut_down_is_contained():
    """A third of the story stands wholly in the other text: contained, with exact figures."""
    whole, cut = prose("alder", range(9)), prose("alder", range(3))
    (match,) = matched(whole, cut)
    assert match.kind == "contained"
    assert match.shared == len(trigrams(cut))
    assert match.containment == 1.0
    assert match.jaccard == len(trigrams(cut)) / len(trigrams(whole))


def test_different_stories_do_not_match():
    """Texts without common shingles are not paired."""
    assert matched(prose("alder"), prose("birch")) == []


@pytest.mark.parametrize("sentences", [2, 4, 9])
def test_an_offer_at_the_end_of_both_is_no_story(sentences):
    """However short the stories above it, a shared offer text joins nothing."""
    one, other = prose("alder", range(sentences)), prose("birch", range(sentences))
    assert matched(f"{one} {OFFER}", f"{other} {OFFER}") == []


def test_a_shared_story_end_under_two_ledes_matches():
    """Outlets that write their own opening above the same story are matched, offer or not."""
    body = prose("alder", range(5))
    one = "Angry alder residents asked alder councillors what the closed bridge would cost. "
    other = "Traffic stays off the alder bridge, councillors and residents heard last night. "
    (match,) = matched(one + body, other + body)
    assert match.kind == "near"


def test_a_cut_down_with_the_same_offer_still_matches():
    """A text that is all shared tail is a cut-down, not an offer."""
    assert matched(f"{prose('alder', range(6))} {OFFER}", f"{prose('alder', range(4, 6))} {OFFER}")


def test_templates_with_other_figures_do_not_match():
    """Reports that differ in nothing but name and figures are different stories."""
    report = (
        "{0} Corp said net profit rose to {1} mln from {2} mln, revenue rose to {3} mln from {4} "
        "mln and the dividend rose to {5} cts a share from {6} cts."
    )
    one = report.format("Alder", 12, 11, 140, 131, 8, 7)
    assert matched(one, report.format("Birch", 55, 43, 612, 590, 21, 19)) == []
    assert matched(one, report.format("Alder", 12, 11, 140, 131, 8, 7) + " Shares closed higher.")


def test_few_figures_speak_only_where_little_else_is_shared():
    """The one figure of a phrase that many reports hold parts them; that of a long copy not."""
    phrase = "The lender posted operating profit of {} mln for the quarter on Tuesday morning. "
    one, other = prose("alder", range(3)), prose("birch", range(3))
    loose = Dedup(min_evidence=0.0, min_containment=0.05, min_shared=3)
    assert matched(phrase.format(12) + one, phrase.format(12) + other, settings=loose)
    assert not matched(phrase.format(12) + one, phrase.format(55) + other, settings=loose)
    assert matched(phrase.format(12) + one, phrase.format(55) + one)


def test_figures_that_only_one_text_has_do_not_count():
    """Prices in an offer below one of the copies do not part them."""
    prices = (
        " 3 months 300, 1 year 2,700, 2 years 3,900, renews at 225 a month, plans from 162 a month."
    )
    assert matched(prose("alder"), prose("alder") + prices)


def test_japanese_copies_match_by_characters():
    """A cut-down in a script without word spaces is found; another story is not."""
    story = "日本とロシアの外務防衛閣僚協議が東京で開かれ、両国は協力を広げることで一致した。"
    other = "台風の影響で西日本の各地に大雨が降り、河川の水位が上がった。住民は避難した。"
    (match,) = matched(story, story[:27], other)
    assert match.kind == "contained"


TOKENS = st.lists(
    st.sampled_from([*"東京都知事選挙", "alpha", "beta7", "gamma", "12", "of"]), max_size=30
)


@LAW
@given(TOKENS, TOKENS, TOKENS, TOKENS)
def test_a_match_counts_the_shared_shingles(before, other_before, common, after):
    """Whatever the mix of scripts, the evidence is that of the two exact sets of shingles."""
    loose = Dedup(min_shared=1, min_containment=0.01, min_evidence=0.0)
    one, other = " ".join(before + common + after), " ".join(other_before + common + after)
    sets = [set(shingles(stream([text], loose), loose)[0].tolist()) for text in (one, other)]
    for match in matched(one, other, settings=loose):
        assert match.shared == len(sets[0] & sets[1])
        assert match.containment == match.shared / min(map(len, sets))
        assert match.jaccard == match.shared / len(sets[0] | sets[1])


def test_a_tail_that_changes_script_is_measured():
    """Two Japanese texts that end in the same few Latin words are compared without a slip."""
    ending = "東京都知事選挙の投票が始まった。" + " all rights reserved worldwide"
    one = "日本とロシアの閣僚協議が開かれ、両国は協力を広げることで一致した。" + ending
    other = "台風で西日本の各地に大雨が降り、河川の水位が上がって住民は避難した。" + ending
    assert matched(one, other, settings=Dedup(min_containment=0.1)) == []


def test_matches_do_not_depend_on_the_order_of_the_texts():
    """Texts in any order give the same matches."""
    texts = [prose(s, range(n)) for s in ("alder", "birch") for n in (3, 5, 8)]
    expected = matched(*texts)
    assert matched(*reversed(texts)) == expected != []
    assert all(match.a < match.b for match in expected)


def day(number):
    """Return a day of one month."""
    return datetime(2024, 5, number, tzinfo=UTC)


def told(copies, settings=SETTINGS):
    """Tell the story of copies given as (doc_id, text, day, agency mark, source)."""
    texts = {text_id(text): text for _, text, *_ in copies}
    made = [Copy(d, text_id(text), *rest) for d, text, *rest in copies]
    return story(made, keys_of(texts, settings), matched(*texts.values()), settings)


FULL, CUT = prose("alder"), prose("alder", range(4))
LOCAL = prose("alder", range(8)) + " " + prose("cedar", range(3))


@pytest.mark.parametrize(
    ("copies", "canonical", "reason"),
    [
        ([("a", FULL, None, False, "x")], "a", "only copy"),
        ([("a", CUT, day(1), True, "x"), ("b", CUT + ".", day(2), False, "y")], "a", "agency copy"),
        (
            [("a", CUT, day(1), False, "x"), ("b", FULL, day(2), False, "y")],
            "b",
            "fuller of two texts",
        ),
        ([("a", CUT, day(1), True, "x"), ("b", FULL, day(2), False, "y")], "a", "agency copy"),
        (
            [
                ("a", CUT, day(1), True, "x"),
                ("b", FULL, day(2), False, "y"),
                ("c", LOCAL, day(1), False, "z"),
            ],
            "b",
            "least outside the core",
        ),
        (
            [
                ("a", CUT, day(1), True, "x"),
                ("b", FULL, day(2), False, "y"),
                ("c", FULL, day(1), False, "z"),
                ("d", prose("alder", range(2, 8)), day(1), True, "z"),
            ],
            "c",
            "earliest",
        ),
        ([("a", FULL, None, False, "x"), ("b", FULL, day(3), False, "y")], "b", "earliest"),
        (
            [("a", FULL, None, False, "x"), ("b", FULL, None, False, "wire")],
            "b",
            "most trusted source",
        ),
        ([("a", FULL, None, False, "x"), ("b", FULL, None, False, "y")], "a", "least document id"),
    ],
)
def test_the_canonical_and_its_reason(copies, canonical, reason):
    """The criteria are asked in order, and the one that decided is named."""
    telling = told(copies, Dedup(source_rank=("wire",)))
    assert (telling.canonical, telling.canonical_reason) == (canonical, reason)


def test_the_core_decides_before_the_agency_mark():
    """Of three texts the one that holds what the others share is canonical."""
    telling = told(
        [
            ("a", prose("alder", range(5)), day(1), True, "x"),
            ("b", prose("alder", range(10)), day(2), False, "x"),
            ("c", prose("alder", range(3, 10)), day(1), True, "x"),
        ]
    )
    assert (telling.canonical, telling.canonical_reason) == ("b", "holds most of the core")


def test_a_story_is_named_by_its_earliest_dated_member():
    """The undated come last, whatever their id."""
    copies = [
        ("a", FULL, None, False, "x"),
        ("c", FULL, day(2), False, "y"),
        ("b", CUT, day(3), False, "z"),
    ]
    assert told(copies).story_id == "c"
    assert told(copies[:1]).story_id == "a"


def test_members_carry_the_match_that_joined_them():
    """Twins point to the copy that speaks for their text, which points to its strongest match."""
    telling = told(
        [
            ("a", CUT, day(1), False, "x"),
            ("b", FULL, day(1), False, "x"),
            ("c", FULL.upper(), day(2), False, "y"),
            ("d", CUT, day(2), False, "y"),
        ]
    )
    members = {m.doc_id: (m.match_kind, m.matched_doc_id, m.containment) for m in telling.members}
    assert telling.canonical == "b"
    assert members == {
        "a": ("contained", "b", 1.0),
        "b": (None, None, None),
        "c": ("exact", "b", 1.0),
        "d": ("exact", "a", 1.0),
    }
    assert [m.shared for m in telling.members][1] is None
    assert telling.members[2].shared > telling.members[3].shared > 0


@LAW
@given(st.randoms(use_true_random=False))
def test_a_story_does_not_depend_on_the_order_of_its_copies(random):
    """Shuffled candidates and matches tell the same story, and every copy is a member once."""
    texts = [FULL, CUT, LOCAL, prose("alder", range(2, 8)), prose("alder", range(3, 9))]
    named = {text_id(text): text for text in texts}
    copies = [
        Copy(f"d{i}", name, day(1 + i % 3), i % 4 == 1, "x") for i, name in enumerate([*named] * 2)
    ]
    keys, matches = keys_of(named, SETTINGS), matched(*named.values())
    expected = story(copies, keys, matches, SETTINGS)
    shuffled = random.sample(copies, len(copies))
    assert story(shuffled, keys, random.sample(matches, len(matches)), SETTINGS) == expected
    assert [member.doc_id for member in expected.members] == sorted(c.doc_id for c in copies)


def test_what_is_no_story_is_an_error():
    """No candidate, or one that nothing joins, is refused aloud."""
    with pytest.raises(ValueError, match="at least one"):
        story([], {}, [], SETTINGS)
    with pytest.raises(ValueError, match="nothing joins"):
        told([("a", FULL, None, False, "x"), ("b", prose("birch"), None, False, "y")])


RAW = Path(__file__).parents[1] / "raw"
STORY_LINES = {
    "000": range(3, 30, 2),
    "001": [1, 2, *range(4, 14)],
    "002": range(3, 36, 2),
    "003": [12, *range(19, 32, 2)],
    "004": range(20, 45, 2),
}
"""Where the story stands in each raw file, from 1."""


def test_the_five_raw_files_hold_one_syndicated_pair():
    """000 and 001 tell one story, with 000 canonical; the others tell their own."""
    cleaned = {}
    for file in RAW.glob("*.txt"):
        lines = file.read_text("utf-8").split("\n")
        cleaned[file.name[:3]] = "\n".join(lines[n - 1] for n in STORY_LINES[file.name[:3]])
    named = {text_id(text): name for name, text in cleaned.items()}
    matches = matched(*cleaned.values())
    assert [{named[match.a], named[match.b]} for match in matches] == [{"000", "001"}]
    telling = told([(name, cleaned[name], None, False, "x") for name in ("001", "000")])
    assert (telling.canonical, telling.canonical_reason) == ("000", "fuller of two texts")


def test_marks_of_the_wire_are_obeyed():
    """A withdrawn copy is never canonical, a correction goes first, a later lead after the core."""
    kill = [("a", FULL, day(1), True, "x", "KILL"), ("b", CUT, day(2), False, "y", None)]
    assert told(kill).canonical == "b"
    assert told(kill).canonical_reason == "not withdrawn"
    right = [("a", FULL, day(1), True, "x", None), ("b", CUT, day(2), False, "y", "CORRECTED")]
    assert told(right).canonical_reason == "corrected"
    later = [("a", FULL, day(1), True, "x", "UPDATE 1"), ("b", FULL, day(1), True, "x", "UPDATE 2")]
    assert told(later).canonical_reason == "latest revision"


@pytest.mark.parametrize(
    ("mark", "source", "kind"),
    [("UPDATE 1", "y", "update"), (None, "x", "update"), (None, "y", "contained")],
)
def test_a_later_lead_is_an_update(mark, source, kind):
    """What is later by its mark, or fuller and later in the same outlet, is no cut-down."""
    first = ("a", CUT, day(1), True, "x", None)
    telling = told([first, ("b", FULL, day(2), False, source, mark)], Dedup(source_rank=("x",)))
    kinds = {m.doc_id: m.match_kind for m in telling.members}
    member = "b" if telling.canonical == "a" else "a"
    assert kinds[member] == (kind if member == "b" else "contained")
