"""The commit: one transaction, then the renames it lists, ``edition.json`` last.

A run that dies before the transaction leaves only its staging folder; one that dies after it is
rolled forward by the next writer. Readers of the globs see whole files at any time; a folder
``.editions/N`` is a snapshot by hard links.
"""

import json
from dataclasses import astuple
from pathlib import Path
from typing import Any

from pipeline.errors import StoreError
from pipeline.store import disk, knowledge, parts, sample
from pipeline.store.publish import day_of
from pipeline.store.schemas import SCHEMA_VERSION, TABLES
from pipeline.store.state import State, count, edition, execute, get, insert, put

MANIFEST = "edition.json"
EDITIONS = ".editions"
_FORGETS = "forgets"
"""Set by a run that takes documents out: no older snapshot may keep them."""


def staged_parts(staging: Path) -> list[parts.Part]:
    """Describe every staged Parquet part, in path order."""
    return [
        parts.describe(f, f.relative_to(staging).parts[0], f.relative_to(staging).as_posix())
        for f in parquet_files(staging)
    ]


def parquet_files(folder: Path) -> list[Path]:
    """Return the Parquet files of all tables below ``clean/`` or its staging folder."""
    return [f for table in TABLES for f in sorted((folder / table).rglob("*.parquet"))]


def check(state: State) -> None:
    """Raise StoreError unless the published files are just those that the state lists.

    Without one of them rows would be lost in silence; with one more, readers of the globs would
    see rows twice.
    """
    listed = dict(execute(state, "SELECT path, bytes FROM parts"))
    published = {
        f.relative_to(state.clean).as_posix(): f.stat().st_size for f in parquet_files(state.clean)
    }
    if wrong := sorted(p for p, size in listed.items() if published.get(p) != size):
        raise StoreError(
            f"{state.clean}: {len(wrong)} published files are missing or changed, first "
            f"{wrong[0]}; {parts.MEND}"
        )
    if strays := sorted(published.keys() - listed):
        raise StoreError(
            f"{state.clean}: its state does not know {len(strays)} Parquet files, first "
            f"{strays[0]}; move them away"
        )


def gone_parts(state: State) -> list[str]:
    """Return the published parts of which the run leaves nothing, in path order."""
    return [row[0] for row in execute(state, "SELECT path FROM run.gone ORDER BY 1")]


def commit(state: State, number: int, run_id: str, finished_at: str, comparison: str) -> None:
    """Make the run's findings permanent and publish its parts.

    ``number`` is the edition afterwards; the same as before when only ``runs`` grew.
    """
    puts = staged_parts(state.staging)
    gone = gone_parts(state)
    disk.sync_tree(state.home)
    execute(state, "BEGIN TRANSACTION")
    for statement in (*_COMMIT, *sample.COMMIT, *knowledge.COMMIT, *_FOLDED, *_LEFT):
        execute(state, statement)
    _place_parts(state, number)
    replaced = [part.path for part in puts] + gone
    execute(state, "DELETE FROM parts WHERE path IN (SELECT unnest($1))", [replaced])
    insert(state, "parts", [astuple(part) for part in puts])
    actions = [("put", part.path) for part in puts] + [("remove", path) for path in gone]
    insert(state, "journal", [(seq, *action) for seq, action in enumerate(actions)])
    for key, value in (
        ("edition", str(number)),
        ("run_id", run_id),
        ("finished_at", finished_at),
        ("comparison_digest", comparison),
        (_FORGETS, "yes" if count(state, "SELECT count(*) FROM run.taken") else "no"),
    ):
        put(state, key, value)
    execute(state, "COMMIT")


def roll_forward(state: State, keep_editions: int) -> None:
    """Carry out what the journal lists: all of it after a commit, what is left after a crash."""
    journal = execute(state, "SELECT action, path FROM journal ORDER BY seq")
    if not journal:
        return
    for action, path in journal:
        if action == "remove":
            disk.remove(state.clean / path)
        elif (staged := state.staging / path).exists():
            disk.replace(staged, state.clean / path)
        elif not (state.clean / path).exists():
            raise StoreError(f"{state.clean}: {path} was committed, and is gone from {staged}")
    if _published(state) != edition(state):
        manifest = _manifest(state)
        _snapshot(state, manifest)
        disk.write(state.clean / MANIFEST, manifest)
    forgets = get(state, _FORGETS) == "yes"
    _prune(state, 1 if forgets else keep_editions)
    execute(state, "DELETE FROM journal")


