"""Navigation in plain text: breadcrumbs, numbered or with separators."""

import re
from itertools import takewhile

from pipeline.cleaning.lexicon import fold
from pipeline.cleaning.once import once
from pipeline.cleaning.prose import Outline

_SEPARATED = re.compile(r"\s*(?:[|›»→>·•/]|::|»)\s*")
_SEPARATOR = re.compile(r"[|›»→>·•/:]")
"""The same without the blanks around, which cost most of the search; one colon is none."""
_LONGEST_ROW = 400
_LONGEST_HOME = 20
"""Characters of a row of items, and of the name of the front page."""
_HOME = frozenset(
    map(
        fold,
        ("home", "homepage", "startseite", "start", "accueil", "inicio", "portada", "início",
         "capa", "voorpagina", "главная", "الرئيسية", "होम", "ホーム", "トップ", "首页", "首頁"),
    )
)  # fmt: skip


@once
def breadcrumbs(lines: Outline) -> frozenset[int]:
    """Return the lines of a trail such as "1. Home", "2. World" or "Home > World > Asia"."""
    found: set[int] = set()
    for i, line in enumerate(lines.bare[: lines.main.start]):
        trail = _SEPARATOR.search(line, 0, _LONGEST_HOME) and _SEPARATED.search(
            line, 0, _LONGEST_HOME
        )
        if trail and lines.sizes[i] <= 30 and fold(line[: trail.start()]) in _HOME:
            found.add(i)
        elif i in lines.numbered and fold(line) in _HOME:
            found.add(i)
            found.update(takewhile(lambda j: j in lines.numbered, range(i + 1, lines.main.start)))
    return frozenset(found)


def is_row(line: str, size: int) -> bool:
    """Tell whether a line of so many words is a row of short items."""
    if len(line) > _LONGEST_ROW or not _SEPARATOR.search(line):
        return False
    items = len(parts(line))
    return items >= 3 and size <= 4 * items


def parts(line: str) -> list[str]:
    """Return the items of a row, split at bars, arrows, dots and slashes."""
    return [part for part in _SEPARATED.split(line) if part]
