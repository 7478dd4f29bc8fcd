"""When two lines are the same one: by their words, without dates, clock times and counters.

Other digits count: a line of figures is another line on another day.
"""

import re
from functools import lru_cache

from pipeline.cleaning.prose import words


@lru_cache(maxsize=1 << 15)
def key(text: str) -> str:
    """Return the lower-case words of a line, without dates, clock times and the digits of counters.

    Empty when no letter is left: a line of figures or a date says nothing of a page.
    """
    plain = _folded(text)
    if plain.isascii():  # the same words, in a fifth of the time
        found = b" ".join(plain.encode().translate(_LOWER).split()).decode()
        return found if found.strip(_NO_LETTERS) else ""
    found = " ".join(words(plain))
    return found if _LETTER.search(found) else ""


def has_figures(text: str) -> bool:
    """Tell whether a line has digits beside those of counters ("12 comments")."""
    if not _DIGIT.search(text):
        return False
    lower = text.lower()
    return bool(_DIGIT.search(_without_counters(lower, _names(lower))))


def has_digits(text: str) -> bool:
    """Tell whether a line has any digit."""
    return _DIGIT.search(text) is not None


def _folded(text: str) -> str:
    if not _DIGIT.search(text):
        return text
    lower = text.lower()
    names = _names(lower)
    rest, dates = _NUMERIC_DATE.subn(" ", lower)
    if not names.isdisjoint(_MONTH_NAMES) or any(mark in lower for mark in _DATE_MARKS):
        rest, named = _NAMED_DATE.subn(" ", rest)
        dates += named
    if not names.isdisjoint(_CLOCK_NAMES):
        rest = _CLOCK.sub(" ", rest)
    if dates:
        rest = _BARE_CLOCK.sub(" ", rest)
    return _without_counters(rest, names)


def _names(lower: str) -> frozenset[str]:
    return frozenset(_NAME.findall(lower))


def _without_counters(lower: str, names: frozenset[str]) -> str:
    # The search is dear, and most lines with digits count nothing, though they say "of".
    if names.isdisjoint(_COUNTING) and (names.isdisjoint(_OF) or not _FIGURE_FIRST.match(lower)):
        return lower
    return _COUNTER.sub(lambda found: _NUMBER.sub(" ", found.group()), lower)


def _any(names: frozenset[str]) -> str:
    return "|".join(sorted(names, key=lambda name: (-len(name), name)))


_NO_LETTERS = "0123456789_ "
_LOWER = bytes(ord(chr(n).lower()) if chr(n).isalnum() or chr(n) == "_" else 32 for n in range(128))
_LOWER += bytes(128)
"""ASCII letters in lower case, digits and underscores; all else is a gap."""
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_NAME = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d[\d.,]*")

_MONTHS = """
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
januar februar märz mai juni juli oktober dezember jän mrz okt dez
janvier février fevrier mars avril juin juillet août aout septembre octobre novembre décembre
janv févr avr juil déc enero febrero marzo abril mayo junio julio agosto septiembre octubre
noviembre diciembre ene abr ago dic janeiro fevereiro março maio junho julho setembro outubro
novembro dezembro fev set out gennaio febbraio aprile maggio giugno luglio settembre ottobre
dicembre gen mag giu lug sett ott januari februari maart mei augustus
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
"""
_MONTH_NAMES = frozenset(_MONTHS.split())
_DATE_MARKS = ("©", "(c)", "copyright", "月", "월")
_MONTH = rf"(?:{_any(_MONTH_NAMES)})"
_NUMERIC_DATE = re.compile(
    r"\b\d{4}[-./]\d{1,2}[-./]\d{1,2}\b|\b\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2})\b"
)
_NAMED_DATE = re.compile(
    rf"""\b{_MONTH}\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*%)(?:,?\s+\d{{4}}\b)?
    | \b\d{{1,2}}(?:st|nd|rd|th|er|[.º])?\s+(?:de\s+|of\s+)?{_MONTH}\b\.?
        (?:,?\s+(?:de\s+|del\s+)?\d{{4}}\b)?
    | \b{_MONTH}\b\.?,?\s+(?:de\s+)?\d{{4}}\b
    | (?:\d{{4}}\s*[年년]\s*)?\d{{1,2}}\s*[月월]\s*\d{{1,2}}\s*[日일]
    | (?:©|\(c\)|\bcopyright\b)\s*\d{{4}}(?:\s*[-–]\s*\d{{4}})?\b""",
    re.VERBOSE,
)
_CLOCK = re.compile(
    r"""(?<![\d.,:])(?:[01]?\d|2[0-3])(?:[:.h][0-5]\d(?::[0-5]\d)?)?\s*
    (?:[ap]\.m\.|[ap]m\b|uhr\b|gmt\b|utc\b|[ecmp][sd]?t\b|bst\b|cest?\b|ist\b|hrs\b)""",
    re.VERBOSE,
)
_ZONES = frozenset(f"{zone}{half}t" for zone in "ecmp" for half in ("", "s", "d"))
_CLOCK_NAMES = _ZONES | {"m", "am", "pm", "uhr", "gmt", "utc", "bst", "cet", "cest", "ist", "hrs"}
"""What a time by ``_CLOCK`` ends with."""
_BARE_CLOCK = re.compile(r"(?<![\d.,:])(?:[01]?\d|2[0-3])[:h][0-5]\d(?::[0-5]\d)?\b")

_COUNTED_THINGS = """
comment comments kommentar kommentare kommentarer commentaire commentaires comentario comentarios
comentário comentários commento commenti reactie reacties комментарий комментария комментариев
like likes reply replies 评论 コメント
"""
_COUNTED = frozenset(_COUNTED_THINGS.split())
_READING = frozenset(
    {"read", "listen", "watch", "lecture", "lectura", "leitura", "lettura", "lesezeit", "leestijd"}
)
_PAGES = frozenset({"page", "seite", "página", "pagina", "стр", "страница"})
_AGO = frozenset({"ago", "fa", "atrás", "vor", "hace", "há", "il"})
_OF = frozenset({"of", "von", "sur"})
_COUNTING = _COUNTED | _READING | _PAGES | _AGO
_FIGURE_FIRST = re.compile(r"\W*\d")
_UNITS = (
    r"(?:second|sec|minute|min|hour|hr|day|week|month|year|sekunde|stunde|tag|woche|monat|jahr"
    r"|seconde|heure|jour|semaine|mois|minuto|hora|día|dia|semana|ora|ore|giorn[oi])\w{0,2}"
)
_COUNTER = re.compile(
    rf"""\b\d[\d.,]*\s*[km]?\s*(?:{_any(_COUNTED)})\b
    | \b(?:{_any(_COUNTED)})\b\s*[(\[:]?\s*\d[\d.,]*
    | \b\d+[\s-]*min(?:ute)?[ns]?\.?\s+(?:to\s+|de\s+|di\s+)?(?:{_any(_READING)})\b
    | \b\d+\s*{_UNITS}\s+(?:ago|fa|atrás)\b
    | \b(?:vor|hace|há|il\s+y\s+a)\s+\d+\s*{_UNITS}\b
    | \b(?:{_any(_PAGES)})\b\.?\s*\d+(?:\s*(?:of|von|de|di|sur|из|/)\s*\d+)?
    | ^\W*\d+\s*(?:{_any(_OF)})\s*\d+\W*$""",
    re.VERBOSE,
)
