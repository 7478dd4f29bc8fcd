"""The language of a text: what the page declares, checked against the words."""

import re
from functools import cache
from typing import Any

from pipeline.cleaning.prose import word_count

_DECLARED = re.compile(r"([a-zA-Z]{2,3})(?:[-_][a-zA-Z0-9-]+)*")
_MIN_WORDS = 20
"""Words below which a guess is worth less than what the page declares, or nothing."""
_SAMPLE = 4_000
_SURE = 0.9


def language(text: str, declared: tuple[str, str] | None) -> tuple[str | None, str | None]:
    """Return the ISO 639 code of the text and where it was found.

    ``declared`` is value and source of the page's own declaration. It stands unless the words
    clearly speak another language. A short text without a declaration has none.
    """
    said = _base(declared[0]) if declared else None
    if declared and said is None:
        declared = None
    if word_count(text[:_SAMPLE]) < _MIN_WORDS:
        return (said, declared[1]) if said and declared else (None, None)
    guess, probability = _guess(text[:_SAMPLE])
    if said and declared and (guess == said or probability < _SURE):
        return said, declared[1]
    return guess, "text"


def _base(value: str) -> str | None:
    found = _DECLARED.fullmatch(value.strip())
    code = found[1].lower() if found else None
    return None if code in {None, "und", "mul", "zxx"} else {"nb": "no", "nn": "no"}.get(code, code)


def _guess(text: str) -> tuple[str, float]:
    code, probability = _identifier().classify(text)
    return str(code), float(probability)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - loads a model

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
