"""Hostile text made harmless where people look at it: on a terminal and in Markdown."""

import re
import unicodedata

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~^$:=\"'])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def safe(value: object) -> str:
    """Return a value as one printable string: control and format characters are spelled out."""
    return "".join(
        c if c == "\n" or unicodedata.category(c) not in _UNSAFE else _escaped(c)
        for c in str(value)
    )


def one_line(value: object) -> str:
    """Return a value as one printable line: line ends are spelled out, too."""
    return safe(value).replace("\n", "\\n")


def markdown(value: object) -> str:
    """Return a value as one line of Markdown that shows it as it is: no markup, link or HTML."""
    marked = _MARKS.sub(r"\\\1", one_line(value))
    return "".join(_ENTITIES.get(c, c) for c in marked)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
