"""Dates as pages spell them: ISO 8601, RFC 2822, and written out in a dozen languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Literal

from pipeline.model import Precision

_MONTH_NAMES = """
january jan janvier januar jänner enero ene gennaio gen janeiro januari января янв يناير जनवरी
 ledna stycznia sty ocak oca ianuarie január januára tammikuuta januarie sausio ιανουαρίου січня
february feb février févr fév februar feber febrero febbraio fevereiro fev februari февраля фев
 فبراير फरवरी फ़रवरी února lutego lut şubat şub februarie február helmikuuta febr φεβρουαρίου
 лютого februára febrúar
march mar mars märz mär mrz marzo março maart mrt марта мар مارس मार्च
 března marca mart martie március maaliskuuta marts maret μαρτίου березня
april apr avril avr abril abr aprile апреля апр أبريل ابريل अप्रैल
 dubna kwietnia kwi nisan nis aprilie április huhtikuuta απριλίου квітня apríl
may mai mayo maggio mag maio mei мая مايو मई
 května maja mayıs mája május toukokuuta maj μαΐου травня maí
june jun juin juni junio giugno giu junho июня июн يونيو जून
 června czerwca cze haziran haz iunie június kesäkuuta ιουνίου червня júní
july jul juillet juil juli julio luglio lug julho июля июл يوليو जुलाई
 července lipca lip temmuz tem iulie július heinäkuuta ιουλίου липня júlí
august aug août agosto ago augustus августа авг أغسطس अगस्त
 srpna sierpnia sie ağustos ağu augusztus elokuuta augusti agustus αυγούστου серпня ágúst
september sept sep septembre septiembre settembre set setembro сентября сен سبتمبر सितंबर सितम्बर
 září września wrz eylül eyl septembrie szeptember syyskuuta σεπτεμβρίου вересня
october oct octobre oktober okt octubre ottobre ott outubro out октября окт أكتوبر अक्टूबर
 října października paź ekim eki octombrie október lokakuuta οκτωβρίου жовтня
november nov novembre noviembre novembro ноября ноя نوفمبر नवंबर नवम्बर
 listopadu listopada lis kasım kas noiembrie nóvember marraskuuta νοεμβρίου листопада
december dec décembre déc dezember dez diciembre dic dicembre dezembro декабря дек ديسمبر
 दिसंबर दिसम्बर prosince grudnia gru aralık ara decembrie desember des joulukuuta δεκεμβρίου
 грудня desember
