"""The data dictionary: what ``docs/data-dictionary.md`` says, made from the schemas."""

from collections.abc import Iterator

from pipeline.store.schemas import SCHEMA_VERSION, TABLES
from pipeline.store.shape import Table, type_name

STAGES = {
    "read": "reading the raw file",
    "judge": "cleaning one document; furniture is taken out of `text` later, by `apply`",
    "learn": "counting the lines of a site over all its documents",
    "tell": "comparing texts and choosing the canonical copy of a story",
    "publish": "writing the edition",
    "forget": "`copydesk forget`",
}
"""What a source stands for."""

_RULES = """\
## What may change

Each file says its table, the major version of the schema and the pipeline that wrote it
(`copydesk.table`, `copydesk.schema_version`, `copydesk.pipeline_digest` in the metadata of the
Parquet file); `edition.json` says the version of the edition.

Within a major version:

- columns are added, never renamed, retyped or taken away; rows of older files have null there;
- lists of values that are named here as examples ("e.g.") may grow; closed lists do not;
- a meaning becomes more exact, never another.

So select columns by name, and read files of several versions together by name: in DuckDB
`read_parquet(..., union_by_name = true)`, in Polars `scan_parquet(..., missing_columns="insert")`,
in pyarrow `dataset(..., schema=...)`.

With a new major version anything may change, and the changelog says what. `copydesk rebuild` makes
a new edition of it from `raw/`; until then `copydesk ingest` refuses to mix the two.
"""


def markdown() -> str:
    """Return the whole document."""
    lines = [
        "# Data dictionary",
        "",
        f"Schema version {SCHEMA_VERSION}. Made by `copydesk schema --markdown`; do not edit.",
        "",
        "Times are UTC, in microseconds. A column is null where nothing is known; lists are empty",
        "instead. The source of a column is the stage of the line that fills it:",
        "",
        *(f"- `{stage}`: {meaning}" for stage, meaning in STAGES.items()),
        "",
        _RULES,
        *(line for table in TABLES.values() for line in _table(table)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table) -> Iterator[str]:
    where = f"clean/{table.name}/{f'{table.partition}=.../' if table.partition else ''}*.parquet"
    yield f"## {table.name}"
    yield ""
    yield table.meaning
    yield ""
    yield f"- files: `{where}`"
    yield f"- unique, and the order of rows: {_listed(table.key)}"
    if table.bloom:
        yield f"- bloom filters: {_listed(table.bloom)}"
    yield ""
    yield "| column | type | unit | source | meaning |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        told = table.told(column)
        cells = (
            *(f"`{column.name}`", type_name(column.type)),
            *(told.get("unit", ""), told["source"], told["meaning"].replace("|", "\\|")),
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
