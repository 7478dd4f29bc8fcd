"""What class names, ids and roles say of a block: the words in them and what they may mean."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.model import Markup

HINTS = {
    "comment": "comment disqus respond replies discussion",
    "share": "share sharing social addtoany follow twitter facebook",
    "related": "relat recommend popular trending =also =more mostread promo teaser =next previous "
    "recirc outbrain taboola latest",
    "advert": "=ad =ads advert sponsor banner dfp commercial affiliate",
    "offer": "subscri paywall premium newsletter =sign signup login regwall membership donat offer "
    "piano =abo mailchimp =cta",
    "menu": "^nav menu crumb toolbar masthead paginat pager =skip",
    "picture": "caption credit figure photo image gallery media video slide carousel player bild",
    "byline": "byline =by author date time meta publish contributor writer",
    "tag": "^tag topic categor keyword label",
    "notice": "cookie consent gdpr legal privacy copyright disclaim colophon hidden modal popup "
    "overlay tooltip =sr visually",
    "box": "widget box quote card embed sidebar rail aside =toc list table faq product",
    "article": "article ^post story entry",
    "body": "^body content ^text prose paragraph richtext articlebody",
    "main": "^main primary =page",
    "lead": "summary lede ^lead standfirst excerpt intro abstract =key keypoints deck subtitle "
    "dek chapo teaser",
    "headline": "headline title heading",
    "footer": "foot bottom =end =after",
    "declared": "articlebody",
    "bio": "=bio about profile avatar vcard",
}
"""Parts of the words in class, id and role by what they may mean: ^ at its start, = the whole."""
_ALL_PARTS = [(part, 1 << i) for i, parts in enumerate(HINTS.values()) for part in parts.split()]
_HINT_PARTS = tuple((part, bit) for part, bit in _ALL_PARTS if part[0] != "=")
_WHOLE_WORDS = {part[1:]: bit for part, bit in _ALL_PARTS if part[0] == "="}
_HINT_BITS = np.arange(len(HINTS))
_HINT_WORDS = re.compile(r"[a-z]+")
_LEVELS = 8
"""Elements, from the block's own outwards, whose names are looked at."""
_OWN_LEVELS = 2


def hint_columns(marks: Sequence[Markup]) -> npt.NDArray[np.float32]:
    """Return for each kind of hint how many elements up it stands, then how many say it."""
    rows: dict[tuple[str, ...], int] = {}
    places: dict[str, int] = {"": 0}
    kinds = [rows.setdefault(mark.hints, len(rows)) for mark in marks]
    levels: list[list[int]] = []
    for hints in rows:
        own = [places.setdefault(hint, len(places)) for hint in hints]
        levels.append(own + [0] * (_LEVELS - len(own)))
    bits = np.array([_said(hint) for hint in places])[:, None] >> _HINT_BITS & 1
    said = bits.astype(np.bool_)[np.array(levels)]
    nearest = np.where(said.any(axis=1), said.argmax(axis=1), _LEVELS)
    table = np.hstack([nearest, said[:, :_OWN_LEVELS].sum(axis=1)])
    return table[kinds].T.astype(np.float32)


@lru_cache(maxsize=16_384)
def _said(hint: str) -> int:
    """Return what the words of a hint may mean, one bit an entry of ``HINTS``."""
    bits = 0
    for word in _HINT_WORDS.findall(hint):
        bits |= _meant(word)
    return bits


@lru_cache(maxsize=65_536)
def _meant(word: str) -> int:
    """Return what one word may mean; few words make up the names of all sites."""
    bits, marked = _WHOLE_WORDS.get(word, 0), f"^{word}"
    for part, bit in _HINT_PARTS:
        if part in marked:
            bits |= bit
    return bits
