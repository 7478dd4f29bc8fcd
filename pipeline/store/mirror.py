"""A store in object storage: written in a local folder, its mirror, and sent there after a commit.

The mirror has all that a local store has: state, lock, journal, editions. What is published in the
bucket are the files of its current edition, and ``edition.json`` last. A marker object names the
mirror that writes there, so that a second machine is refused.
"""

import json
import os
import platform
import secrets
import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pipeline import objects
from pipeline.errors import LockedError, StoreError
from pipeline.identity import sha256
from pipeline.objects import Bucket, Place
from pipeline.store import disk
from pipeline.store.edition import MANIFEST, parquet_files
from pipeline.store.schemas import TABLES
from pipeline.store.state import locked

MARKER = ".copydesk-writer.json"
_OWN = "bucket.json"
"""In the mirror's state folder: the bucket's address, and the name of this mirror."""
_DAY = 86_400
_KEPT = 3
"""Editions that are kept of those fetched to be read."""


def home_of(bucket: Bucket) -> Path:
    """Return the folder of this machine that mirrors a bucket."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state"
    name = str(bucket).removeprefix(objects.SCHEME).replace("/", "-")
    whole = f"{bucket} {objects.endpoint(bucket)}"  # stores of two servers may have one name
    return Path(state) / "copydesk" / f"{name}-{sha256(whole.encode())[:8]}"


def local(clean: Place) -> Path:
    """Return the folder that a store is written in, whether it is there or not."""
    return clean if isinstance(clean, Path) else home_of(clean)


def writing(clean: Place) -> Path:
    """Return the local folder that a store is written in: itself, or the mirror of a bucket."""
    if isinstance(clean, Path):
        return clean
    home = home_of(clean)
    own = home / ".state" / _OWN
    name = json.loads(own.read_text("utf-8"))["writer"] if own.exists() else secrets.token_hex(8)
    # The address may bring other options each time, and keys.
    disk.write(own, _json({"uri": clean.uri, "writer": name}), private=True)
    return home


def take_over(clean: Place) -> None:
    """Write a bucket from this machine from now on, on the grounds of what is published there.

    What its mirror here held is lost; ``rebuild`` makes its state anew. Does nothing to a folder.
    """
    if isinstance(clean, Bucket):
        home = writing(clean)
        with locked(home, 0):
            claim(home, take_over=True)


def claim(home: Path, *, take_over: bool = False) -> None:
    """Mark the bucket of a mirror as written from here; nothing to do for a store of its own.

    Raises LockedError when the bucket is another's, StoreError when it cannot be reached.
    """
    own = _own(home)
    if own is None:
        return
    bucket, name = Bucket(own["uri"]), own["writer"]
    try:
        writer = _writer(bucket)
        if writer is None and objects.read(bucket, MANIFEST) is not None:
            writer = {"writer": "", "host": "an unknown machine", "since": "an unknown time"}
        if writer and writer["writer"] != name:
            if not take_over:
                raise LockedError(
                    f"{bucket}: written by {writer['host']} since {writer['since']}, and one "
                    "machine alone may write there; to write from here from now on, run "
                    "`copydesk rebuild RAW CLEAN --take-over`"
                )
            _adopt(bucket, home)
            writer = None
        if writer is None and (home / MANIFEST).exists() and not take_over:
            raise StoreError(
                f"{bucket}: is empty, and {home} holds an edition of it; if that shall be so, "
                "remove that folder to begin anew"
            )
        if writer is None:
            since = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
            marker = {"writer": name, "host": platform.node(), "since": since}
            objects.put(bucket, MARKER, _json(marker))
    except OSError as error:
        raise StoreError(f"{bucket}: {error}") from error


def push(home: Path) -> None:
    """Send what is published in a mirror to its bucket; whatever was sent before is left alone.

    Raises StoreError when that fails: the mirror is whole, and the next run sends it.
    """
    own = _own(home)
    if own is None or not (home / MANIFEST).exists():
        return
    bucket = Bucket(own["uri"])
    try:
        writer = _writer(bucket)
        if writer is None or writer["writer"] != own["writer"]:
            raise LockedError(f"{bucket}: another machine has taken it over; nothing was sent")
        _send(bucket, home)
    except OSError as error:
        told = f"{bucket}: {error}; the edition is whole in {home}, and the next run sends it"
        raise StoreError(told) from error


def reading(clean: Place) -> Path:
    """Return a local folder with the current edition of a store; of a bucket it is fetched once.

    Raises StoreError when nothing is published there.
    """
    if isinstance(clean, Path):
        return clean
    home = home_of(clean)
    try:
        manifest = _manifest(clean)
        if (home / MANIFEST).exists() and (home / MANIFEST).read_bytes() == manifest:
            return home
        folder = home / "reading" / sha256(manifest)[:16]
        if not folder.exists():
            fresh = folder.with_name(f".{os.getpid()}-{folder.name}")
            disk.clear(fresh)
            fetch(clean, fresh)
            _settle(fresh, folder)
    except OSError as error:
        raise StoreError(f"{clean}: {error}") from error
    return folder


def fetch(bucket: Bucket, folder: Path) -> None:
    """Copy the current edition of a bucket into an empty folder, as it is; ``verify`` checks it.

    A file that the manifest lists and that is not there is left out. Raises StoreError.
    """
    try:
        _fetch(bucket, folder)
    except OSError as error:
        raise StoreError(f"{bucket}: {error}") from error


def _fetch(bucket: Bucket, folder: Path) -> None:
    manifest = _manifest(bucket)
    paths = {row["path"] for row in json.loads(manifest)["files"]}
    # The row of a run that found nothing new joins the manifest with the next edition.
    paths |= {path for path in _published(bucket) if path.startswith("runs/")}
    for path in sorted(paths):
        data = objects.read(bucket, path)
        if data is not None:
            disk.make_folder((folder / path).parent)
            (folder / path).write_bytes(data)
    (folder / MANIFEST).write_bytes(manifest)
    if _manifest(bucket) != manifest:
        raise StoreError(f"{bucket}: a new edition was published meanwhile; try again")


def _send(bucket: Bucket, home: Path) -> None:
    manifest = (home / MANIFEST).read_bytes()
    before = objects.read(bucket, MANIFEST)
    mine, sent = _hashes(manifest), _hashes(before) if before else {}
    there = _published(bucket)
    local = {f.relative_to(home).as_posix(): f for f in parquet_files(home)}
    for path, file in local.items():
        if there.get(path) != file.stat().st_size or mine.get(path) != sent.get(path):
            objects.put(bucket, path, file.read_bytes())
    for path in sorted(there.keys() - local.keys()):
        objects.remove(bucket, path)
    if before != manifest:
        objects.put(bucket, MANIFEST, manifest)


def _adopt(bucket: Bucket, home: Path) -> None:
    """Put what a bucket holds in the place of all that a mirror held but its name and its lock."""
    for entry in home.iterdir():
        if entry.name != ".state":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for entry in (home / ".state").iterdir():
        if entry.name.startswith(("state.duckdb", "rebuilt.duckdb")):
            entry.unlink()
    if objects.read(bucket, MANIFEST) is not None:
        fetch(bucket, home)


def _published(bucket: Bucket) -> dict[str, int]:
    """Return the bytes of each object that is a table's part, by its path."""
    try:
        found = list(objects.listed(bucket))
    except FileNotFoundError:
        return {}
    return {o.path: o.size for o in found if o.path.partition("/")[0] in TABLES}


