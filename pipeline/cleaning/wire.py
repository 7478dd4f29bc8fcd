"""The marks that a news wire or a desk puts on a story's revision, and the notes that say why.

A mark has one normal spelling of a closed list: ``UPDATE``, ``WRAPUP``, ``LEAD`` (each with or
without a number), ``CORRECTED``, ``REFILE``, ``REPEAT``, ``URGENT``, ``KILL``. Of several the
gravest counts: KILL, CORRECTED, REFILE, UPDATE, WRAPUP, LEAD, URGENT, REPEAT; of two alike, the
higher number.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.cleaning.prose import key, outline
from pipeline.cleaning.wire_words import (
    BRACKETED,
    COLON,
    DESK,
    KINDS,
    NUMBERED,
    ORDERED,
    PLACES,
    PLAIN,
    SURE,
    TITLE_CASE,
    VERBS,
)
from pipeline.model import Label, Page, Ruling, Verdict

RULE = "wire-note"
_GRAVITY = ("REPEAT", "URGENT", "LEAD", "WRAPUP", "UPDATE", "REFILE", "CORRECTED", "KILL")
_REVISIONS = frozenset({"LEAD", "WRAPUP", "UPDATE"})
_LONGEST = 500
"""Characters of a note; a longer line is story."""
_KILL_LINES = 3
"""Lines of the text in which a notice says that the story is withdrawn."""
_MOST = 4
"""Marks that one headline may have."""


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w)))


_ORDINAL = (
    r"(?P<nth>\d{1,2})(?:st|nd|rd|th) (?P<lead>Ld|LD|Lead|LEAD|NewsWatch|NEWSWATCH)"
    r"(?:-Writethru|-WRITETHRU)?"
)
_BRACKETS = (
    rf"[(\[]\s*(?:(?P<first>\d{{1,2}})(?:\.|st|nd|rd|th) (?P<ordered>{_any(ORDERED)})"
    rf"|(?P<inside>{_any(BRACKETED)})\s?(?P<then>\d{{1,2}})?)\s*[)\]]"
)
_TIGHT = r"(?:[\s-]?\([A-Z]{4,12}\))?\s*(?:[-–—:/]+|\.-)\s*"
_LOOSE = r"(?:\s*:\s*|\s*[–—]+\s*|\s+-+\s+|-(?=[\"'“‘]?[A-ZÀ-Þ][a-zß-ÿ])|\s*/\s*(?=[A-Z]{3}))"
_HEAD = re.compile(
    rf"(?:(?P<numbered>{_any(NUMBERED)})\s?(?P<number>\d{{1,2}}){_TIGHT}"
    rf"|(?P<sure>{_any(SURE)}){_TIGHT}"
    rf"|(?P<plain>{_any(PLAIN)}){_LOOSE}"
    rf"|(?P<colon>{_any((*COLON, *TITLE_CASE))})\s?:\s*"
    rf"|\+{{2,3}}\s*(?P<shout>EILMELDUNG|EIL|Eilmeldung|URGENT|BREAKING)\s*\+{{2,3}}\s*"
    rf"|{_ORDINAL}\s*[-–—:,]\s*|{_BRACKETS}[:\s-]*)(?=\S)"
)
_TAIL = re.compile(
    rf"(?:\s+{_BRACKETS}|(?:,\s*|\s+-+\s*){_ORDINAL}(?:,\s*\d+)?"
    r"|\s?--\s?(?:(?P<number>\d{1,2})(?:st|nd|rd|th) )?(?P<dashed>Update|Correction))$"
)
_TAIL_SIGNS = (")", "]", "date", "Correction", "Ld", "LD", "thru", "Watch")
_BEFORE = frozenset("([+0123456789")
"""What a mark begins with when it does not begin with two capitals or end in a colon."""
_WITHDRAWN = re.compile(
    r"(?:[AP]M|BC)-\S.*\bKILL\b|ADVISORY\s*[-–—:].*\b(?:withdrawn|kill(?:ed)?|disregard)\b"
)
"""A headline that is a notice and no headline; it stays as it is."""
_ALONE = re.compile(
    rf"(?P<numbered>{_any(NUMBERED)})\s?(?P<number>\d{{1,2}})|(?P<sure>{_any(SURE)})|{_BRACKETS}"
)
_SLUG = re.compile(rf"(?:(?:[AP]M|BC)-[A-Z].{{0,80}}?,\s*)?{_ORDINAL}\b.{{0,60}}$")
_KILL_SLUG = re.compile(
    r"(?:[AP]M|BC)-\S.{0,100}\bKILL\b.{0,40}$|\W*(?:BULLETIN |MANDATORY |ATTENTION )KILL\b.{0,80}$"
)
_BRACKETED = re.compile(
    rf"\s*[(\[]\s*(?P<verb>{_any(VERBS)})(?=[\s,;:])(?![^()]{{0,40}}:\s?[\"“„«])"
    r"[^()]*(?:\([^()]*\)[^()]*)*[)\]]\.?(?=\s|$)",
    re.IGNORECASE,
)
_STORY = re.compile(
    r"[(\[](?:This|The)\s(?:[\w.,]{1,12}\s){0,3}?(?:story|version|item|article|report)\s"
    rf"(?:(?:has been|was|is)\s)?(?P<verb>{_any(VERBS)})\b.*[)\]]\.?$",
    re.IGNORECASE,
)
_CAPITALS = re.compile(
    r"(?P<verb>ADDS|UPDATES|CORRECTS|RECASTS|REFILES|REWRITES|REPEATS|CLARIFIES|SUBS|AJOUTE|"
    r"ACTUALISE|CORRIGE|ACTUALIZA|AMPLÍA|AGGIORNA|CORREGGE|ATUALIZA)[,:]?\s"
)
_ATTENTION = re.compile(
    rf"(?i:attention|achtung|atención)\s*[-–—:]\s*(?P<verb>{_any(v.upper() for v in VERBS)})\b"
)
_OPENERS = (
    rf"{_any(VERBS)}|updating|with|will|minor|note|apnewsnow|this|the following|please|a kill|kill|"
    r"moving|moved|also|trims|changes|edits|restores|links|replaces|expands|combines|ledes|leads|"
    r"tops|moves|for use|embargoed|photos?|graphics?|video|eliminates|drops|attributes|makes"
)
_EDS = re.compile(
    rf"(?:eds|editors|editors['’]? note|note to editors)\s?[.:–—-]\s*(?:{_OPENERS})\b",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    rf"[(\[]?(?:{_any(w for w, kind in KINDS.items() if kind == 'CORRECTED')})S?"
    rf"\b[^:.]{{0,30}}?\s?[:–—]\s.*\b(?:{PLACES})\b",
    re.IGNORECASE,
)
_DESK = re.compile(rf"\b(?:{DESK})\b", re.IGNORECASE)
_GRAVER = re.compile(
    r"\b(?:(?P<kill>a kill|kill (?:is|the)|is withdrawn)|corrects|correcting)\b", re.IGNORECASE
)
"""Words of a note that begins with others and yet kills or corrects."""
_KILL_WORDS = (
    *("ithdraw", "kill", "KILL", "etracted", "isregard", "not use", "not publish", "annul"),
    *("anulada", "retirée", "cancelada", "zurückgezogen", "widerrufen", "nicht"),
)
"""Of which one stands in each notice of withdrawal."""
_KILLED = re.compile(
    r".{0,300}\b(?:wrong|incorrect|erroneous)(?: in [^.]{1,60})? and (?:is|has been) withdrawn\b"
    r"|.{0,300}\bwithdrawn\. (?:There will be|We will issue) (?:no|a) (?:substitute|replacement)"
    r"|\W*(?:(?:Clarification|Editor['’]s note)[^:]{0,20}:\s)?(?:This|The above|The following) "
    r"(?:story|article|report|item) (?:has been|is|was) (?:withdrawn|retracted|killed)\b"
    r"|\W*(?:Editors: |ATTENTION EDITORS[ :–—-]+)?(?:Please|Editors, please) "
    r"(?:kill|disregard|do not (?:use|publish)) (?:the|this|our) "
    r"|(?:.{0,60}\b)?[Aa] kill is mandatory|MANDATORY KILL"
    r"|(?:The )?(?:AP|Associated Press|Reuters|AFP) (?:is withdrawing|has withdrawn) (?:the|its|a) "
    r".{0,80}\b(?:story|stories|alert|report|item)\b"
    r"|Die (?:Meldung|Nachricht) .{0,200}\b(?:wird|ist|wurde) (?:hiermit )?(?:zurückgezogen|"
    r"widerrufen|annulliert)\b|Bitte (?:verwenden|nutzen) Sie die (?:Meldung|Nachricht) .*\bnicht\b"
    r"|(?:Cette|La) dépêche .{0,200}\b(?:est|a été) (?:annulée|retirée)\b"
    r"|(?:Esta|La) (?:información|noticia|nota) .{0,200}\b(?:queda|ha sido|está) anulada\b"
    r"|(?:Questa|La) notizia .{0,200}(?:è|viene|è stata) annullata\b"
    r"|(?:Esta|A) (?:notícia|matéria) .{0,200}\b(?:foi|está|fica) (?:anulada|cancelada)\b"
)
_FIRST_TEXT = """
eds editors editor note attention achtung atención this the bc am pm mandatory bulletin
1st 2nd 3rd 4th 5th 6th 7th 8th 9th
"""
_FIRST = frozenset(
    {
        *(_FIRST_TEXT.split()),
        *VERBS,
        *(word.lower().rstrip("s.").split()[0] for word in KINDS),
        *(word.lower().split()[0] for word in KINDS),
        *("corrections", *map(str, range(1, 10))),
    }
)
"""Words of which one begins each note: all that most lines are asked."""


def graver(marks: Iterable[str]) -> str | None:
    """Return the gravest of several marks, None of none."""
    return max(marks, key=_gravity, default=None)


def _gravity(mark: str) -> tuple[int, int]:
    kind, _, number = mark.partition(" ")
    return _GRAVITY.index(kind), int(number or 0)


def title_mark(title: str) -> tuple[str | None, str]:
    """Return the mark of a headline, and the headline without its marks."""
    if not (title[1:2].isupper() or title[:1] in _BEFORE or ":" in title or _has_tail(title)):
        return None, title  # most headlines: the patterns are dear
    if _WITHDRAWN.match(title):
        return "KILL", title
    marks: list[str] = []
    while len(marks) < _MOST and (found := _HEAD.match(title)):
        marks.append(_normal(found))
        title = title[found.end() :]
    if _has_tail(title):
        while len(marks) < _MOST and (found := _TAIL.search(title)) and found.start():
            marks.append(_normal(found))
            title = title[: found.start()].rstrip()
    return graver(marks), title


def _has_tail(title: str) -> bool:
    return title.endswith(_TAIL_SIGNS) or title[-1:].isdigit()


def _normal(found: re.Match[str]) -> str:
    """Return the normal spelling of a mark that a pattern found."""
    groups = found.groupdict()
    names = ("numbered", "sure", "plain", "colon", "shout", "lead", "ordered", "inside", "dashed")
    word = next(filter(None, map(groups.get, names)), "")
    number = next(filter(None, map(groups.get, ("number", "nth", "first", "then"))), None)
    upper = "EILMELDUNG" if word == "EIL" else word.upper()
    kind = "LEAD" if groups.get("lead") else KINDS[upper]
    return f"{kind} {int(number)}" if number and kind in _REVISIONS else kind


def inline_note(text: str) -> int:
    """Return where a note in brackets ends that stands before the story in one line, else 0."""
    if text.lstrip()[:1] not in {"(", "["}:
        return 0
    found = _BRACKETED.match(text)
    is_note = found and found.end() < min(len(text), _LONGEST) and _DESK.search(found.group())
    return found.end() if found and is_note else 0


def is_note(line: str, *, is_head: bool = True) -> bool:
    """Tell whether a whole line is a desk's note; ``is_head``: it stands before the story."""
    return bool(line) and _note(line, is_head=is_head) is not None


