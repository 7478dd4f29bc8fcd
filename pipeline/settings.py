"""One frozen settings tree. Precedence: flag > env ``COPYDESK_*`` > ``copydesk.toml`` > default.

An environment variable names its place with double underscores: ``COPYDESK_DEDUP__PERMUTATIONS``.
A key that does not exist is an error, wherever it stands.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from pipeline.errors import SettingsError
from pipeline.identity import digest

PREFIX = "COPYDESK_"
FILE = "copydesk.toml"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class JsonFields(_Section):
    """Which field of a JSON line holds what; the first name that is present counts."""

    text: tuple[str, ...] = Field(default=("text", "body", "content"), description="plain text")
    html: tuple[str, ...] = Field(
        default=("html", "raw_html"), description="HTML; goes before plain text"
    )
    url: tuple[str, ...] = Field(default=("url", "link"), description="address")
    source: tuple[str, ...] = Field(default=("source", "outlet"), description="delivery source")
    title: tuple[str, ...] = Field(
        default=("title", "headline"), description="title, where the page has none"
    )
    published: tuple[str, ...] = Field(
        default=("published", "date", "published_at", "publish_date"),
        description="date, where the page has none",
    )
    fetched_at: tuple[str, ...] = Field(
        default=("fetched_at", "crawled_at"), description="time of the fetch"
    )


class Reading(_Section):
    """Limits and field names for the raw files."""

    settle_seconds: float = Field(
        default=0.0, ge=0, description="younger files wait for the next run"
    )
    max_file_bytes: int = Field(
        default=20_000_000_000, gt=0, description="plain bytes of one raw file"
    )
    max_record_bytes: int = Field(default=20_000_000, gt=0, description="plain bytes of one record")
    max_ratio: float = Field(default=1_000.0, gt=1, description="plain bytes by compressed bytes")
    max_damaged: int = Field(
        default=100, ge=1, description="bad gzip or zstd members, or holes in a WARC, of one file"
    )
    max_senseless: int = Field(
        default=10_000, ge=1, description="bad records in a row that end a file"
    )
    json_fields: JsonFields = JsonFields()


class Cleaning(_Section):
    """Limits for one document; CPU seconds, not wall time."""

    cpu_seconds: int = Field(default=10, ge=1, description="CPU seconds for one document")
    wall_seconds: int = Field(default=120, ge=1, description="wall seconds for one document")
    memory_mb: int = Field(default=1_000, ge=100, description="memory for one document, MiB")
    max_blocks: int = Field(default=50_000, ge=1, description="blocks in one document")
    max_depth: int = Field(default=2_000, ge=64, description="HTML nesting that is still read")


class Furniture(_Section):
    """Lines that stand in different stories of one site, and leave the text for that.

    An entry of ``pin`` and ``veto`` is a line, or ``SITE >> LINE``; case and punctuation are free.
    """

    enabled: bool = Field(default=True, description="false: count nothing, remove nothing")
    learn: bool = Field(default=True, description="false: use what is known, add nothing to it")
    min_stories: int = Field(
        default=2, ge=2, description="stories that hold a line, if it is short"
    )
    min_stories_long: int = Field(
        default=3, ge=2, description="the same for lines of 12 words or with figures"
    )
    pin: tuple[str, ...] = Field(default=(), description="lines that are always furniture")
    veto: tuple[str, ...] = Field(default=(), description="lines that never are")


class Dedup(_Section):
    """How texts are compared. Another value means other signatures: see ``rebuild``."""

    one_spelling: bool = Field(
        default=True, description="undo national spelling, number style and abbreviations"
    )
    shingle_words: int = Field(default=3, ge=1, le=12, description="words in one shingle")
    shingle_chars: int = Field(
        default=8, ge=2, le=32, description="for scripts without word spaces"
    )
    permutations: int = Field(default=128, ge=16, le=1024, description="of a signature")
    rows: int = Field(default=2, ge=1, le=16, description="signature rows in one band")
    seed: int = Field(default=1, ge=0, description="of the permutations")
    min_shingles: int = Field(default=12, ge=1, description="shorter texts join only equal ones")
    min_shared: int = Field(default=12, ge=1, description="shared shingles that a match needs")
    min_containment: float = Field(
        default=0.22, gt=0, le=1, description="share of the smaller text, weighted by rarity"
    )
    min_evidence: float = Field(
        default=0.5, ge=0, le=2, description="that share and the same of the terms, together"
    )
    max_shelf: int = Field(default=64, ge=2, description="texts in a band that are all compared")
    sample_texts: int = Field(
        default=20_000, ge=0, description="texts of which the rarity of shingles is learned"
    )
    learn: bool = Field(default=True, description="false: rarity as it is known, nothing added")
    window_days: int = Field(
        default=0, ge=0, description="compare texts of so many days only; 0: of all days"
    )
    source_rank: tuple[str, ...] = Field(default=(), description="sources, most trusted first")


class Store(_Section):
    """How ``clean/`` is written."""

    keep_editions: int = Field(default=3, ge=1, description="editions kept as hard links")
    lock_wait_seconds: float = Field(
        default=0.0, ge=0, description="0: do not wait for another writer"
    )


class Lineage(_Section):
    """Where OpenLineage events go; needs the packages of ``copydesk[lineage]``."""

    file: str = Field(default="", description="add events to this file; empty: to none")
    url: str = Field(default="", description="send events to this server; goes before the file")
    namespace: str = Field(default="copydesk", description="namespace of the jobs")


class Watch(_Section):
    """When a run of the service completes with a warning, and who is told of it."""

    max_rejected: float = Field(
        default=0.05, ge=0, le=1, description="share of a run's new records that may be rejected"
    )
    quiet_hours: float = Field(
        default=24.0, ge=0, description="hours without a new document; 0: never warn of it"
    )
    report: str = Field(default="", description="folder for the pages of an edition; empty: none")
    run_hours: float = Field(
        default=0.0, ge=0, description="hours after which a flow run is ended; 0: never"
    )
    notify: tuple[SecretStr, ...] = Field(
        default=(), description="addresses that are told, as Apprise writes them: mailto://..."
    )


class Drift(_Section):
    """When a source is told of that is not what it was; no value here can change a row."""

    enabled: bool = Field(default=True, description="false: judge no source")
    history_days: int = Field(default=120, ge=30, le=3_650, description="days that are judged")
    accept_days: int = Field(default=28, ge=7, le=365, description="days to a new normal")


class Work(_Section):
    """How the work is spread; no value here can change a row."""

    workers: int = Field(default=0, ge=0, description="cleaning processes; 0: one a core")
    batch_files: int = Field(default=400, ge=1, description="raw files in one batch")
    batch_bytes: int = Field(default=64_000_000, ge=1, description="raw bytes in one batch")
    worker_tasks: int = Field(
        default=500, ge=1, description="chunks after which a worker is replaced"
    )
    chunk_documents: int = Field(default=64, ge=1, description="documents sent to a worker at once")
    database_mb: int = Field(
        default=420, ge=100, description="memory of the state's database, MiB; more for millions"
    )
    dedup_documents: int = Field(
        default=2_000, ge=1, description="texts signed or compared at once"
    )
    dask: str = Field(
        default="",
        description="Dask cluster that the flow sends batches to: tcp://HOST:8786, or local:2 for "
        "two workers here; empty: none; needs the packages of copydesk[dask]",
    )

    @field_validator("dask")
    @classmethod
    def _is_cluster(cls, value: str) -> str:
        if value and not re.fullmatch(r"local:[1-9]\d*|(tcp|tls|ws|wss)://\S+", value):
            raise ValueError("write tcp://HOST:8786, or local:2 for two workers on this machine")
        return value


class Settings(_Section):
    """Everything that can be set."""

    reading: Reading = Reading()
    cleaning: Cleaning = Cleaning()
    furniture: Furniture = Furniture()
    dedup: Dedup = Dedup()
    store: Store = Store()
    lineage: Lineage = Lineage()
    watch: Watch = Watch()
    drift: Drift = Drift()
    work: Work = Work()

    def digest(self) -> str:
        """Return the digest of all that can change a row."""
        return digest(self.deciding("reading", "cleaning", "furniture", "dedup"))

    def deciding(self, *sections: str) -> dict[str, Any]:
        """Return the values of some sections; when a file is read decides nothing."""
        when = {"reading": {"settle_seconds"}}
        return self.model_dump(mode="json", include=set(sections), exclude=when)


def load(
    flags: Mapping[str, Any] | None = None,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> tuple[Settings, dict[str, str]]:
    """Return the effective settings, and for each dotted key where its value came from.

    ``flags`` maps dotted keys such as ``"work.workers"`` to values; None values are left out.
    ``folder`` is where ``copydesk.toml`` is looked for (default: the working folder).
    Raises SettingsError, naming the place, on unknown keys and wrong values.
    """
    file = (folder or Path.cwd()) / FILE
    given = {key: value for key, value in (flags or {}).items() if value is not None}
    layers = (
        (str(file), flatten(_toml(file))),
        ("environment", _split(_environment(os.environ if environ is None else environ))),
        ("flag", _split(given)),
    )
    tree: dict[str, Any] = {}
    came_from = dict.fromkeys(flatten(Settings().model_dump()), "default")
    for name, values in layers:
        for key, value in values.items():
            if key not in came_from:
                raise SettingsError(f"{name}: there is no setting '{key}'")
            came_from[key] = name
            _plant(tree, key, value)
    try:
        return Settings.model_validate(tree), came_from
    except ValidationError as error:
        keys = [".".join(p for p in e["loc"] if isinstance(p, str)) for e in error.errors()]
        lines = (
            f"{came_from[key]}: {key}: {e['msg']}"
            for key, e in zip(keys, error.errors(), strict=True)
        )
        raise SettingsError("; ".join(lines)) from error


def explain(settings: Settings, came_from: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a row a setting: dotted key, value, where it came from, and what it means."""
    values = flatten(settings.model_dump(mode="json"))
    meanings = _meanings(Settings)
    return [
        {"key": key, "value": value, "from": came_from[key], "meaning": meanings.get(key)}
        for key, value in values.items()
    ]


def _meanings(section: type[BaseModel], prefix: str = "") -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, field in section.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= _meanings(inner, f"{prefix}{name}.")
        else:
            found[prefix + name] = field.description
    return found


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{file}: {error}") from error


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {k.removeprefix(PREFIX): v for k, v in environ.items() if k.startswith(PREFIX)}
    return {key.lower().replace("__", "."): value for key, value in found.items()}


def _split(values: Mapping[str, Any]) -> dict[str, Any]:
    """Cut the strings that stand for lists at their commas."""
    lists = {k for k, v in flatten(Settings().model_dump()).items() if isinstance(v, tuple)}
    return {
        key: [part.strip() for part in value.split(",") if part.strip()]
        if key in lists and isinstance(value, str)
        else value
        for key, value in values.items()
    }


def flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the leaves of a tree by dotted key."""
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        is_tree = isinstance(value, Mapping)
        flat |= flatten(value, f"{prefix}{key}.") if is_tree else {prefix + key: value}
    return flat


def _plant(tree: dict[str, Any], key: str, value: Any) -> None:
    *branches, leaf = key.split(".")
    for branch in branches:
        tree = tree.setdefault(branch, {})
    tree[leaf] = value
