"""How texts, numbers and times are spelled on a page. Texts are hostile input."""

import re
from datetime import date, datetime

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What has no place in HTML, hides, or turns the text around it. Marks that a script needs, such as
joiners and U+200F, are not among them."""
_HEADING_WORDS = 14


def visible(text: str) -> str:
    """Return a text in which control characters and overrides of direction are spelled out."""
    return _UNSAFE.sub(_spelled, text)


def _spelled(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape", "backslashreplace").decode("ascii")


def heading(title: str | None, text: str) -> str:
    """Return a headline; where none was found, the first words of the text."""
    if title and title.strip():
        return title
    words = text.split(maxsplit=_HEADING_WORDS)
    if not words:
        return "Without text"
    return " ".join(words[:_HEADING_WORDS]) + (" …" if len(words) > _HEADING_WORDS else "")


def number(value: int) -> str:
    """Return a number with its thousands apart."""
    return f"{value:,}"


def share(part: float, whole: float) -> str:
    """Return a part in percent; a dash of nothing."""
    return f"{part / whole:.0%}" if whole else "–"


def day(value: date | None) -> str:
    """Return a day as people write it."""
    return f"{value.day} {value:%b} {value.year:04d}" if value else "no date"


def moment(value: datetime | None, precision: str | None, zone_known: bool = True) -> str:
    """Return a time, no more exact than it is known; "UTC" only where its zone is known."""
    if value is None:
        return "no date"
    if precision == "year":
        return f"{value.year:04d}"
    if precision == "month":
        return f"{value:%b} {value.year:04d}"
    exact = precision in {"minute", "second"} and (value.hour or value.minute)
    return day(value) + (f", {value:%H:%M}{' UTC' if zone_known else ''}" if exact else "")


def about(value: datetime | None, precision: str | None) -> str:
    """Return the day of a time, or its month or year where no more is known."""
    return moment(value, precision if precision in {"month", "year"} else "day")


def count(value: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def web(url: str | None) -> str | None:
    """Return an address if it leads to the web; a script or a local file is no link."""
    return url if url and url.lower().startswith(("http://", "https://")) else None
