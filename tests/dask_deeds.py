"""What goes wrong on a Dask worker of a test: documents that misbehave, and its sudden end."""

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from distributed import Worker, WorkerPlugin

from pipeline import pool
from pipeline.model import CleanDocument, RawDocument
from pipeline.settings import Cleaning
from pipeline.store import disk

DEED = b"#!deed "
_clean_chunk, _clean = pool._clean_chunk, pool.clean


@dataclass
class Fate(WorkerPlugin):
    """Obey documents that begin with ``#!deed``; die half way through writing a certain part.

    A worker dies once if a ``marker`` is given, else whenever it writes that part.
    """

    name = "fate"
    part: str
    marker: Path | None

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - Dask calls it so
        """Lie in wait, also in a worker that takes the place of one that died."""
        pool._clean_chunk = clean_chunk
        disk.step = self.step

    def step(self, action: str, place: Path | str) -> None:
        """Stand before a change of what is on disk."""
        if action == "finish" and str(place).endswith(self.part):
            if self.marker:
                try:
                    self.marker.touch(exist_ok=False)
                except FileExistsError:
                    return
            os.kill(os.getpid(), signal.SIGKILL)


def clean_chunk(
    chunk: Sequence[RawDocument], limits: Cleaning, packing: pool.Packing[object]
) -> Sequence[object]:
    """Clean a chunk as the pool does, each document by ``clean`` of this module."""
    pool.clean = clean
    return _clean_chunk(chunk, limits, packing)


def clean(document: RawDocument, limits: Cleaning) -> CleanDocument:
    """Obey a document that wants to be obeyed, and clean it then."""
    if document.data.startswith(DEED):
        exec(document.data.removeprefix(DEED), {"os": os, "signal": signal})
    return _clean(document, limits)
