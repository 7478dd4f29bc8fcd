"""What a run did, as OpenLineage events: to a file, to an address, or nowhere.

See https://openlineage.io/spec. Needs the optional packages of ``copydesk[lineage]``.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError
from pipeline.identity import versions
from pipeline.objects import SCHEME, Place
from pipeline.settings import Lineage
from pipeline.store import carrying, mirror
from pipeline.store.schemas import TABLES
from pipeline.store.shape import Table, type_name

_RETRY = {"total": 1, "connect": 1, "read": 1, "allowed_methods": ["POST"]}
"""A run must not wait for a lineage server that is not there."""
_RECORD = "record"
"""The one column that a raw folder has: the bytes of its records."""


@contextmanager
def told(
    settings: Lineage, raw: Place | None, clean: Place, kind: str, parent: str | None = None
) -> Iterator[Callable[[str], None]]:
    """Tell of the start of a run, then of its end: what it published, or why it failed.

    Yields a call that takes the id of the run in the table ``runs`` as soon as it is known.
    ``parent`` is the Prefect flow run, if one runs it. An event that cannot be delivered is told
    by a warning and fails nothing. Raises SettingsError when the packages are not there.
    """
    if not settings.file and not settings.url:
        yield lambda _: None
        return
    client = _client(settings)
    run = _run(parent)
    job = (settings.namespace, f"copydesk.{kind}")
    inputs = [_dataset(raw)] if raw else []
    _emit(client, "START", run, job, inputs, list)
    ids: list[str] = []
    try:
        yield ids.append
    except BaseException as error:
        _emit(client, "FAIL", _failed(_named(run, ids), error), job, inputs, list)
        raise
    _emit(client, "COMPLETE", _named(run, ids), job, inputs, partial(_outputs, raw, clean))


def _client(settings: Lineage) -> Any:
    try:
        from openlineage.client import OpenLineageClient  # noqa: PLC0415 - an optional extra
        from openlineage.client.transport.file import FileConfig, FileTransport  # noqa: PLC0415
        from openlineage.client.transport.http import HttpConfig, HttpTransport  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            f"lineage: install the packages of copydesk[lineage] ({error})"
        ) from error
    if settings.url:
        return OpenLineageClient(
            transport=HttpTransport(HttpConfig(url=settings.url, retry=_RETRY))
        )
    path = Path(settings.file).absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    return OpenLineageClient(transport=FileTransport(FileConfig(str(path), append=True)))


def _emit(
    client: Any,
    state: str,
    run: Any,
    job: tuple[str, str],
    inputs: list[tuple[str, str]],
    outputs: Callable[[], list[Any]],
) -> None:
    from openlineage.client import event_v2  # noqa: PLC0415

    try:
        event = event_v2.RunEvent(
            eventTime=datetime.now(UTC).isoformat(),
            eventType=event_v2.RunState[state],
            producer=_producer(),
            run=run,
            job=event_v2.Job(*job),
            inputs=[event_v2.InputDataset(*names) for names in inputs],
            outputs=outputs(),
        )
        client.emit(event)
    except Exception as error:  # noqa: BLE001 - whatever the other side does, the run goes on
        logging.getLogger("copydesk").warning("lineage: %s not delivered: %s", state, error)


def _run(parent: str | None) -> Any:
    from openlineage.client import event_v2  # noqa: PLC0415
    from openlineage.client.facet_v2 import parent_run  # noqa: PLC0415
    from openlineage.client.uuid import generate_new_uuid  # noqa: PLC0415

    facets: dict[str, Any] = {}
    if parent:
        job = parent_run.Job("prefect", "ingest")
        facets["parent"] = parent_run.ParentRunFacet(parent_run.Run(parent), job)
    return event_v2.Run(str(generate_new_uuid()), facets)


def _named(run: Any, ids: list[str]) -> Any:
    """Return the run with its id in the table ``runs`` as a tag."""
    from openlineage.client import event_v2  # noqa: PLC0415
    from openlineage.client.facet_v2 import tags_run  # noqa: PLC0415

    tags = [tags_run.TagsRunFacetFields("run_id", name, "copydesk") for name in ids]
    facets = {"tags": tags_run.TagsRunFacet(tags)} if tags else {}
    return event_v2.Run(run.runId, {**run.facets, **facets})


def _failed(run: Any, error: BaseException) -> Any:
    from openlineage.client import event_v2  # noqa: PLC0415
    from openlineage.client.facet_v2 import error_message_run  # noqa: PLC0415

    message = f"{type(error).__name__}: {error}"
    fault = error_message_run.ErrorMessageRunFacet(message, "python")
    return event_v2.Run(run.runId, {**run.facets, "errorMessage": fault})


def _outputs(raw: Place | None, clean: Place) -> list[Any]:
    """Return every table of the edition: schema, version, statistics, where columns come from."""
    from openlineage.client import event_v2  # noqa: PLC0415
    from openlineage.client.facet_v2 import (  # noqa: PLC0415
        dataset_version_dataset,
        output_statistics_output_dataset,
        schema_dataset,
    )

    edition = carrying.published(mirror.local(clean))
    found = []
    for name, table in TABLES.items():
        parts = edition.parts[name]
        statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
            rowCount=sum(part.rows for part in parts),
            size=sum(part.bytes for part in parts),
            fileCount=len(parts),
        )
        fields = [
            schema_dataset.SchemaDatasetFacetFields(c.name, type_name(c.type), c.meaning)
            for c in table.columns
        ]
        facets = {
            "schema": schema_dataset.SchemaDatasetFacet(fields),
            "version": dataset_version_dataset.DatasetVersionDatasetFacet(str(edition.number)),
            "columnLineage": _columns(table, raw, clean),
        }
        found.append(
            event_v2.OutputDataset(
                *_dataset(clean, name),
                outputFacets={"outputStatistics": statistics},
                facets=facets,
            )
        )
    return found


def _columns(table: Table, raw: Place | None, clean: Place) -> Any:
    """Return which columns each column comes from, one step back."""
    from openlineage.client.facet_v2 import column_lineage_dataset as facet  # noqa: PLC0415

    documents = _dataset(clean, "documents")
    fields = {}
    for column in table.columns:
        of: list[Any] = []
        if table.name in {"articles", "copies"}:
            known = column.name in TABLES["documents"].names
            # Which story a document is in follows from the texts of all.
            of = [facet.InputField(*documents, column.name if known else "text")]
        elif table.told(column)["source"] in {"read", "judge"} and raw:
            of = [facet.InputField(*_dataset(raw), _RECORD)]
        if of:
            fields[column.name] = facet.Fields(of)
    return facet.ColumnLineageDatasetFacet(fields)


def _dataset(place: Place, table: str = "") -> tuple[str, str]:
    """Return namespace and name by OpenLineage's rules: a path, or a bucket and a key in it."""
    if isinstance(place, Path):
        return "file", str((place / table).absolute())
    bucket, _, prefix = str(place).removeprefix(SCHEME).partition("/")
    return f"{SCHEME}{bucket}", f"{prefix}/{table}".strip("/") or "/"


def _producer() -> str:
    return f"copydesk/{versions()['copydesk']}"
