"""Lines as arrays: kinds of characters, tokens, hashes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.letters import KINDS, read, word_hashes

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=60)


def tokens_of(line: str) -> list[str]:
    """Return the pieces of a line that its tokens cover."""
    letters = read((line,))
    return [line[at : at + size] for at, size in zip(letters.at, letters.token_sizes, strict=True)]


def test_tokens_are_words_marks_and_single_unspaced_characters():
    """Words and numbers stay whole, each mark and each character without blanks stands alone."""
    assert tokens_of("The pier (1902) shut.") == ["The", "pier", "(", "1902", ")", "shut", "."]
    assert tokens_of("港は閉鎖") == list("港は閉鎖")
    assert tokens_of("बंदरगाह बंद") == ["बंदरगाह", "बंद"]


def test_case_and_digits_are_folded():
    """Two spellings of one word, and numbers of equal length, share a hash."""
    hashes = read(("Pier PIER pier 12 47", "éCole ÉCOLE")).hashes
    assert len(set(hashes[:3])) == 1
    assert hashes[3] == hashes[4]
    assert hashes[5] == hashes[6]
    assert len(set(hashes)) == 3


def test_a_word_has_one_hash_wherever_it_stands():
    """The hash depends on the word alone, not on its place in the line or the page."""
    alone = word_hashes(["harbour"])
    letters = read(("x " * 5000 + "harbour", "The harbour master"))
    assert (letters.hashes == alone[0]).sum() == 2
    assert letters.line[letters.hashes == alone[0]].tolist() == [0, 1]


def test_lines_without_tokens_hold_their_place():
    """Empty lines have no tokens and shift no other line."""
    letters = read(("", "pier", "", ""))
    assert letters.sizes.tolist() == [0, 4, 0, 0]
    assert letters.line.tolist() == [1]
    assert read(()).hashes.size == 0


@given(st.lists(TEXTS, max_size=6))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_tokens_cover_everything_but_white_space(lines):
    """What no token covers is white space, in any script."""
    letters = read(tuple(lines))
    rest = [list(line) for line in lines]
    for line, at, size in zip(letters.line, letters.at, letters.token_sizes, strict=True):
        rest[line][at : at + size] = " " * size
    assert not "".join(char for line in rest for char in line).strip()
    assert letters.kinds.max(initial=0) < len(KINDS)
    assert np.all(letters.token_sizes > 0)