def _note(line: str, *, is_head: bool) -> re.Match[str] | None:
    """Return what makes a line a note; before the story fewer signs do."""
    if len(line) > _LONGEST:
        return None
    if found := _EDS.match(line) or _ATTENTION.match(line) or _STORY.match(line):
        return found
    found = _BRACKETED.fullmatch(line) or (_CAPITALS.match(line) if is_head else None)
    if found and ((is_head and line[0] in "([") or _DESK.search(line)):
        return found
    if found := _CORRECTION.match(line) or _KILL_SLUG.match(line):
        return found
    return (_SLUG.match(line) or _ALONE.fullmatch(line)) if is_head else None


def note_mark(line: str) -> str | None:
    """Return the mark that a desk's note gives; a note on pictures alone gives none."""
    found = _note(line, is_head=True)
    if not found:
        return None
    graver_word = _GRAVER.search(line)
    if found.re is _KILL_SLUG or (graver_word and graver_word["kill"]):
        return "KILL"
    if found.re is _CORRECTION or graver_word:
        return "CORRECTED"
    if found.re is _SLUG or found.re is _ALONE:
        return _normal(found)
    if found.re is _EDS:
        return graver(VERBS[word] for word in key(line).split() if word in VERBS)
    return VERBS[found["verb"].lower()]


