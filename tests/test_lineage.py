"""OpenLineage events: one at the start, one at the end, each whole by the specification."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipeline import engine, rebuilding, tending
from pipeline.errors import SettingsError, StoreError
from pipeline.settings import Settings, load
from pipeline.store.schemas import TABLES

Story = Callable[..., str]
pytestmark = pytest.mark.usefixtures("inline")


@pytest.fixture
def raw(tmp_path: Path, make_story: Story) -> Path:
    """Make two stories."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.txt").write_text(make_story(number))
    return folder


def settings(**lineage: Any) -> Settings:
    """Return settings that tell of runs."""
    return load({f"lineage.{key}": value for key, value in lineage.items()}, environ={})[0]


def events(file: Path) -> list[dict[str, Any]]:
    """Return the events of a file."""
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_run_tells_of_its_start_and_of_what_it_published(raw: Path, tmp_path: Path):
    """With schema, version, statistics and the columns that each column comes from."""
    file, clean = tmp_path / "log" / "events.jsonl", tmp_path / "clean"
    engine.ingest(raw, clean, settings(file=str(file)))
    start, end = events(file)
    assert (start["eventType"], end["eventType"]) == ("START", "COMPLETE")
    assert start["run"]["runId"] == end["run"]["runId"]
    assert end["job"] == {**end["job"], "namespace": "copydesk", "name": "copydesk.ingest"}
    assert [d["name"] for d in end["inputs"]] == [str(raw)]
    tables = {Path(d["name"]).name: d for d in end["outputs"]}
    assert tables.keys() == TABLES.keys()
    articles = tables["articles"]
    assert articles["facets"]["version"]["datasetVersion"] == "1"
    assert [f["name"] for f in articles["facets"]["schema"]["fields"]] == [
        *TABLES["articles"].names
    ]
    statistics = articles["outputFacets"]["outputStatistics"]
    assert (statistics["rowCount"], statistics["fileCount"]) == (2, 1)
    assert statistics["size"] > 0
    columns = articles["facets"]["columnLineage"]["fields"]
    (of,) = columns["title"]["inputFields"]
    assert (of["name"], of["field"]) == (str(clean / "documents"), "title")
    (of,) = tables["documents"]["facets"]["columnLineage"]["fields"]["title"]["inputFields"]
    assert of["name"] == str(raw)


def test_a_run_that_fails_says_why(raw: Path, tmp_path: Path):
    """And names the flow run that ran it."""
    file, clean = tmp_path / "events.jsonl", tmp_path / "clean"
    parent = "0190a7b2-0000-7000-8000-000000000000"
    told = settings(file=str(file))
    with (
        pytest.raises(StoreError, match="broke"),
        engine.start(raw, clean, told, flow_run_id=parent),
    ):
        raise StoreError("broke")
    start, end = events(file)
    assert end["eventType"] == "FAIL"
    assert end["run"]["facets"]["errorMessage"]["message"] == "StoreError: broke"
    assert start["run"]["facets"]["parent"]["run"]["runId"] == parent


def test_every_kind_of_run_tells(raw: Path, tmp_path: Path):
    """Rebuild, folding and forgetting, too."""
    file, clean = tmp_path / "events.jsonl", tmp_path / "clean"
    told = settings(file=str(file))
    engine.ingest(raw, clean, told)
    tending.compact(clean, told)
    rebuilding.rebuild(raw, clean, told)
    tending.forget(clean, told, [])
    names = [(e["job"]["name"], e["eventType"]) for e in events(file)]
    assert names == [
        (f"copydesk.{kind}", state)
        for kind in ("ingest", "compact", "rebuild", "forget")
        for state in ("START", "COMPLETE")
    ]


@pytest.fixture
def server() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Listen on loopback and keep what is sent."""
    found: list[dict[str, Any]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    listener = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=listener.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{listener.server_port}", found
    listener.shutdown()
    thread.join()
    listener.server_close()


def test_events_go_to_a_server(raw: Path, tmp_path: Path, server: tuple[str, list[Any]]):
    """Where an address is set."""
    url, found = server
    engine.ingest(raw, tmp_path / "clean", settings(url=url))
    assert [event["eventType"] for event in found] == ["START", "COMPLETE"]


def test_an_event_that_is_not_delivered_fails_nothing(
    raw: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """It is told by a warning."""
    folder = tmp_path / "events.jsonl"
    folder.mkdir()
    report = engine.ingest(raw, tmp_path / "clean", settings(file=str(folder)))
    assert report.documents == 2
    assert "START not delivered" in caplog.text


def test_without_its_packages_a_run_does_not_start(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """And the error says what to install."""
    monkeypatch.setitem(sys.modules, "openlineage.client", None)
    with pytest.raises(SettingsError, match=r"copydesk\[lineage\]"):
        engine.ingest(raw, tmp_path / "clean", settings(file=str(tmp_path / "events")))
    assert engine.ingest(raw, tmp_path / "clean", settings()).documents == 2
