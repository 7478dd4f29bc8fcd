"""What is said about a record beside its bytes, and the record made of both."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from pipeline.errors import DocumentError, RejectReason
from pipeline.identity import doc_id, sha256
from pipeline.model import Origin, RawDocument, Rejected
from pipeline.objects import Place
from pipeline.reading import files, places, sniff

MAX_SIDE_BYTES = 1_000_000

_SURROGATE = re.compile("[\ud800-\udfff]")


class Number(str):
    """A JSON number as it was spelled: no limit of digits, no rounding."""

    __slots__ = ()


_DECODER = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=Number, parse_float=Number, parse_constant=Number
)


@dataclass(frozen=True, slots=True)
class Hints:
    """What a side file, a JSON line or a WARC header says of a record; None is unsaid."""

    url: str | None = None
    source: str | None = None
    fetched_at: str | None = None
    title: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One raw file as all its records see it: its printable path and its side file."""

    path: str
    side: Hints = Hints()


def load_object(data: bytes) -> dict[str, object]:
    """Return the JSON object in ``data``; nested objects come as tuples of pairs.

    Raises DocumentError (BAD_RECORD): not UTF-8, no JSON, no object, or one key with two values.
    """
    try:
        text = data.decode("utf-8-sig")
        return _unique(_DECODER.decode(text))
    except UnicodeDecodeError as error:
        detail = f"not UTF-8 at byte {error.start}"
        raise DocumentError(RejectReason.BAD_RECORD, detail) from error
    except (ValueError, RecursionError) as error:
        raise DocumentError(RejectReason.BAD_RECORD, f"no JSON: {error}") from error


def hint(fields: dict[str, object], names: tuple[str, ...]) -> str | None:
    """Return the first of the named fields that is not null or blank, without lone surrogates.

    Raises DocumentError (BAD_RECORD) when that field is neither a string nor a number.
    """
    for name in names:
        value = fields.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            raise DocumentError(RejectReason.BAD_RECORD, f"field {name!r} is no string")
        if stripped := without_surrogates(value).strip():
            return stripped
    return None


def without_surrogates(text: str) -> str:
    r"""Return ``text`` with each lone surrogate (a JSON ``\ud800``) as U+FFFD.

    No UTF-8 exists for a lone surrogate; one of them would fail a whole Parquet write.
    """
    return _SURROGATE.sub("\ufffd", str(text))


def side_hints(raw: Place, path: str) -> Hints:
    """Return what the side file ``NAME.meta.json`` says, or empty hints when there is none.

    Raises DocumentError (BAD_RECORD) naming the side file when it cannot be used: reading on
    without it could give the record a wrong source and so a wrong identity.
    """
    place = path + files.SIDE_SUFFIX
    try:
        data = places.read_small(raw, place, MAX_SIDE_BYTES)
        if data is None:
            return Hints()
        fields = load_object(data)
        return Hints(**{name: hint(fields, (name,)) for name in Hints.__slots__})
    except (DocumentError, OSError) as error:
        detail = error.detail if isinstance(error, DocumentError) else error.strerror
        raise DocumentError(RejectReason.BAD_RECORD, f"side file {place}: {detail}") from error


def accept(
    delivery: Delivery,
    locator: str,
    data: bytes,
    media_type: sniff.MediaType,
    own: Hints = Hints(),
    charset: str | None = None,
) -> RawDocument | Rejected:
    """Return the record, or its rejection when it is empty.

    ``own`` is what the record says of itself; only for the source the side file goes first.
    """
    if sniff.is_blank(data):
        return refuse(delivery, locator, RejectReason.EMPTY, data=data)
    side, digest = delivery.side, sha256(data)
    url = own.url or side.url
    folder = delivery.path.partition("/")[0] if "/" in delivery.path else None
    source = side.source or own.source or host(url) or folder or "unknown"
    return RawDocument(
        doc_id=doc_id(source, digest),
        origin=Origin(delivery.path, locator, digest),
        source=source,
        media_type=media_type,
        data=data,
        charset=charset,
        url=url,
        fetched_at=parse_time(own.fetched_at or side.fetched_at),
        title=own.title or side.title,
        published=own.published or side.published,
    )


def refuse(
    delivery: Delivery,
    locator: str,
    reason: RejectReason,
    detail: str = "",
    data: bytes | None = None,
) -> Rejected:
    """Return the rejection of a record; ``data`` is what was seen of it, if it was held."""
    digest = None if data is None else sha256(data)
    return Rejected(delivery.path, locator, digest, "read", reason, detail)


def host(url: str | None) -> str | None:
    """Return the host of ``url`` in lower case without ``www.``, ``m.`` and port; else None.

    >>> host("https://www.m.Example.com:8080/a")
    'example.com'
    """
    try:
        given = url or ""
        name = urlsplit(given if "://" in given else f"//{given}").hostname or ""
    except ValueError:
        return None
    if "://" not in given and "." not in name:
        return None  # a relative path such as news/1.html
    for prefix in ("www.", "m."):
        shorter = name.removeprefix(prefix)
        name = shorter if "." in shorter else name
    return name.rstrip(".") or None


def parse_time(text: str | None) -> datetime | None:
    """Return an ISO 8601 or WARC date in UTC, or None if it is none; no zone is taken as UTC."""
    try:
        found = datetime.fromisoformat((text or "").strip())
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _unique(pairs: object) -> dict[str, object]:
    if not isinstance(pairs, tuple):
        raise DocumentError(RejectReason.BAD_RECORD, "no JSON object")
    found: dict[str, object] = {}
    for key, value in pairs:
        if found.setdefault(key, value) != value:
            detail = f"key {key[:40]!r} stands twice and disagrees"
            raise DocumentError(RejectReason.BAD_RECORD, detail)
    return found
