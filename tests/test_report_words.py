"""How the report spells texts and times, and how it compares a copy with the canonical."""

import random
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report import words
from pipeline.report.diff import compare
from tests.filling import law

TEXTS = st.lists(
    st.sampled_from(["the", "rain", "fell", "on\n", "a", "漢字", "port", "—", "twice."]),
    max_size=12,
)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("sums \x1b[31mred\x1b[0m", "sums \\x1b[31mred\\x1b[0m"),
        ("pay \u202egnp.exe", "pay \\u202egnp.exe"),
        ("a\x00b\x85c\u2028d\ufeffe", "a\\x00b\\x85c\\u2028d\ufeffe"),
        ("lone \ud800 half", "lone \\ud800 half"),
        ("hidden \U000e0041 tag", "hidden \\U000e0041 tag"),
        ("two\nlines\tand نص\u200f و\u200dها", "two\nlines\tand نص\u200f و\u200dها"),
    ],
)
def test_what_hides_or_turns_text_is_spelled_out(text: str, seen: str):
    """Control characters and overrides are shown; marks that a script needs are left."""
    assert words.visible(text) == seen


def test_a_story_without_headline_is_called_by_its_first_words():
    """And one without text by that."""
    assert words.heading(None, "one two " * 20).endswith("one two …")
    assert words.heading("  ", "Short text.") == "Short text."
    assert words.heading(None, "") == "Without text"
    assert words.heading("Named", "text") == "Named"


@pytest.mark.parametrize(
    ("precision", "told"),
    [
        ("second", "4 Mar 2024, 09:05 UTC"),
        ("day", "4 Mar 2024"),
        ("month", "Mar 2024"),
        ("year", "2024"),
    ],
)
def test_a_time_is_no_more_exact_than_it_is_known(precision: str, told: str):
    """A day has no hour, a year no day."""
    assert words.moment(datetime(2024, 3, 4, 9, 5, 1, tzinfo=UTC), precision) == told


def test_years_before_the_calendar_of_print_are_no_error():
    """A page may declare the year 1."""
    assert words.day(date(1, 1, 1)) == "1 Jan 0001"
    assert words.moment(None, None) == words.day(None) == "no date"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "", None, " http://x"]
)
def test_only_addresses_of_the_web_are_links(url: str | None):
    """A script or a local file is none."""
    assert words.web(url) is None
    assert words.web("HTTPS://x.test/a") == "HTTPS://x.test/a"


@law
@given(TEXTS, TEXTS)
def test_what_is_shared_and_cut_is_the_canonical(a: list[str], b: list[str]):
    """And what is shared and new is the copy: nothing is lost between the two."""
    canonical, copy = " ".join(a), " ".join(b)
    found = compare(canonical, copy)
    assert _joined(found.pieces, "cut") == "".join(canonical.split())
    assert _joined(found.pieces, "new") == "".join(copy.split())


def _joined(pieces: object, kind: str) -> str:
    return "".join("".join(p.text.split()) for p in pieces if p.kind in {"same", kind})  # type: ignore[attr-defined]


def test_a_changed_word_is_told_word_for_word():
    """A cut end is a cut, a new word is new, and the sums say how many."""
    found = compare(
        "World War Two began late that day\nin a storm.", "World War II began late that day"
    )
    kinds = [(p.kind, p.text.strip()) for p in found.pieces]
    assert kinds == [
        ("same", "World War"),
        ("cut", "Two"),
        ("new", "II"),
        ("same", "began late that day"),
        ("cut", "in a storm."),
    ]
    assert (found.cut, found.new, found.same) == (4, 1, 6)


def test_a_word_between_two_changes_is_part_of_them():
    """Else a rewritten sentence would be confetti."""
    found = compare("one red fox of hers ran far away", "one blue dog of mine slept far away")
    assert [p.kind for p in found.pieces] == ["same", "cut", "new", "same"]


def test_a_long_passage_that_is_the_same_is_not_shown_whole():
    """It says how many words are left out, and shows those beside a change."""
    body = " ".join(f"w{n}" for n in range(200))
    found = compare(f"Start {body} end", f"Begin {body} end")
    assert [p.kind for p in found.pieces] == ["cut", "new", "same", "skip"]
    assert found.pieces[-1].words == 201 - found.pieces[-2].words
    assert found.same == 201


def test_texts_too_long_to_compare_by_words_are_compared_by_lines():
    """A hundred thousand words cost no quadratic time."""
    lines = [" ".join(f"w{n}x{m}" for m in range(40)) for n in range(1_500)]
    other = [*lines[:700], "another line stands here", *lines[701:]]
    found = compare("\n".join(lines), "\n".join(other))
    assert (found.cut, found.new) == (40, 4)


@pytest.mark.parametrize("words", [("7",), ("aye", "no"), tuple("0123456789")])
def test_texts_of_few_words_have_what_they_share(words: tuple[str, ...]):
    """A table of figures or a list of votes is no text that changed from end to end."""
    draw = random.Random(1)
    body = " ".join(draw.choice(words) for _ in range(400))
    found = compare(f"{body} end", f"A line before. {body} and after")
    assert (found.same, found.cut, found.new) == (400, 1, 5)


def test_hostile_texts_are_compared_in_time():
    """The same few words over and over, of other lengths, are compared line by line."""
    found = compare("x " + "a b " * 2_900, "y " + "b a a " * 1_900)
    assert found.cut == 1 + 5_800