def _writer(bucket: Bucket) -> dict[str, str] | None:
    found = objects.read(bucket, MARKER)
    facts: dict[str, str] | None = json.loads(found) if found else None
    return facts


def _manifest(bucket: Bucket) -> bytes:
    found = objects.read(bucket, MANIFEST)
    if found is None:
        raise StoreError(f"{bucket}: nothing is published here")
    return found


def _hashes(manifest: bytes) -> dict[str, str]:
    return {row["path"]: row["sha256"] for row in json.loads(manifest)["files"]}


def _own(home: Path) -> dict[str, str] | None:
    own = home / ".state" / _OWN
    facts: dict[str, str] | None = json.loads(own.read_text("utf-8")) if own.exists() else None
    return facts


def _settle(fresh: Path, folder: Path) -> None:
    """Put a fetched edition in its place, unless another reader was faster; let old ones go."""
    try:
        fresh.rename(folder)
    except OSError:
        disk.remove_tree(fresh)
        if not folder.exists():
            raise
    own = [f for f in folder.parent.iterdir() if not f.name.startswith(".")]
    for old in sorted(own, key=lambda f: f.stat().st_mtime_ns)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    for left in folder.parent.glob(".*"):  # of a reader that died
        if time.time() - left.stat().st_mtime > _DAY:
            shutil.rmtree(left, ignore_errors=True)


def _json(facts: Mapping[str, str]) -> bytes:
    return (json.dumps(facts, indent=1) + "\n").encode()