def manifest_of(clean: Path) -> dict[str, Any]:
    """Return what ``edition.json`` says. Raises StoreError.

    That is when nothing is published, when it makes no sense, or when a newer version wrote it.
    """
    try:
        found: dict[str, Any] = json.loads((clean / MANIFEST).read_text("utf-8"))
        version = int(found["schema_version"])
        int(found["edition"])
        [parts.Part(**row) for row in found["files"]]
    except OSError as error:
        raise StoreError(f"{clean}: nothing is published here ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        told = "tells of no edition; `copydesk ingest` writes it anew"
        raise StoreError(f"{clean / MANIFEST}: {told}") from error
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{clean}: a newer version of Copydesk wrote this (schema {version}, this one knows "
            f"{SCHEMA_VERSION}); update Copydesk"
        )
    return found


def _published(state: State) -> int | None:
    """Return the edition that readers are told of; None before the first."""
    try:
        number: int = json.loads((state.clean / MANIFEST).read_text("utf-8"))["edition"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return number


def _place_parts(state: State, number: int) -> None:
    """Write down in which part each new row of ``articles`` and ``copies`` lies."""
    for table, fresh, published in (
        ("articles", "stories", "(SELECT published_at FROM docs WHERE doc_id = stories.canonical)"),
        ("copies", "docs", "published_at"),
    ):
        column = "part" if fresh == "stories" else "copies_part"
        execute(
            state,
            f"""UPDATE {fresh} SET {column} = '{table}/day=' || {day_of(published)}
            || '/{number:06d}.parquet' WHERE {column} = 'fresh'""",
        )


_COMMIT = (
    """DELETE FROM files WHERE path IN (SELECT path FROM run.file)""",
    """INSERT INTO files SELECT DISTINCT * FROM run.file""",
    """DELETE FROM refusals WHERE path IN (SELECT path FROM run.file
        UNION SELECT path FROM run.refused)""",
    """INSERT INTO refusals SELECT * FROM run.refused""",
    """INSERT INTO origins SELECT DISTINCT doc_id, raw_path, raw_locator
        FROM run.found ANTI JOIN origins USING (doc_id, raw_path, raw_locator)""",
    """INSERT INTO texts SELECT text_no, text_id, shingles FROM run.text""",
    """INSERT INTO bands SELECT * FROM run.band""",
    """DELETE FROM matches WHERE (a, b) IN (SELECT (a, b) FROM run.dropped)""",
    """INSERT INTO matches SELECT * FROM run.match""",
    # Placement of known documents that moved, then whole rows of new and re-judged ones.
    """UPDATE docs SET story_id = p.story_id, is_canonical = p.is_canonical,
        match_kind = p.match_kind, matched_doc_id = p.matched_doc_id,
        containment = p.containment, weighted_containment = p.weighted_containment,
        jaccard = p.jaccard, shared_shingles = p.shared_shingles,
        copies_part = 'fresh'
        FROM run.fresh_place p WHERE p.doc_id = docs.doc_id""",
    """DELETE FROM docs WHERE doc_id IN (SELECT doc_id FROM run.doc)""",
    """INSERT INTO docs
        SELECT d.doc_id, n.text_no, d.raw_path, d.raw_locator, d.source, d.outlet, d.agency,
            d.wire_mark, d.published_at, d.part, p.story_id, p.is_canonical, p.match_kind,
            p.matched_doc_id, p.containment, p.weighted_containment, p.jaccard, p.shared_shingles,
            CASE WHEN p.doc_id IS NOT NULL THEN 'fresh' END
        FROM run.doc d LEFT JOIN run.numbered n USING (doc_id)
            LEFT JOIN run.place p USING (doc_id) WHERE d.part IS NOT NULL""",
    "DELETE FROM origins WHERE doc_id IN (SELECT doc_id FROM run.taken)",
    """DELETE FROM stories WHERE story_id IN (SELECT story_id FROM run.old_story
        WHERE story_id NOT IN (SELECT story_id FROM run.story))
        OR story_id IN (SELECT story_id FROM run.fresh_story)""",
    """INSERT INTO stories SELECT *, 'fresh' FROM run.fresh_story""",
)

_FOLDED = tuple(
    f"""UPDATE {table} SET {column} = f.path FROM run.folded f
    WHERE parse_dirpath({column}) = f.folder AND {key} BETWEEN f.low AND f.high"""
    for table, column, key in (
        ("docs", "part", "doc_id"),
        ("docs", "copies_part", "doc_id"),
        ("stories", "part", "story_id"),
    )
)

_LEFT = tuple(
    # A text that nobody holds must be new when it comes back: it missed those that came meanwhile.
    f"DELETE FROM {table} WHERE {column} IN (SELECT text_no FROM run.dead)"
    for table, column in (
        ("texts", "text_no"),
        ("bands", "text_no"),
        ("matches", "a"),
        ("matches", "b"),
    )
)


def _manifest(state: State) -> bytes:
    """Return the bytes of ``edition.json``: the same for one edition whoever writes it."""
    facts = dict(execute(state, "SELECT key, value FROM meta"))
    files = execute(state, 'SELECT "table", path, "rows", bytes, sha256 FROM parts ORDER BY path')
    body = {
        "edition": edition(state),
        "schema_version": SCHEMA_VERSION,
        "run_id": facts["run_id"],
        "finished_at": facts["finished_at"],
        "files": [
            dict(zip(("table", "path", "rows", "bytes", "sha256"), row, strict=True))
            for row in files
        ],
    }
    return (json.dumps(body, indent=1, ensure_ascii=True) + "\n").encode()


def _snapshot(state: State, manifest: bytes) -> None:
    """Link every file of the edition into ``.editions/N``, unless that is done."""
    home = state.clean / EDITIONS
    folder, fresh = home / str(edition(state)), home / ".new"
    if folder.exists():
        return
    disk.clear(fresh)
    for part in json.loads(manifest)["files"]:
        disk.link(state.clean / part["path"], fresh / part["path"])
    disk.write(fresh / MANIFEST, manifest)
    disk.sync_tree(fresh)
    disk.replace(fresh, folder)


def _prune(state: State, keep: int) -> None:
    home = state.clean / EDITIONS
    folders = home.iterdir() if home.is_dir() else ()
    numbers = sorted(int(f.name) for f in folders if f.name.isdigit())
    for number in numbers[:-keep]:
        disk.remove_tree(home / str(number))