""".replace("\n ", " ")
_MONTHS = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.strip().splitlines(), 1)
    for name in names.split()
}
MONTH = "|".join(sorted(_MONTHS, key=lambda name: (-len(name), name)))
"""Any name of a month, as an alternation; to be matched without case."""
_YEAR = r"(?P<y>(?:18|19|20)\d\d)"
_DAY = r"(?<!\d)(?P<d>\d{1,2})"
_YEAR_FIRST = (
    rf"(?<!\d){_YEAR}\s*[-/.年]\s*(?P<m>\d{{1,2}})\s*[-/.月]\s*(?P<d>\d{{1,2}})(?:日|(?!\d))"
)
_DAY_FIRST = (
    rf"{_DAY}(?:st|nd|rd|th|er|[º°ª.])?[\s-]+(?:de\s+)?(?P<n>{MONTH})(?!\w)\.?,?[\s-]+"
    rf"(?:del?\s+)?{_YEAR}(?!\d)"
)
_MONTH_FIRST = (
    rf"(?<!\w)(?P<n>{MONTH})(?!\w)\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d)"
)
_DOTTED = rf"{_DAY}\.\s?(?P<m>\d{{1,2}})\.\s?{_YEAR}(?!\d)"
_EITHER = rf"(?<!\d)(?P<a>\d{{1,2}})[/-](?P<b>\d{{1,2}})[/-]{_YEAR}(?!\d)"
_FOUR_DIGITS = re.compile(r"\d{4}")
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST, _DOTTED, _EITHER)
)
_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "cet": 60, "cest": 120, "mez": 60, "mesz": 120,
    "eet": 120, "eest": 180, "msk": 180, "мск": 180, "jst": 540, "kst": 540, "hkt": 480, "sgt": 480,
    "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
}  # fmt: skip
"""Minutes east of UTC; names that mean several zones (IST, CST, BST) are left out."""
_TIME = re.compile(
    r"(?<![\d:])(?P<h>[01]?\d|2[0-4])\s*(?:[:.h時时点點]\s?(?P<min>[0-5]\d)(?::(?P<s>[0-5]\d))?分?"
    r"|(?=\s*[ap]\.?m))(?!\d)\s*(?P<ap>[ap]\.?\s?m\b\.?)?\s*(?:uhr\b|hrs?\b)?\s*"
    rf"(?P<zone>[\[(]?(?:(?P<name>{'|'.join(_ZONES)})(?![a-z])\s*)?"
    r"(?P<off>[+−-]\d{1,2}(?::?\d{2})?(?!\d))?[\])]?)",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"(?:19|20)\d{6}(?:T\d{6}Z?)?"
    r"|\d{4}-\d{2}-\d{2}(?:[T ]\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)?"
    r"\s*(?:Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
_MONTH_ONLY = re.compile(rf"{_YEAR}(?:-(?P<m>\d{{2}}))?")

_PUBLISHED = (
    r"(?:first\s+)?(?:published|posted|released|issued|created)|(?:publication\s+)?date|dated|"
    r"publisert|publicerad|publiceret|offentliggjort|opublikowano|publikacja|publikováno|vydáno|"
    r"julkaistu|yayınlanma|yayınlandı|diterbitkan|publicat|birt|"
    r"veröffentlicht|erschienen|erstellt|datum|publié|paru|créé|publicado|publicada|fecha|"
    r"pubblicato|pubblicata|data|gepubliceerd|geplaatst|公開日?|配信|掲載|発行|发布(?:时间|于)?|"
    r"發布|发表于|опубликовано|дата|نشر|نُشر|تاريخ النشر|प्रकाशित|first"
)
_UPDATED = (
    r"(?:last\s+)?(?:updated|modified|edited|revised)|(?:zuletzt\s+)?aktualisiert|"
    r"mis(?:e)? à jour|modifié|actualizado|actualizada|aggiornato|atualizado|atualizada|"
    r"oppdatert|uppdaterad|opdateret|aktualizacja|aktualizováno|aktualizované|päivitetty|"
    r"güncelleme|güncellendi|diperbarui|actualizat|uppfært|modifica(?:to)?(?:\s+il)?|"
    r"bijgewerkt|更新日?|最終更新|обновлено|изменено|تحديث|آخر تحديث|अपडेट"
)
_LABEL = re.compile(rf"\W*(?:(?P<up>{_UPDATED})|(?P<pub>{_PUBLISHED}))(?!\w)", re.IGNORECASE)
_NEXT_LABEL = re.compile(rf"(?<!\w)(?:{_UPDATED}|{_PUBLISHED})(?![\w-])", re.IGNORECASE)
GLUED = re.compile(
    r"(?<=\d)(?=[A-ZÀ-Þ][a-zà-þ]{2})|(?<=[a-zà-þ])(?=[A-Z][a-z]{2,8} \d{1,2}, \d{4})"
)
"""Where two elements of a page were set without a space: "08:22Updated", "Ann RoeMay 2, 2013"."""
_LABEL_AFTER = re.compile(r"[\u3040-\u9fff]")
"""Scripts whose labels follow the date; in others a label begins the next date of a line."""
_FILLER = re.compile(
    rf"(?<!\w)(?:{_PUBLISHED}|{_UPDATED}|stand|on|at|the|of|um|am|vom|den|uhr|le|à|a|el|las|il|alle|em|"
    r"às|op|om|in|в|de|del|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|"
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|"
    r"(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|"
    r"domingo|luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|sabato|domenica|"
    r"(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|maandag|dinsdag|woensdag|donderdag|"
    r"vrijdag|zaterdag|zondag|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|"
    r"[月火水木金土日]曜?日?|星期[一二三四五六日天]|ist|cst|bst|et|ct|pt|local time)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class When:
    """A point in time in UTC, how fine it was told, and whether the zone was told."""

    at: datetime
    precision: Precision
    zone_known: bool


@dataclass(frozen=True, slots=True)
class DateLine:
    """What a line tells: when, of which event, and how many characters the date part takes."""

    when: When
    kind: Literal["published", "modified"] | None
    """None when no word says which."""
    rest: str
    """What is left of the line without date, labels and weekdays."""


def parse_date(text: str) -> When | None:
    """Return the date that a machine-readable value or a short string spells, or None."""
    value = text.strip()
    if _ISO.fullmatch(value):
        return _iso(value)
    only = _MONTH_ONLY.fullmatch(value)
    if only:
        return _month(int(only["y"]), only["m"])
    line = read_date_line(value) if len(value) < 120 else None
    return _rfc2822(value) or (line.when if line else None)


def read_date_line(line: str) -> DateLine | None:
    """Return the first date of a line, with its time and zone if they stand next to it, or None."""
    spelled = _find_day(line)
    if spelled is None:
        return None
    found, day = spelled
    before, after = line[: found.start()], line[found.end() :]
    near = _TIME.search(after[:40]) or _TIME.search(before[-24:])
    when = _timed(day, near) if near else When(day.replace(tzinfo=UTC), "day", zone_known=False)
    label = _LABEL.match(line)
    kind: Literal["published", "modified"] | None = None
    if label:
        kind = "modified" if label["up"] else "published"
    rest = f"{before} {after}".replace(near.group(), " ") if near else f"{before} {after}"
    return DateLine(when, kind, _without_filler(rest))


def read_date_lines(line: str) -> tuple[DateLine, ...]:
    """Return each date of a line in which labels part several: "2 May 2013, updated 3 May 2013".

    An update of which only the time is told ("| Updated 08:15 pm") is of the day before it.
    """
    found: list[DateLine] = []
    line = GLUED.sub(" ", line)
    rest, day = "", None
    for part in _parts(line):
        rest += part
        spelled = _find_day(rest)
        if spelled:
            day = spelled[1]
        read = read_date_line(rest) if spelled else _update(rest, day)
        if read:
            found.append(read)
            rest = ""
    if found and rest:
        last = found[-1]
        found[-1] = replace(last, rest=f"{last.rest} {_without_filler(rest)}".strip())
    return tuple(found)


def _parts(line: str) -> Iterator[str]:
    labels = (m for m in _NEXT_LABEL.finditer(line) if not _LABEL_AFTER.search(m.group()))
    for start, end in pairwise((0, *(m.start() for m in labels if m.start()), len(line))):
        yield line[start:end]


def _update(text: str, day: datetime | None) -> DateLine | None:
    label = _LABEL.match(text)
    near = _TIME.search(text[label.end() :][:24]) if label and label["up"] else None
    if day is None or near is None or not (near["min"] or near["ap"]):
        return None
    return DateLine(_timed(day, near), "modified", _without_filler(text.replace(near.group(), " ")))


def _find_day(line: str) -> tuple[re.Match[str], datetime] | None:
    if not _FOUR_DIGITS.search(line):
        return None
    matches = filter(None, (pattern.search(line) for pattern in _DATES))
    days = ((found, day) for found in matches if (day := _day(found)))
    return next(days, None)


def _without_filler(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]|_", " ", _FILLER.sub(" ", text)).split())


def labelled_date(text: str) -> DateLine | None:
    """Return the date of a block that begins with a label and a date: "date 2013-11-02 ..."."""
    label = _LABEL.match(text)
    if not label:
        return None
    line = read_date_line(text[: label.end() + 40])
    gap = text[label.end() : label.end() + 20]
    after = text[label.end() : label.end() + 60]
    starts = any((m := p.search(after)) and m.start() <= 16 for p in _DATES)
    return line if line and starts and not re.search(r"[.;]\s", gap) else None


def _iso(value: str) -> When | None:
    tidy = value.replace(",", ".").replace(" ", "T", 1).replace(" ", "")
    try:
        at = datetime.fromisoformat(tidy)
    except ValueError:
        return None
    fine: Precision = "day" if len(value) <= 10 else "minute"
    if value.count(":") >= 2 or re.search(r"T\d{6}", tidy):
        fine = "second"
    return _utc(at, fine)


def _month(year: int, month: str | None) -> When | None:
    try:
        at = datetime(year, int(month or 1), 1, tzinfo=UTC)
    except ValueError:
        return None
    return When(at, "month" if month else "year", zone_known=False)


def _rfc2822(value: str) -> When | None:
    if not re.match(r"[A-Za-z]{3},\s\d", value):
        return None
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return _utc(at, "second" if value.count(":") >= 2 else "minute")


def _utc(at: datetime, precision: Precision) -> When | None:
    known = at.tzinfo is not None and precision != "day"
    try:
        return When((at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC), precision, known)
    except (OverflowError, ValueError):
        return None


def _day(found: re.Match[str]) -> datetime | None:
    """Return the day, None where day and month cannot be told apart or do not exist."""
    parts = found.groupdict()
    if parts.get("a"):
        a, b = int(parts["a"]), int(parts["b"])
        day, month = (a, b) if a > 12 or a == b else (b, a) if b > 12 else (0, 0)
    else:
        day = int(parts["d"])
        month = int(parts["m"]) if parts.get("m") else _MONTHS[parts["n"].lower()]
    try:
        return datetime(int(parts["y"]), month, day)  # noqa: DTZ001 - the zone is read later
    except ValueError:
        return None


def _timed(day: datetime, found: re.Match[str]) -> When:
    hour, half = int(found["h"]), (found["ap"] or "").lower()[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    at = day + timedelta(hours=hour, minutes=int(found["min"] or 0), seconds=int(found["s"] or 0))
    minutes = _offset(found)
    zone = timezone(timedelta(minutes=minutes or 0))
    fine: Precision = "second" if found["s"] else "minute"
    return When(at.replace(tzinfo=zone).astimezone(UTC), fine, minutes is not None)


def _offset(found: re.Match[str]) -> int | None:
    base = _ZONES[found["name"].lower()] if found["name"] else None
    if not found["off"]:
        return base
    digits = re.sub(r"\D", "", found["off"])
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    if int(hours) > 14 or int(minutes) > 59:
        return base
    sign = 1 if found["off"].startswith("+") else -1
    return (base or 0) + sign * (int(hours) * 60 + int(minutes))
