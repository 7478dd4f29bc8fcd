"""Text to the tokens that are compared: case, spelling, number style and punctuation do not count.

Depends on the text alone: equal texts have equal tokens wherever and whenever they are read.
"""

import re
import unicodedata

from pipeline.dedup.spelling import spelled

_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e"  # Thai
    "\u0e81-\u0ecf"  # Lao
    "\u1000-\u103f\u104c-\u108f\u109a-\u109d\ua9e0-\ua9ef\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17d3\u17dc\u17dd"  # Khmer
    "\u3005-\u3007\u3031-\u3035\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # kana
    "\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"  # bopomofo, Han
)
UNSPACED = re.compile(f"[{_UNSPACED}]")
"""One character of a script that sets no spaces between words; it is a token by itself."""

# Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel signs and stretching: outlets drop
# them at will. The marks of Indic scripts are letters of their own and stay.
_ACCENT = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670]"
)
_LOOKS = str.maketrans(
    dict.fromkeys("\u2019\u2018\u201b\u02bc`\u00b4", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff", "")
    | {"_": " "}
)
"""Apostrophes and dashes of all kinds become one; what cannot be seen goes."""

_LETTERS = str.maketrans(
    {
        "\u0131": "i",
        "\u0142": "l",
        "\u0111": "d",
        "\u00f8": "o",
        "\u00f0": "d",
        "\u0127": "h",
        "\u0167": "t",
        "\u0649": "\u064a",
        "\u0629": "\u0647",  # Arabic final ya and ta marbuta
        "\u093c": "",
        "\u0901": "\u0902",
        "\u09bc": "",
        "\u0981": "",  # Hindi, Bengali
    }
)
"""Letters whose marks outlets drop too, though Unicode takes them for letters of their own."""

_EDGES = "\"'()[].,:;!?\u201c\u201d\u2018\u2019\u2013\u2014-"

_SYMBOLS = {"%": "per cent", "&": "and"}

# Blocks whose vowel signs Python's \w leaves out: the Indic ones, and what is set without spaces.
_SIGNED = "\u0900-\u0963\u0966-\u0dff" + _UNSPACED
# A found token may hold inner punctuation ("u.s", "1,200", "co-operate"); _spellings decides on it.
_TOKEN = re.compile(r"\w+(?:[-'.,]\w+)*|[%&]")
_WIDE_TOKEN = re.compile(rf"[\w{_SIGNED}]+(?:[-'.,][\w{_SIGNED}]+)*|[%&]")
_PART = re.compile(rf"\d+(?:[.,]\d+)*(?:(?:s|st|nd|rd|th)\b)?|(?:[^\W\d]|[{_SIGNED}])+")

_PREFIX = re.compile(r"\b(anti|co|inter|multi|non|pre|re|semi|sub)-(?=[^\W\d]{2})")
_ACRONYM = re.compile(r"\b([^\W\d])\.(?=[^\W\d](?:\W|$))")
_DOLLAR = re.compile(r"\b(?:us|a|c|hk|nz|s)(?=\$)")
_GROUPED = re.compile(r"(\d{1,3}(?:(?:,\d{3})+|(?:\.\d{3})+))(?:[.,](\d+))?")
_SEPARATOR = re.compile("[.,]")

_BLANK = "[ \u00a0\u2009\u202f]"
_IS_SPACED = re.compile(rf"\d{_BLANK}\d{{3}}(?!\d)")
_SPACED = re.compile(rf"(?<![\d.,])\d{{1,3}}(?:{_BLANK}\d{{3}})+(?!\d)")


def tokens(text: str, *, spelling: bool = True) -> list[str]:
    """Return the words, numbers and unspaced characters of a text, each in its one spelling.

    "The U.S. paid $1.5m, 40%" gives "the us paid 1.5 million 40 per cent". Three digits after one
    separator are thousands: "1.200" is 1200, as in most languages. Currencies are left out, since
    "$5 million" and "5 million dollars" set them on either side of the figure. Without
    ``spelling`` only case, accents and punctuation are undone.
    """
    cut = parts if spelling else plain_parts
    return [token for chunk in chunks(text) for token in cut(chunk)]


def chunks(text: str) -> list[str]:
    """Cut a text at its white space, but for the blanks in a number such as "40 000"."""
    if _IS_SPACED.search(text):
        text = _SPACED.sub(lambda number: "".join(number[0].split()), text)
    return text.split()


def parts(chunk: str) -> list[str]:
    """Return the tokens of a chunk without white space; it needs nothing but itself."""
    bare = chunk.strip(_EDGES)
    if bare.isascii() and bare.isalpha():  # most chunks are a word and its punctuation
        return spelled(bare.lower()).split()
    folded = _DOLLAR.sub("", _fold(chunk))
    return " ".join(map(_spellings, _found(folded))).split()


def plain_parts(chunk: str) -> list[str]:
    """Return the tokens of a chunk as they are spelled."""
    return " ".join(_SEPARATOR.sub(" ", token) for token in _found(_fold(chunk))).split()


def _found(folded: str) -> list[str]:
    token = _TOKEN if folded.isascii() else _WIDE_TOKEN
    return token.findall(folded)


def _fold(text: str) -> str:
    """Undo case, accents, compatibility forms and the variants of quotes, dashes and spaces."""
    text = text.translate(_LOOKS)
    if text.isascii():
        return text.casefold()
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", text).casefold())
    return UNSPACED.sub(r" \g<0> ", unicodedata.normalize("NFC", bare).translate(_LETTERS))


def _spellings(token: str) -> str:
    """Return the tokens that a found token stands for, with blanks between."""
    if token in _SYMBOLS:
        return _SYMBOLS[token]
    token = _ACRONYM.sub(r"\1", _PREFIX.sub(r"\1", token)).replace("'", "")
    return " ".join(
        _number(part) if part[0].isdecimal() else spelled(part) for part in _PART.findall(token)
    )


def _number(part: str) -> str:
    if not part.isascii():
        part = "".join(str(unicodedata.decimal(c, c)) for c in part)
    if grouped := _GROUPED.fullmatch(part):
        whole, decimals = _SEPARATOR.sub("", grouped[1]), grouped[2]
        return f"{whole}.{decimals}" if decimals else whole
    if len(_SEPARATOR.findall(part)) > 1:
        return _SEPARATOR.sub(" ", part)  # a date such as 1.5.2013
    return part.replace(",", ".")
