"""What a file is: its suffix first, then a look at the bytes."""

import codecs
import re
from typing import Literal

Format = Literal["text", "html", "jsonl", "warc"]
MediaType = Literal["text/html", "text/plain"]

HEAD = 1 << 16
"""Bytes that are looked at; a format that does not show itself by then is not recognised."""

SUFFIXES: dict[str, Format] = {
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".warc": "warc",
}

_COMPRESSED = re.compile(r"\.(gz|zst)$")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}$")

_MAGIC = {
    b"%PDF-": "PDF",
    b"\x89PNG\r\n": "PNG picture",
    b"\xff\xd8\xff": "JPEG picture",
    b"GIF87a": "GIF picture",
    b"GIF89a": "GIF picture",
    b"II*\0": "TIFF picture",
    b"MM\0*": "TIFF picture",
    b"RIFF": "RIFF media",
    b"PK\x03\x04": "ZIP archive",
    b"PK\x05\x06": "ZIP archive",
    b"Rar!\x1a\x07": "RAR archive",
    b"7z\xbc\xaf\x27\x1c": "7z archive",
    b"\xfd7zXZ\0": "xz stream",
    b"BZh91AY&SY": "bzip2 stream",
    b"\x1f\x8b\x08": "gzip stream inside another coding",
    b"\x28\xb5\x2f\xfd": "zstd stream inside another coding",
    b"\x7fELF": "ELF program",
    b"\xd0\xcf\x11\xe0": "old Office document",
    b"{\\rtf": "RTF document",
    b"%!PS-": "PostScript document",
    b"PAR1": "Parquet file",
    b"SQLite format 3\0": "SQLite database",
}
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_WIDE_BOMS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_HTML_START = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)
_WARC_START = re.compile(rb"WARC/\d\.\d+\r?\n")
_JSON_START = re.compile(rb'\s*\{\s*"')
_CONTROLS = bytes(set(range(32)) - set(b"\b\t\n\v\f\r\x1a\x1b"))
_MAX_CONTROLS = 0.05
"""Random bytes hold 9 % control characters, text of any 8-bit or multi-byte code hardly any."""


def format_of(name: str, head: bytes) -> Format | None:
    """Return the format of a file by its name, or by its first plain bytes where that says nothing.

    A name with a suffix that we do not know must show by its bytes that it is HTML, WARC or JSON
    lines; only a name without any suffix is taken as plain text.
    """
    found = _SUFFIX.search(_COMPRESSED.sub("", name.lower()))
    if found and found[0] in SUFFIXES:
        return SUFFIXES[found[0]]
    if _WARC_START.match(head):
        return "warc"
    if starts_as_html(head):
        return "html"
    if _JSON_START.match(head) and head.split(b"\n")[0].rstrip().endswith(b"}"):
        return "jsonl"
    return None if found else "text"


def binary_kind(data: bytes) -> str | None:
    """Return what kind of non-text ``data`` is, or None when it may be text."""
    head = data[:HEAD]
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if wide_encoding(head) or _is_utf16_without_bom(head):
        return None
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return "binary data" if controls > _MAX_CONTROLS * len(head) else None


def is_blank(data: bytes) -> bool:
    """Return whether ``data`` holds nothing but white space (and a byte order mark)."""
    if encoding := wide_encoding(data):
        return not data.decode(encoding, "ignore").strip()
    return not data.removeprefix(codecs.BOM_UTF8).strip()


def wide_encoding(data: bytes) -> str | None:
    """Return ``utf-16`` or ``utf-32`` when ``data`` starts with such a byte order mark."""
    return next((name for bom, name in _WIDE_BOMS.items() if data.startswith(bom)), None)


def starts_as_html(data: bytes) -> bool:
    """Return whether ``data`` says at its start that it is an HTML document."""
    head = data[:HEAD].removeprefix(codecs.BOM_UTF8)
    return _HTML_START.match(head.decode(wide_encoding(head) or "latin-1", "ignore")) is not None


def media_type(data: bytes) -> MediaType:
    """Return the media type of text by its bytes alone."""
    return "text/html" if starts_as_html(data) else "text/plain"


def _is_utf16_without_bom(head: bytes) -> bool:
    """Return whether NULs stand at every other byte, as in UTF-16 of a script below U+0100."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    return min(even, odd) * 20 < max(even, odd) > len(head) * 0.3
