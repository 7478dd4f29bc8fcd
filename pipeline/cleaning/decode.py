"""Bytes to text: which encoding, who said so, and how much could not be read."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.errors import DocumentError, RejectReason

META_BYTES = 4096
"""How far into an HTML page a declaration is looked for."""

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Browsers read these labels as the larger encoding, and publishers write for browsers
# (https://encoding.spec.whatwg.org/#names-and-labels). Keys are Python's codec names.
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
    "utf-8-sig": "utf-8",
}

_LABELS = {  # labels of the web that Python does not know
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "x-x-big5": "big5hkscs",
    "x-euc-jp": "euc_jp",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "windows-949": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "windows-874": "cp874",
    "dos-874": "cp874",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-16-le",
}

_SINGLE_BYTE = (
    *(f"cp125{n}" for n in range(9)),
    *(f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *("koi8-r", "koi8-u", "cp866", "cp874", "mac-roman", "mac-cyrillic"),
)
_EAST_ASIAN = ("gb18030", "hz", "big5hkscs", "cp932", "euc_jp", "iso2022_jp", "cp949")
_UNICODE = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_KNOWN = frozenset((*_SINGLE_BYTE, *_EAST_ASIAN, *_UNICODE))

_XML_DECLARATION = re.compile(
    rb"""\A\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE
)
_META = re.compile(rb"""<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_TAG = re.compile(rb"<[^<>]*>")
_NOT_ASCII = re.compile("[^\x00-\x7f\ufffd]+")
_BROKEN_WORD = re.compile(r"[^\W\d_][\u00a0-\u00bf\u00d7\u00f7\u02c7-\u02dd\ufffd](?=[^\W\d_])")
_REPLACEMENT = "\ufffd".encode()
_CONTROLS = bytes((*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)))

_DETECTOR_BYTES = 65_536
_LATIN = ("cp1252", "cp1250", "iso8859-2", "cp1257")  # the most used first
_DETECTABLE = (
    *_LATIN,
    *("cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp874", "koi8-r", "iso8859-7"),
    *("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"),
)
_MAX_JUNK = 0.1  # share of control and replacement characters past which it is no text


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, its encoding, and who told the encoding.

    ``source`` is ``bom``, ``transport``, ``meta``, ``utf-8`` (it simply fits) or ``detector``,
    followed by ``, N replaced`` when N places could not be read and became U+FFFD.
    """

    text: str
    encoding: str
    source: str
    utf8: bytes | None = None
    """The text in UTF-8, where it came so: to encode it anew costs as much as to decode it."""


def decode(data: bytes, media_type: str, charset: str | None) -> Decoded:
    """Decode a record; the first encoding that fits wins.

    Candidates in order: byte order mark, the transport's ``charset``, the declaration in an HTML
    page, UTF-8, a detector. A declaration that does not fit the bytes is passed over; so is one of
    a single-byte encoding, which fits anything, when the bytes are UTF-8 beyond ASCII.
    Raises DocumentError(UNDECODABLE) when no encoding gives text.
    """
    declared = list(_declared(data, media_type, charset))
    strict = (_strict(data, name, source) for name, source in _fitting_order(data, declared))
    found = next(filter(None, strict), None) or _lenient(data, declared)
    most = max(_MAX_JUNK * len(found.text), 8)
    junk = _junk(found.text, data if found.encoding == "utf-8" else None, most)
    if junk > most:
        raise DocumentError(RejectReason.UNDECODABLE, f"{junk} of {len(found.text)} no characters")
    return found


def _junk(text: str, data: bytes | None, most: float) -> int:
    """Return the number of control and replacement characters; 0 where it is no more than ``most``.

    ``data`` is the text in UTF-8. Line ends and tabs are counted with the controls at first, in a
    quarter of the time: seldom are they so many that the difference matters.
    """
    if data is None:
        data = text.encode("utf-8", "surrogatepass")
    replaced = text.count("\ufffd") if "\ufffd" in text else 0
    if np.count_nonzero(np.frombuffer(data, np.uint8) < ord(" ")) + replaced <= most:
        return 0
    return len(data) - len(data.translate(None, _CONTROLS)) + replaced


def python_codec(label: str) -> str | None:
    """Return the codec that browsers use for a declared label, or None if it names none."""
    label = label.strip().strip("\"'").lower()
    try:
        name = _LABELS.get(label) or codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    name = _READ_AS.get(name, name)
    return name if name in _KNOWN else None


def _declared(data: bytes, media_type: str, charset: str | None) -> Iterator[tuple[str, str]]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            yield name, "bom"
            break
    if charset and (codec := python_codec(charset)):
        yield codec, "transport"
    if media_type == "text/html":
        head = _COMMENT.sub(b"", data[:META_BYTES])
        for pattern in (_META, _XML_DECLARATION):
            if (match := pattern.search(head)) and (codec := python_codec(match[1].decode())):
                # A declaration that can be read as ASCII is not written in UTF-16.
                yield ("utf-8" if codec.startswith(("utf-16", "utf-32")) else codec), "meta"


def _fitting_order(data: bytes, declared: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    yield from (candidate for candidate in declared if candidate[1] == "bom")
    if codec := _disguised(data):
        yield codec, "detector"
    for name, source in declared:
        if not (name in _SINGLE_BYTE and _is_utf8(data)):
            yield name, source
    yield "utf-8", "utf-8"


def _is_utf8(data: bytes) -> bool:
    """Tell whether the bytes are UTF-8 beyond ASCII."""
    return not data.isascii() and _strict(data, "utf-8", "utf-8") is not None


def _disguised(data: bytes) -> str | None:
    """Return the encoding of bytes that are valid UTF-8 by accident, if they show its mark."""
    if b"\x1b" in data and b"\x1b$" in data and data.isascii():
        return "iso2022_jp"
    sample = data[:META_BYTES]
    half = max(1, len(sample) // 2)
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if max(even, odd) > 0.3 and min(even, odd) < 0.05:
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _strict(data: bytes, name: str, source: str) -> Decoded | None:
    plain = _without_bom(data, name)
    try:
        text = plain.decode(name)
    except ValueError:
        return _joined_surrogates(plain, source) if name == "utf-8" else None
    return Decoded(text, _public(name), source, plain if name == "utf-8" else None)


def _joined_surrogates(data: bytes, source: str) -> Decoded | None:
    """Read UTF-8 that holds surrogates: join the halves that belong together, replace the rest."""
    try:
        text = data.decode("utf-8", "surrogatepass")
    except ValueError:
        return None
    halves = text.encode("utf-16-le", "surrogatepass")
    joined = halves.decode("utf-16-le", "replace")
    return Decoded(joined, "utf-8", _told(source, joined.count("\ufffd") - text.count("\ufffd")))


def _lenient(data: bytes, declared: list[tuple[str, str]]) -> Decoded:
    for name, source in (*declared, ("utf-8", "utf-8")):
        found, replaced = _replacing(data, name, source)
        good = sum(map(len, _NOT_ASCII.findall(found.text)))
        # UTF-8 has so much structure that two good sequences to a bad one cannot be chance.
        if good >= replaced * (2 if name == "utf-8" else 20):
            return found
    name = _detect(data)
    return _strict(data, name, "detector") or _replacing(data, name, "detector")[0]


def _replacing(data: bytes, name: str, source: str) -> tuple[Decoded, int]:
    text = _without_bom(data, name).decode(name, "replace")
    replaced = text.count("\ufffd") - (data.count(_REPLACEMENT) if name == "utf-8" else 0)
    return Decoded(text, _public(name), _told(source, replaced)), replaced


def _told(source: str, replaced: int) -> str:
    return f"{source}, {replaced} replaced" if replaced else source


def _detect(data: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - few records get this far

    # Markup is ASCII in every candidate and only dilutes what tells them apart.
    lines = _TAG.sub(b" ", data[: 16 * _DETECTOR_BYTES]).split(b"\n")
    sample = b"\n".join(line for line in lines if not line.isascii())[:_DETECTOR_BYTES]
    best = from_bytes(sample, cp_isolation=list(_DETECTABLE)).best()
    name = (python_codec(best.encoding) if best else None) or "cp1252"
    if name not in _LATIN:
        return name
    # The detector cannot tell the Latin alphabets apart on a few lines; a symbol inside a word can.
    return min(_LATIN, key=lambda latin: len(_BROKEN_WORD.findall(sample.decode(latin, "replace"))))


def _without_bom(data: bytes, name: str) -> bytes:
    marks = (mark for mark, codec in _BOMS if codec == name)
    return data.removeprefix(next(marks, b""))


def _public(name: str) -> str:
    return name.replace("cp125", "windows-125")
