"""Raw files and stores in object storage, on moto's S3 server on loopback."""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import engine, objects, rebuilding, verifying
from pipeline.cli import main
from pipeline.errors import FileChangedError, LockedError, SettingsError, StoreError
from pipeline.objects import Bucket, place
from pipeline.reading import places
from pipeline.reading.files import RawFile
from pipeline.reading.read import read
from pipeline.settings import Reading, Settings
from pipeline.store import mirror
from tests.test_engine import everything, rows

SEEDS = Path(__file__).parents[1] / "raw"
SETTINGS = Settings()


@dataclass(frozen=True)
class Storage:
    """A server of its own buckets."""

    address: str

    def make(self, name: str) -> str:
        """Make a bucket and return its address."""
        request = urllib.request.Request(f"{self.address}/{name}", method="PUT")
        urllib.request.urlopen(request).close()
        return f"s3://{name}"

    def put(self, key: str, data: bytes) -> None:
        """Write an object as any other tool would."""
        kind = {"Content-Type": "application/octet-stream"}
        request = urllib.request.Request(f"{self.address}/{key}", data, kind, method="PUT")
        urllib.request.urlopen(request).close()


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    """Run moto's server until the tests of this file are through."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    address = f"http://127.0.0.1:{port}"
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    own = {**keys, "AWS_ENDPOINT_URL": address, "AWS_EC2_METADATA_DISABLED": "true"}
    own["AWS_DEFAULT_REGION"] = "us-east-1"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in own.items():
            patch.setenv(name, value)
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(address, server)
            yield Storage(address)
        finally:
            server.terminate()
            server.wait()


def _wait(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server does not answer")


@pytest.fixture
def bucket(storage: Storage, request: pytest.FixtureRequest, on_machine) -> str:
    """Return the address of a bucket of this test's own."""
    on_machine("one")
    return storage.make(re.sub("[^a-z0-9]+", "-", request.node.name.lower())[:60].strip("-"))


@pytest.fixture
def on_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a call that goes to another machine: its disk knows nothing of the first one's."""
    return lambda name: monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / name))


def fill(bucket: str, folder: Path = SEEDS) -> Bucket:
    """Put the raw seeds into a bucket."""
    raw = Bucket(f"{bucket}/raw")
    for file in folder.iterdir():
        objects.put(raw, file.name, file.read_bytes())
    return raw


def names(bucket: Bucket) -> set[str]:
    """Return the paths of all objects."""
    return {item.path for item in objects.listed(bucket)}


def test_taking_over_a_folder_is_nothing(tmp_path: Path):
    """Only a bucket has a machine that writes it."""
    mirror.take_over(tmp_path / "clean")
    assert not (tmp_path / "clean").exists()


def test_places_are_told_apart():
    """An address is a bucket, whatever else a folder; options are no part of the name."""
    assert place("raw") == Path("raw")
    assert place("s3://a/b?region=x") == Bucket("s3://a/b?region=x")
    assert str(Bucket("s3://a/b/?secret_key=x")) == "s3://a/b"
    assert str(Bucket("s3://KEY:SECRET@a/b")) == "s3://a/b"


def test_same_rows_as_in_folders(bucket: str, tmp_path: Path):
    """Where raw files and tables lie changes no row; the bucket holds just the edition."""
    raw, clean = fill(bucket), Bucket(f"{bucket}/clean")
    report = engine.ingest(raw, clean, SETTINGS)
    engine.ingest(SEEDS, tmp_path / "clean", SETTINGS)
    assert report.row.stored == 5
    fetched = tmp_path / "fetched"
    fetched.mkdir()
    mirror.fetch(clean, fetched)
    assert everything(fetched) == everything(tmp_path / "clean")
    listed = json.loads((fetched / "edition.json").read_text("utf-8"))["files"]
    assert names(clean) == {f["path"] for f in listed} | {"edition.json", mirror.MARKER}
    own = mirror.home_of(clean) / ".state" / "bucket.json"
    assert own.stat().st_mode & 0o077 == 0


def test_second_run_reads_nothing(bucket: str):
    """Objects that the ledger knows are not fetched; the run leaves one row, also in the bucket."""
    raw, clean = fill(bucket), Bucket(f"{bucket}/clean")
    engine.ingest(raw, clean, SETTINGS)
    before = names(clean)
    again = engine.ingest(raw, clean, SETTINGS).row
    assert (again.files_known, again.read) == (5, 0)
    (new,) = names(clean) - before
    assert new.startswith("runs/")


def test_commands(bucket: str, tmp_path: Path):
    """Each command takes an address where it takes a folder."""
    fill(bucket)
    raw, clean = f"{bucket}/raw", f"{bucket}/clean"

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "5 to read" in run("ingest", raw, clean, "--dry-run")
    assert f"Parquet in {clean}/" in run("ingest", raw, clean)
    assert json.loads(run("status", clean, "--json"))["tables"]["documents"] == 5
    doc_id = rows(mirror.reading(Bucket(clean)), "documents")[0]["doc_id"]
    assert json.loads(run("trace", doc_id, "--clean", clean, "--json"))["edition"] == 1
    assert run("restore", doc_id, "--clean", clean)
    assert "4 stories, 5 raw documents" in run("report", clean, "--out", str(tmp_path / "report"))
    run("compact", "--json", clean)
    run("rebuild", "--json", raw, clean)
    run("forget", doc_id, "--clean", clean, "--yes")
    run("verify", raw, clean, "--all")
    assert json.loads(run("status", clean, "--json"))["tables"]["documents"] == 4


