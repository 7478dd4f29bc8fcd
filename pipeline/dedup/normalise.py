"""Text to the tokens that are compared: case, spelling, number style and punctuation do not count.

Depends on the text alone: equal texts have equal tokens wherever and whenever they are read.
"""

import re
import unicodedata
from functools import lru_cache

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
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff"
_APOSTROPHES = "’‘‛ʼ`´"
_DASHES = "‐‑‒–—―−"

_SYMBOLS = {"%": "percent", "&": "and"}
_CURRENCIES = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yen", "₹": "rupee"}
_SYMBOL = f"[{''.join((*_SYMBOLS, *_CURRENCIES))}]"

# Blocks whose vowel signs Python's \w leaves out: the Indic ones, and what is set without spaces.
_SIGNED = "\u0900-\u0963\u0966-\u0dff" + _UNSPACED
# A found token may hold inner punctuation ("u.s", "1,200", "co-operate"); _parts decides on it.
_TOKEN = re.compile(rf"\w+(?:[-'.,]\w+)*|{_SYMBOL}")
_WIDE_TOKEN = re.compile(rf"[\w{_SIGNED}]+(?:[-'.,][\w{_SIGNED}]+)*|{_SYMBOL}")
_PART = re.compile(rf"\d+(?:[.,]\d+)*(?:(?:s|st|nd|rd|th)\b)?|(?:[^\W\d]|[{_SIGNED}])+")

_PREFIX = re.compile(r"\b(anti|co|inter|multi|non|pre|re|semi|sub)-(?=[^\W\d]{2})")
_ACRONYM = re.compile(r"\b([^\W\d])\.(?=[^\W\d](?:\W|$))")
_GROUPED = re.compile(r"(\d{1,3}(?:(?:,\d{3})+|(?:\.\d{3})+))(?:[.,](\d+))?")
_SEPARATOR = re.compile("[.,]")

_MONEY = re.compile(rf" ([{''.join(_CURRENCIES)}]) (\d\S*(?: (?:million|billion|trillion))?)(?= )")
_SPACED_GROUPS = re.compile(r" \d{1,3}(?: \d{3})+(?= )")


def tokens(text: str) -> list[str]:
    """Return the words, numbers and unspaced characters of a text, each in its one spelling.

    "the U.S. paid $1.5m, 40 per cent" gives "the us paid 1.5 million dollar 40 percent". Three
    digits after one separator are thousands: "1.200" is 1200, as in most languages.
    """
    folded = _fold(text)
    token = _TOKEN if folded.isascii() else _WIDE_TOKEN
    return _in_context(" ".join(map(_parts, token.findall(folded)))).split()


def _fold(text: str) -> str:
    """Undo case, accents, compatibility forms and the variants of quotes, dashes and spaces."""
    text = text.replace("_", " ")
    if not text.isascii():
        for variants, plain in ((_APOSTROPHES, "'"), (_DASHES, "-"), (_INVISIBLE, "")):
            for variant in variants:
                text = text.replace(variant, plain)
    if text.isascii():
        return text.casefold()
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", text).casefold())
    return UNSPACED.sub(r" \g<0> ", unicodedata.normalize("NFC", bare))


@lru_cache(maxsize=1 << 17)
def _parts(token: str) -> str:
    """Return the tokens that a found token stands for, with blanks between."""
    if token in _SYMBOLS:
        return _SYMBOLS[token]
    if token in _CURRENCIES:
        return token
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


def _in_context(line: str) -> str:
    """Join what stands in several tokens: "per cent", "$ 5 million", "40 000"."""
    line = f" {line} ".replace(" per cent ", " percent ").replace(" us $ ", " $ ")
    if any(symbol in line for symbol in _CURRENCIES):
        line = _MONEY.sub(lambda m: f" {m[2]} {_CURRENCIES[m[1]]}", line)
    return _SPACED_GROUPS.sub(lambda m: " " + m[0].replace(" ", ""), line)
