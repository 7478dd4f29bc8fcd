"""How the script and the floors read raw files: the shortest way, with nothing imported in vain."""

import json
from collections.abc import Iterator
from pathlib import Path


def files_in(raw: Path) -> list[Path]:
    """Return the raw files of a folder, in order."""
    return sorted(p for p in raw.rglob("*") if p.is_file() and not p.name.startswith("README"))


def records(file: Path) -> Iterator[tuple[str, bytes | str, bool]]:
    """Yield name, content and whether it is HTML of each record of a raw file."""
    name = "".join(file.suffixes[-2:])
    if name.endswith((".warc", ".warc.gz")):
        from fastwarc import ArchiveIterator, WarcRecordType

        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
                yield str(record.headers["WARC-Target-URI"]), record.reader.read(), True
    elif name.endswith(".jsonl"):
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                yield f"{file.name}:{number}", json.loads(line)["text"], False
    elif name.endswith(".html"):
        yield str(file), file.read_bytes(), True
    else:
        yield str(file), file.read_text("utf-8", "replace"), False