def test_another_machine_reads(bucket: str, on_machine):
    """A machine that did not write the store fetches it, once an edition."""
    raw, clean = fill(bucket), Bucket(f"{bucket}/clean")
    engine.ingest(raw, clean, SETTINGS)
    on_machine("two")
    folder = mirror.reading(clean)
    assert folder != mirror.home_of(clean)
    assert len(rows(folder, "documents")) == 5
    assert mirror.reading(clean) == folder
    assert len(list(folder.parent.iterdir())) == 1


def test_another_machine_is_refused_until_it_takes_over(bucket: str, on_machine):
    """One machine writes; the other takes over on demand, and then the first is refused."""
    raw, clean = fill(bucket), Bucket(f"{bucket}/clean")
    engine.ingest(raw, clean, SETTINGS)
    before = everything(mirror.reading(clean))
    on_machine("two")
    with pytest.raises(LockedError, match="--take-over"):
        engine.ingest(raw, clean, SETTINGS)
    objects.remove(raw, min(names(raw)))
    mirror.take_over(clean)
    made = rebuilding.rebuild(raw, clean, SETTINGS)
    assert (made.carried, made.report.edition) == (1, 2)
    after = everything(mirror.reading(clean))
    assert after["articles"] == before["articles"]
    on_machine("one")
    with pytest.raises(LockedError, match="written by"):
        engine.ingest(raw, clean, SETTINGS)


def test_stores_of_one_name_on_two_servers_are_two(monkeypatch: pytest.MonkeyPatch):
    """The mirror of one is never taken for that of the other."""
    bucket, homes = Bucket("s3://news/clean"), set()
    for address in ("http://one:9000", "http://two:9000"):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        homes.add(mirror.home_of(bucket))
    homes.add(mirror.home_of(Bucket("s3://news/clean?endpoint_override=three:9000")))
    assert len(homes) == 3
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    same = Bucket("s3://news/clean?endpoint_override=one:9000&scheme=http")
    assert mirror.home_of(same) in homes


def test_a_bucket_that_was_emptied_is_not_filled_again_in_silence(bucket: str):
    """The mirror holds an edition of which nothing is left there."""
    raw, clean = fill(bucket), Bucket(f"{bucket}/clean")
    engine.ingest(raw, clean, SETTINGS)
    for name in names(clean):
        objects.remove(clean, name)
    with pytest.raises(StoreError, match="is empty"):
        engine.ingest(raw, clean, SETTINGS)


def test_readers_at_the_same_time(bucket: str, on_machine, monkeypatch: pytest.MonkeyPatch):
    """Whoever comes second takes what the first has fetched, and leaves nothing behind."""
    raw, clean = fill(bucket), Bucket(f"{bucket}/clean")
    engine.ingest(raw, clean, SETTINGS)
    on_machine("two")
    fetch, found = mirror.fetch, []

    def slow(bucket: Bucket, folder: Path) -> None:
        fetch(bucket, folder)
        if not found:
            found.append("")
            monkeypatch.setattr(mirror.os, "getpid", lambda: 1)
            found[0] = str(mirror.reading(clean))

    monkeypatch.setattr(mirror, "fetch", slow)
    folder = mirror.reading(clean)
    assert [str(f) for f in folder.parent.iterdir()] == found == [str(folder)]


def test_a_copied_store_is_not_written_over(bucket: str, on_machine):
    """A bucket that holds an edition and no marker is somebody's backup."""
    raw, clean = fill(bucket), Bucket(f"{bucket}/clean")
    engine.ingest(raw, clean, SETTINGS)
    objects.remove(clean, mirror.MARKER)
    on_machine("two")
    with pytest.raises(LockedError):
        engine.ingest(raw, clean, SETTINGS)


def test_taken_over_while_it_ran(bucket: str, monkeypatch: pytest.MonkeyPatch):
    """A run whose bucket was taken over meanwhile sends nothing."""
    raw, clean = fill(bucket), Bucket(f"{bucket}/clean")
    tell = engine.telling.tell

    def tell_late(*arguments: object) -> None:
        objects.put(clean, mirror.MARKER, b'{"writer": "x", "host": "y", "since": "z"}')
        tell(*arguments)

    monkeypatch.setattr(engine.telling, "tell", tell_late)
    with pytest.raises(LockedError, match="taken it over"):
        engine.ingest(raw, clean, SETTINGS)
    assert names(clean) == {mirror.MARKER}


