"""Bylines and credits: which line names the author, and the names in it."""

import re

from pipeline.cleaning.agency import ANY, NAMES, agency_of, may_name_agency
from pipeline.cleaning.date_words import MONTH
from pipeline.cleaning.dates import GLUED

_PART = r"[A-ZÀ-ÞА-Я][\w'’.-]*"
_PARTICLE = r"(?:de|del|della|di|da|dos|das|van|von|der|den|la|le|el|al|bin|ibn|ter|ten|zu|y|e)"
_PERSON = re.compile(rf"{_PART}(?: (?:{_PARTICLE} )*{_PART}){{1,4}}")
_LEAD = re.compile(
    r"(?:(?:(?:written|reported|story|words|posted|published|recipe|text|article|authored) )?by|"
    r"authors?|von|par|por|"
    r"di|door|van|af|av|aus|texto(?: de)?|texte(?: de)?|testo di|tekst|автор|текст|"
    r"文|記者|取材・文|作者|记者|"
    r"كتب|بقلم|लेखक)(?:\s*[:：/]\s*|\s+)",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"[*_]{1,3}(?=\w)|(?<=\w)[*_]{1,3}")
"""The marks of Markdown around a name."""
_SPLIT = re.compile(
    r"\s*(?:,|;|&|\||·|•|/|、|，|\band\b|\bAND\b|\bund\b|\bUND\b|\bet\b|\by\b|\be\b|\ben\b|\bi\b|\bи\b|\bwith\b)\s*"
)
_REPORTING = re.compile(
    r"(?:^|[(（\[])\W*(?:writing and reporting|reporting and writing|reporting|reportage|reporte|"
    r"reportagem|written|writing|bericht(?:et)?|geschrieben)\s+(?:by|par|de|por|"
    r"von)\s+(?P<names>[^;()]+)",
    re.IGNORECASE,
)
_EDITING = re.compile(
    r"\b(?:edit(?:ing|ed)|edité|édité|édition|edition|edición|"
    r"editado|edição|redigiert|bearbeitet)\s+(?:by|par|por|de|von)\s+(?P<names>[^;()（）]+?)"
    r"(?=[;()（）]|$|(?<=[^\W\d_]{3})\.\s|[,.]?\s+(?:additional|reporting|writing|translated)\b)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?i:\s+(?:in|from|at|à|en|aus|for|for the)\s+[^,;]*$|\s*\([^)]*\)|\s*[;,]?\s*(?:editing|"
    r"edited|"
    r"writing|additional).*$)"
)
_ROLES = re.compile(
    r"(?:\b(?:staff|senior|chief|political|business|sports?|foreign|special)\s+)*\b(?:writers?|"
    r"reporters?|"
    r"correspondents?|editors?|staff|columnist|contributor|redaktion|redaktør|journalist|redacción|"
    r"rédaction|redazione|redação|redactie|desk|bureau|team|news service|newsroom|korrespondent|"
    r"redakteur|follow)(?:in)?\b.*$",
    re.IGNORECASE,
)
_TRAILING_AGENCY = re.compile(rf"(?<=[a-z])\s+({ANY})$")
_DASHED = re.compile(r"\s+[-–—]\s+")
_ASIDE = re.compile(r"\s+[–—|-]\s+|\n")
"""What parts a name from what is said of the person."""
_OFFICE = re.compile(
    r"\b(?:director|manager|officer|founder|co-founder|president|chair|head|expert|consultant|"
    r"analyst|enthusiast|former|journalism|engineer|professor|advisor|adviser|owner|content|strategist|specialist|director[ae]?|"
    r"leiter(?:in)?|chef|directeur|directrice|md|phd|ph\.?d|mba|msc?|rd|rn|cpa|cfp|dvm|dds|esq|"
    r"jr|sr|iii?)\b|^[A-Z.®-]{2,6}$",
    re.IGNORECASE,
)
"""What is no second name: an office, or a degree."""
_NO_NAME = re.compile(
    r"^(?:undefined|null|none|n/?a|unknown|anonymous|admin(?:istrator)?|webmaster|root|user|guest|"
    r"authors?|editors?|red|agenturen|agencies|agences|redaktionen?|imprint|home|share|email|menu|"
    r"print|follow|contributors?|published|updated|twitter|facebook|linkedin|instagram)$"
    r"|\b(?:written|posted|reviewed|checked|updated|author|follow|share|subscribe|click|"
    r"more about|about the|read more|view all|all posts|see all|articles by|posts by|profile|"
    r"twitter|facebook|min read|minutes?|comments?)\b",
    re.IGNORECASE,
)
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DIGIT = re.compile(r"\d")
_BESIDE_DATE = re.compile(
    r"(?:^|[\d,.:]\s|(?<=\d)|posted\s|published\s|written\s)(?:by|von|par|por|door|av|af)\s+(\D.*)",
    re.IGNORECASE,
)
_DATE_BEGINS = re.compile(
    rf"\s*(?:[,(]\s*)?(?:\d|\b(?:on|at|in|updated|published)\b|\b(?:{MONTH})\b\.?\s+\d).*$",
    re.IGNORECASE,
)
MAX_WORDS = 16
MAX_CHARS = 200


