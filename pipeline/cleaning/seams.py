"""Where a credit is stuck to the end of a paragraph, or a desk's note to its beginning.

The block makers split there.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.cleaning.agency import NAMES, SIGN_OFF
from pipeline.cleaning.prose import is_terminal
from pipeline.cleaning.wire import inline_note

_CREDIT = (
    # en
    r"(?:(?:additional|further|original|video|with)\s+)?(?:reporting|writing|editing|compiled|"
    r"translated|edited|written|reported)(?:\s+and\s+(?:reporting|writing|editing|edited))?"
    r"\s+(?:by|from)\s"
    # de, fr, es, pt, it, nl
    r"|(?:geschrieben|redigiert|bericht(?:et)?|bearbeitet)\s+von\s"
    r"|(?:reportage|rédigé|édité|édition|avec la contribution|texte)\s+(?:par|de)\s"
    r"|(?:reporte|reportaje|información|editado|edición|redacción|escrito|traducido)\s+"
    r"(?:de|por)\s"
    r"|(?:reportagem|edição|texto|tradução)\s+(?:de|por)\s"
    r"|(?:tradotto|redazione|in redazione|scritto|a cura)\s+(?:da|di|a)\s"
    r"|(?:verslag|bewerkt|redactie)\s+(?:van|door)\s"
    # ja, zh, ru
    r"|(?:取材|執筆|編集|翻訳|文責)\s*[:：]|(?:记者|编辑|編輯|責編|责编|撰稿)\s*[:：]"
    r"|(?:редактор|перевод|репортаж)\s+\w"
)
_BRACKETED = re.compile(rf"[(（\[]\s*(?:{_CREDIT})[^()（）\[\]]{{2,600}}[)）\]]", re.IGNORECASE)
_WHOLE = re.compile(rf"[(（\[—–-]*\s*(?:{_CREDIT})", re.IGNORECASE)
_CONTRIBUTED = re.compile(
    r"contributed(?:\s+(?:additional\s+)?reporting)?"
    r"(?:\s+(?:to|for)\s+(?:this|the)\s+(?:report|story|article|piece|dispatch|review)\b"
    r"|\s+from\s+[\w .,'’-]{2,80}$|\s*\.?$)"
    r"|a contribué à (?:cet article|ce reportage)|ont contribué à (?:cet article|ce reportage)"
    r"|contribuy(?:ó|eron) (?:a|con) este|contribu(?:iu|íram) (?:para|com) est[ae]"
    r"|hanno? contribuito a questo|(?:trug|trugen) zu diesem (?:bericht|artikel) bei",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"(?<=[a-z0-9)’”\"»]{2}[.!?])[\"'”’»)]*\s+(?=[\"'“A-ZÀ-Þ])")
_LONGEST = 400
"""Characters of a sentence of thanks; a longer one is story."""


_SIGNED = (*NAMES, "agencies")
_CLOSING = frozenset(".)）] ")
_SIGNED_ENDS = frozenset(name[-2:] for name in _SIGNED)
"""How an agency that signs may end: far cheaper than to ask for each, and most lines fail."""


def is_credit(text: str) -> bool:
    """Tell whether a whole line says who reported, wrote, edited or translated."""
    line = text.strip()
    if len(line) > _LONGEST * 2:
        return False
    if _BRACKETED.fullmatch(line.rstrip(".")) or SIGN_OFF.fullmatch(line):
        return True
    begun = _WHOLE.match(line)
    if begun and len(line) <= _LONGEST and not line[begun.end() :].lstrip()[:1].islower():
        return ";" in line or not re.search(r"[.!?]\s+\w{3}", line)
    if len(line) > _LONGEST or not _may_thank(line):
        return False
    return _CONTRIBUTED.search(line) is not None and not _SENTENCE_START.search(line)


def pieces(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of ``text`` that become blocks: one, or story and credits apart.

    The spans are in order, hold no white space at their ends, and leave only white space between.
    """
    is_bracketed = "(" in text or "（" in text or "[" in text
    is_thanking = _may_thank(text)
    is_signed = _is_signed(text)
    is_trimmed = bool(text) and not (text[0].isspace() or text[-1].isspace())
    if is_trimmed and not (is_bracketed or is_thanking or is_signed):
        return ((0, len(text)),)  # most lines end here
    cuts = {0, len(text)}
    if is_bracketed:
        cuts |= _brackets(text)
        cuts.add(inline_note(text))
    if is_thanking:
        cuts |= _thanks(text)
    if is_signed:
        sign_off = SIGN_OFF.search(text, max(0, len(text) - 60))
        if sign_off and sign_off.end() == len(text):
            cuts.add(sign_off.start())
    edges = sorted(cuts)
    spans = [_trim(text, a, b) for a, b in pairwise(edges)]
    return tuple((a, b) for a, b in spans if a < b)


def split_lines(lines: Sequence[str]) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return the ``pieces`` of the lines that have several, by the places of these lines.

    ``lines`` hold no white space at their ends. The page as a whole is looked at first: most have
    no credit in brackets and thank nobody.
    """
    page = "\n".join(lines)
    is_credited = _BRACKETED.search(page) is not None
    is_thanking = _may_thank(page)
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for i, line in enumerate(lines):
        if (
            line[0] in "(["
            or (is_credited and ("(" in line or "（" in line or "[" in line))
            or (is_thanking and _may_thank(line))
            or _is_signed(line)
        ):
            spans = pieces(line)
            if len(spans) > 1:
                found[i] = spans
    return found


def _is_signed(text: str) -> bool:
    """Tell whether a text ends with an agency's name."""
    end = text.rstrip(".").rstrip(")）] ") if text[-1:] in _CLOSING else text
    return end[-2:] in _SIGNED_ENDS and end.endswith(_SIGNED)


def _may_thank(text: str) -> bool:
    """Tell whether a text has a part of the words of ``_CONTRIBUTED``, which are dear to find."""
    lower = text.lower()
    return "ontribu" in lower or "trug" in lower


def _brackets(text: str) -> set[int]:
    """Return the cuts around credits in brackets that follow a whole sentence."""
    cuts: set[int] = set()
    for found in _BRACKETED.finditer(text):
        before = text[max(0, found.start() - 20) : found.start()].rstrip()
        after = text[found.end() : found.end() + 20].lstrip()[:1]
        if (not before or is_terminal(before)) and not (after.islower() or after in {*",;:"}):
            cuts |= {found.start(), found.end()}
    return cuts


def _thanks(text: str) -> set[int]:
    """Return the cuts around a closing sentence such as "Ann Roe contributed to this report."."""
    found = _CONTRIBUTED.search(text, max(0, len(text) - _LONGEST))
    if not found:
        return set()
    low = max(0, found.start() - _LONGEST)
    starts = [m.end() for m in _SENTENCE_START.finditer(text, low, found.start())]
    return {starts[-1]} if starts else set()


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
