"""Cheap looks that go before dear patterns: whatever a pattern finds must pass the look."""

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.cleaning import captions, naming
from pipeline.cleaning.prose import words
from pipeline.cleaning.walls import LANGUAGES

ENGLISH = next(language for language in LANGUAGES if language.name == "en")


def _is_wall(line: str) -> bool:
    # Stems alone decide who is looked at; a few odd walls ("0% left") have none of them.
    return not any(stem in line for stem in ENGLISH.stems) or ENGLISH.may_wall(line)


def _is_placed(line: str) -> bool:
    return captions._MAY_PLACE.search(line) is not None


def _is_bio(line: str) -> bool:
    return naming._may_be_bio(line) or not naming._BIO_WORDS.isdisjoint(words(line))


@pytest.mark.parametrize(
    ("pattern", "look", "prepare"),
    [
        pytest.param(ENGLISH.cue, _is_wall, str.lower, id="walls"),
        pytest.param(captions._POSITION, _is_placed, str.lower, id="places"),
        pytest.param(naming._BIO, _is_bio, str, id="notes on authors"),
    ],
)
def test_what_a_pattern_finds_passes_the_look(
    pattern: re.Pattern[str], look: Callable[[str], bool], prepare: Callable[[str], str]
):
    """Strings are made from the pattern itself, so that a phrase added there is tried, too."""

    @given(st.from_regex(pattern, fullmatch=True))
    @settings(
        max_examples=400,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def holds(made: str) -> None:
        line = prepare(made)
        if pattern.search(line):
            assert look(line), line

    holds()