def byline_names(line: str) -> tuple[tuple[str, ...], str | None] | None:
    """Return names and agency of a byline, or None when the line is none.

    A byline begins with "By" or its like, or is a name with an agency ("Ann Roe, Associated
    Press"), or an agency alone.
    """
    if "*" in line or "_" in line:
        line = _EMPHASIS.sub("", line)
    if not line or len(line) > MAX_CHARS or len(line.split()) > MAX_WORDS:
        return None
    alone = agency_of(line)
    if alone:
        return (), alone
    lead = _LEAD.match(line)
    if lead:
        names, agency = split_names(line[lead.end() :])
        return (names, agency) if names or agency else None
    if line[-1:] in ".!?" or not may_name_agency(line):
        return None
    if agency_of(_DASHED.split(line)[-1]):
        line = _DASHED.sub(", ", line)
    if len(_SPLIT.split(line)) != 2:
        return None
    names, agency = split_names(line)
    return (names, agency) if names and agency else None


def dated_names(line: str) -> tuple[tuple[str, ...], str | None] | None:
    """Return names and agency of a byline beside a date: "2 May 2017 by Ann Roe, 4 comments"."""
    if len(line) > MAX_CHARS or len(line.split()) > MAX_WORDS or not _DIGIT.search(line):
        return None
    line = GLUED.sub(" ", _EMPHASIS.sub("", line))
    parts = re.split(r"\s*[·•|●]\s*|\s+[–—-]\s+", line)
    for part in (*parts, line):
        found = _BESIDE_DATE.search(part)
        names, agency = split_names(_DATE_BEGINS.split(found[1])[0]) if found else ((), None)
        if names or agency:
            return names, agency
    return None


def split_names(text: str) -> tuple[tuple[str, ...], str | None]:
    """Return the persons named in a byline after its "By", and the agency among them."""
    names: list[str] = []
    agency: str | None = None
    for part in _SPLIT.split(_TRAILING_AGENCY.sub(r", \1", text)):
        word = re.split(r"\s+[–—-]\s+|\s{2,}", part.strip(" .:()[]"))[0]
        named = agency_of(word) or agency_of(_ROLES.sub("", word))
        if named:
            agency = agency or named
            continue
        person = _PERSON.fullmatch(_ROLES.sub("", _ENDS.sub("", word)).strip(" ,"))
        if person and person.group() not in NAMES:
            names.append(_spelled(person.group()))
        elif part.strip():
            break
    return tuple(dict.fromkeys(names)), agency


def reporters(credit: str) -> tuple[str, ...]:
    """Return who reported: "(Reporting by A and B in Rome; Editing by C)" gives A and B."""
    found = _REPORTING.search(credit)
    return _credited(found["names"]) if found else ()


def editors(credit: str) -> tuple[str, ...]:
    """Return who edited: "(Reporting by A; Editing by B and C)" gives B and C."""
    names = (name for found in _EDITING.finditer(credit) for name in _credited(found["names"]))
    return tuple(dict.fromkeys(names))


def _credited(names: str) -> tuple[str, ...]:
    # A Spanish "y" joins two people in a credit; in a name alone it may join two surnames.
    parts = (_ENDS.sub("", part) for part in _SPLIT.split(names.replace(" y ", ", ")))
    return split_names(", ".join(part for part in parts if part.strip(" .")))[0]


def _spelled(name: str) -> str:
    """Return a name that stands in capitals with ordinary case."""
    return name.title() if name.isupper() and len(name) > 4 else name


def declared_names(value: str) -> tuple[str, ...]:
    """Return the persons in an author that a page declares, in any script."""
    if "://" in value:
        return ()
    lead = _LEAD.match(value)
    bare = _ASIDE.split(value[lead.end() :] if lead else value, maxsplit=1)[0]
    parts = [_ENDS.sub("", part).strip(" .:()[]") for part in _SPLIT.split(bare)]
    if not any(" " in part or _UNSPACED.search(part) for part in parts if not agency_of(part)):
        parts = [bare.strip(" .:()[]")] if " and " in bare else parts
    people = (_without_role(part) for part in parts if not agency_of(part))
    found = dict.fromkeys(_spelled(name) for name in people if _may_be_name(name))
    return tuple(name for i, name in enumerate(found) if not (i and _OFFICE.search(name)))


def _without_role(part: str) -> str:
    """Take "Senior Reporter" off a name; a single word left over shows that it was no person."""
    bare = _ROLES.sub("", part).strip(" ,")
    return part if len(bare.split()) == 1 else bare


def _may_be_name(part: str) -> bool:
    return (
        2 <= len(part) <= 60
        and len(part.split()) <= 6
        and not re.search(r"[\d@/<>{}]|www", part)
        and not part.endswith("-")
        and not _NO_NAME.search(part)
    )
