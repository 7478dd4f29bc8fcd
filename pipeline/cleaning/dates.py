"""Dates as pages spell them: ISO 8601, RFC 2822, and written out in a dozen languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Literal

from pipeline.cleaning.date_words import FILLER, MONTH, MONTHS, PUBLISHED, UPDATED, ZONES
from pipeline.model import Precision

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
_TIME = re.compile(
    r"(?<![\d:])(?P<h>[01]?\d|2[0-4])\s*(?:[:.h時时点點]\s?(?P<min>[0-5]\d)(?::(?P<s>[0-5]\d))?分?"
    r"|(?=\s*[ap]\.?m))(?!\d)\s*(?P<ap>[ap]\.?\s?m\b\.?)?\s*(?:uhr\b|hrs?\b)?\s*"
    rf"(?P<zone>[\[(]?(?:(?P<name>{'|'.join(ZONES)})(?![a-z])\s*)?"
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

_LABEL = re.compile(rf"\W*(?:(?P<up>{UPDATED})|(?P<pub>{PUBLISHED}))(?!\w)", re.IGNORECASE)
_NEXT_LABEL = re.compile(rf"(?<!\w)(?:{UPDATED}|{PUBLISHED})(?![\w-])", re.IGNORECASE)
GLUED = re.compile(
    r"(?<=\d)(?=[A-ZÀ-Þ][a-zà-þ]{2})|(?<=[a-zà-þ])(?=[A-Z][A-Za-z]{2,8} \d{1,2}, \d{4})"
)
"""Where two elements of a page were set without a space: "08:22Updated", "Ann RoeMay 2, 2013"."""
_LAST_LABEL = re.compile(
    rf"(?<!\w)(?:(?P<up>{UPDATED})|(?P<pub>{PUBLISHED}))\s*(?:on|at|am|um|le|el|il|em|op)?\W*$",
    re.IGNORECASE,
)
_LABEL_AFTER = re.compile(r"[\u3040-\u9fff]")
"""Scripts whose labels follow the date; in others a label begins the next date of a line."""

Kind = Literal["published", "modified"]
"""The event in the life of a story that a date tells of."""


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
    kind: Kind | None
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
    kind = _kind(label) if label else None
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
            label = _LABEL.match(part)
            found.append(read if read.kind or not label else replace(read, kind=_kind(label)))
            rest = ""
    if found and rest:
        last = found[-1]
        found[-1] = replace(last, rest=f"{last.rest} {_without_filler(rest)}".strip())
    return tuple(found)


def _kind(label: re.Match[str]) -> Kind:
    return "modified" if label["up"] else "published"


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
    return " ".join(re.sub(r"[^\w\s]|_", " ", FILLER.sub(" ", text)).split())


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


def label_at_end(text: str) -> Kind | None:
    """Return what the label says that a text ends with: "First published on"."""
    found = _LAST_LABEL.search(text[-40:])
    return _kind(found) if found else None


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
        month = int(parts["m"]) if parts.get("m") else MONTHS[parts["n"].lower()]
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
    base = ZONES[found["name"].lower()] if found["name"] else None
    if not found["off"]:
        return base
    digits = re.sub(r"\D", "", found["off"])
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    if int(hours) > 14 or int(minutes) > 59:
        return base
    sign = 1 if found["off"].startswith("+") else -1
    return (base or 0) + sign * (int(hours) * 60 + int(minutes))