def wire_note(page: Page) -> Iterator[Verdict]:
    """Take the notes that a desk sends with a story: "Eds: Updates with quotes", "(Adds ...)"."""
    lines = outline(page)
    for i, tokens in enumerate(lines.tokens):
        if not tokens or tokens[0] not in _FIRST:
            continue
        line = page.blocks[i].text
        if is_note(line, is_head=i <= lines.main.start):
            ruling = Ruling.FIELD if note_mark(line) else Ruling.CUT
            yield Verdict(i, ruling, Label.NOISE, RULE, 0.02)


def wire_mark(
    title: str | None, headlines: Iterable[str], notes: Iterable[str], kept: Sequence[str]
) -> tuple[str | None, str | None]:
    """Return the mark of a story and where it was found: ``title`` or ``note``.

    ``title`` is without its mark; ``headlines`` are all that the page gives, of which those count
    that say the same, or all when there is no title.
    """
    same = key(title) if title else ""
    found = [title_mark(line) for line in dict.fromkeys(headlines)]
    marks = [mark for mark, rest in found if mark and (mark == "KILL" or _same(rest, same))]
    told = [mark for note in notes if (mark := note_mark(note))]
    told += ["KILL" for line in kept[:_KILL_LINES] if _kills(line)]
    mark = graver((*marks, *told))
    return mark, (None if mark is None else "title" if mark in marks else "note")


def _kills(line: str) -> bool:
    return any(word in line for word in _KILL_WORDS) and _KILLED.match(line) is not None


def _same(rest: str, title: str) -> bool:
    return key(rest).startswith(title)
