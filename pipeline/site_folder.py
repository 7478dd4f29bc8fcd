"""A folder of pages that is replaced whole, and never one that holds anything else."""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from pipeline.errors import SettingsError, StoreError
from pipeline.objects import Place

MARKER = ".copydesk-report"
"""In each folder that we made: what stands at its top."""
_DAY = 86_400
_NAME = re.compile(r"(?:[\w-]+/)*[\w-]+\.\w+", re.ASCII)
"""Ids come from the store, which may be anyone's."""


@dataclass(frozen=True, slots=True)
class Site:
    """A folder that is being filled."""

    folder: Path

    def write(self, path: str, text: str) -> None:
        """Write a file of the site; ``path`` is relative and has ``/``."""
        self.write_bytes(path, text.encode("utf-8", "backslashreplace"))

    def write_bytes(self, path: str, data: bytes) -> None:
        """Write a file as it is. Raises StoreError when its name would lead out of the site."""
        if not _NAME.fullmatch(path):
            raise StoreError(f"'{path}' is no name for a page: the store holds an id that is none")
        file = self.folder / path
        try:
            file.write_bytes(data)
        except FileNotFoundError:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)


@contextmanager
def replaced(out: Path) -> Iterator[Site]:
    """Yield a new folder beside ``out`` that takes its place once it is filled.

    Whoever reads the old site reads it whole until then, and a failure leaves it as it is. Raises
    SettingsError when ``out`` holds what is not ours, StoreError when the disk fails.
    """
    out = out.resolve()
    check(out)
    fresh = out.parent / f".{out.name}.{os.getpid()}"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        _mark(fresh)
        yield Site(fresh)
        _mark(fresh)
        check(out)
        _swap(fresh, out)
    except OSError as error:
        raise StoreError(
            f"{out}: {error.strerror or error}; the report before is as it was"
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def check(out: Path, *others: Place) -> None:
    """Raise SettingsError unless a folder is missing, empty, or a report of ours alone.

    It must not lie in one of ``others``: the raw folder, of which each file is read, or the store.
    """
    for folder in others:
        if isinstance(folder, Path) and out.resolve().is_relative_to(folder.resolve()):
            raise SettingsError(f"{out}: lies in {folder}; name a folder beside it for the report")
    if not out.exists():
        return
    if not out.is_dir():
        raise SettingsError(f"{out}: is no folder; name another for the report")
    there = {entry.name for entry in out.iterdir()}
    if Path.cwd().is_relative_to(out.resolve()):
        raise SettingsError(
            f"{out}: you work in it, and it would be replaced; name another for the report"
        )
    try:
        ours = set(json.loads((out / MARKER).read_text("utf-8"))["entries"]) | {MARKER}
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    if other := sorted(there - ours):
        some = f"{other[0]}" + (f" and {len(other) - 1} more" if len(other) > 1 else "")
        raise SettingsError(
            f"{out}: holds {some}, which is no part of a report; name another folder for it"
        )


def _mark(folder: Path) -> None:
    entries = sorted(entry.name for entry in folder.iterdir() if entry.name != MARKER)
    facts = {"made_by": "copydesk report", "entries": entries}
    (folder / MARKER).write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


def _swap(fresh: Path, out: Path) -> None:
    old = out.parent / f".{out.name}.{os.getpid()}.old"
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    try:
        fresh.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _sweep(out: Path) -> None:
    """Remove what a report that was killed left beside ``out``, a day ago or longer."""
    for left in out.parent.glob(f".{escape(out.name)}.*"):
        if (left / MARKER).is_file() and time.time() - left.stat().st_mtime > _DAY:
            shutil.rmtree(left, ignore_errors=True)