@pytest.mark.parametrize("sent", [0, 1, 4])
def test_cut_off_while_it_sends(bucket: str, sent: int, monkeypatch: pytest.MonkeyPatch):
    """What a run could not send, the next one sends; until then the old edition is the one told."""
    raw, clean = fill(bucket), Bucket(f"{bucket}/clean")
    engine.ingest(raw, clean, SETTINGS)
    before = objects.read(clean, "edition.json")
    objects.put(raw, "another.txt", STORY.encode())
    put, done = objects.put, []

    def put_some(bucket: Bucket, path: str, data: bytes) -> None:
        if len(done) == sent:
            raise OSError(None, "the network is gone")
        done.append(path)
        put(bucket, path, data)

    with monkeypatch.context() as patch:
        patch.setattr(objects, "put", put_some)
        with pytest.raises(StoreError, match="the next run sends it"):
            engine.ingest(raw, clean, SETTINGS)
    assert objects.read(clean, "edition.json") == before
    engine.ingest(raw, clean, SETTINGS)
    assert (
        objects.read(clean, "edition.json") == (mirror.home_of(clean) / "edition.json").read_bytes()
    )
    assert not verifying.verify(raw, clean, SETTINGS).findings


def test_damage_in_the_bucket_is_found(bucket: str):
    """What is verified is what lies in the bucket, not the mirror beside it."""
    raw, clean = fill(bucket), Bucket(f"{bucket}/clean")
    engine.ingest(raw, clean, SETTINGS)
    (path,) = (name for name in names(clean) if name.startswith("documents/"))
    data = objects.read(clean, path) or b""
    objects.put(clean, path, data[:-9] + b"x" + data[-8:])
    assert "part-changed" in {f.kind for f in verifying.verify(raw, clean, SETTINGS).findings}
    objects.remove(clean, path)
    assert "part-missing" in {f.kind for f in verifying.verify(raw, clean, SETTINGS).findings}


def test_raw_objects_that_vanish_or_change(bucket: str):
    """A raw object that is gone, or another now, is told of by verify."""
    raw, clean = fill(bucket), Bucket(f"{bucket}/clean")
    engine.ingest(raw, clean, SETTINGS)
    one, two, *_ = sorted(names(raw))
    objects.remove(raw, one)
    objects.put(raw, two, b"another text")
    kinds = {f.kind for f in verifying.verify(raw, clean, SETTINGS).findings}
    assert kinds == {"raw-missing", "raw-changed"}


def test_keys_that_are_no_files(bucket: str, storage: Storage):
    """Hidden keys, side files and read-mes are passed over; one that cannot be opened is told."""
    raw = Bucket(f"{bucket}/raw")
    name = bucket.removeprefix(objects.SCHEME)
    for key in ("b.txt", "b.txt.meta.json", ".c.txt", ".d/e.txt", "README.md", "a//f.txt"):
        data = b'{"source": "Gazette"}' if key.endswith(".json") else b"The bridge was opened."
        storage.put(f"{name}/raw/{key}", data)
    found = list(places.walk(raw))
    assert [(type(f).__name__, f.path) for f in found] == [
        ("Rejected", "a//f.txt"),
        ("RawFile", "b.txt"),
    ]
    (record,) = read(raw, found[1], Reading())
    assert record.source == "Gazette"


def test_large_objects_are_streamed(bucket: str):
    """An object that is not fetched whole gives the same record."""
    raw = Bucket(f"{bucket}/raw")
    data = b"".join(b"%d sheep went over the bridge.\n" % n for n in range(300_000))
    objects.put(raw, "long.txt", data)
    file = next(places.walk(raw))
    assert isinstance(file, RawFile)
    (record,) = read(raw, file, Reading())
    assert record.data == data


def test_object_that_changes_while_it_is_read(bucket: str):
    """A record of an object that was replaced meanwhile does not count."""
    raw = Bucket(f"{bucket}/raw")
    objects.put(raw, "a.txt", b"one")
    file = next(places.walk(raw))
    assert isinstance(file, RawFile)
    items = read(raw, file, Reading())
    next(items)
    objects.put(raw, "a.txt", b"another")
    with pytest.raises(FileChangedError):
        list(items)
    objects.remove(raw, "a.txt")
    with pytest.raises(FileChangedError):
        list(read(raw, file, Reading()))


def test_no_such_place(bucket: str):
    """A bucket or prefix that is not there is told of in a sentence."""
    with pytest.raises(SettingsError, match="s3://none/raw"):
        engine.ingest(Bucket("s3://none/raw"), Bucket(f"{bucket}/clean"), SETTINGS)
    with pytest.raises(StoreError, match="nothing is published"):
        mirror.reading(Bucket(f"{bucket}/none"))
    with pytest.raises(SettingsError, match="inside the raw folder"):
        engine.ingest(Bucket(f"{bucket}/raw"), Bucket(f"{bucket}/raw/clean"), SETTINGS)


def test_clean_in_a_bucket_that_is_not_there(on_machine):
    """A store that cannot be reached fails before anything is read."""
    on_machine("one")
    with pytest.raises(StoreError, match="s3://none/clean"):
        engine.ingest(SEEDS, Bucket("s3://none/clean"), SETTINGS)


STORY = "The bridge over the river was opened on Friday. " * 20
