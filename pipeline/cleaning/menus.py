"""Navigation in plain text: breadcrumbs, numbered or with separators."""

import re
from itertools import takewhile

from pipeline.cleaning.lexicon import WHOLE_LINES, fold
from pipeline.cleaning.prose import Outline
from pipeline.model import Label

_SEPARATED = re.compile(r"\s*(?:[|›»→>·•/]|::|»)\s*")
_HOME = frozenset(
    map(
        fold,
        ("home", "homepage", "startseite", "start", "accueil", "inicio", "portada", "início",
         "capa", "voorpagina", "главная", "الرئيسية", "होम", "ホーム", "トップ", "首页", "首頁"),
    )
)  # fmt: skip


def breadcrumbs(lines: Outline) -> frozenset[int]:
    """Return the lines of a trail such as "1. Home", "2. World" or "Home > World > Asia"."""
    found: set[int] = set()
    for i, line in enumerate(lines.bare[: lines.main.start]):
        parts = _SEPARATED.split(line)
        if len(parts) >= 2 and fold(parts[0]) in _HOME and lines.sizes[i] <= 30:
            found.add(i)
        elif fold(line) in _HOME and i in lines.numbered:
            found.add(i)
            found.update(takewhile(lambda j: j in lines.numbered, range(i + 1, lines.main.start)))
    return frozenset(found)


def is_menu_line(line: str, size: int) -> bool:
    """Tell whether a line is a row of short items, or a menu word alone."""
    if fold(line) in WHOLE_LINES[Label.MENU]:
        return True
    parts = [part for part in _SEPARATED.split(line) if part]
    return len(parts) >= 3 and size <= 4 * len(parts) and len(line) < 400
