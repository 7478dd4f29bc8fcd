"""The error tree. An error is named by what the line does next, not by where it arose.

PipelineError
  SettingsError         stop before anything is read (exit code 2)
  LockedError           stop: another run writes this clean folder (exit code 4)
  StoreError            stop: nothing was published (exit code 1)
    OldStateError       stop, or rebuild (exit code 1)
    ConservationError   stop: read != stored + rejected + already known (exit code 1)
  RawFileError          reject what is left of this raw file, go on with the next
    FileChangedError    defer this raw file to the next run
  DocumentError         reject this document, go on with the next

Anything else is a bug. While one document is cleaned it costs that document, which is rejected as
``internal`` with the place; anywhere else it fails the run. It is never swallowed.
"""

from enum import StrEnum


class RejectReason(StrEnum):
    """Why a record was refused: a closed list, stored in the table ``rejected``."""

    UNKNOWN_FORMAT = "unknown-format"  # no reader for this suffix, and the bytes do not tell
    NOT_A_FILE = "not-a-file"  # FIFO, socket, device, broken or looping link
    OUTSIDE_RAW = "outside-raw"  # a link that leaves the raw folder
    IO_ERROR = "io-error"  # the operating system could not read it
    DAMAGED = "damaged"  # cut, corrupt or inconsistent container
    BAD_RECORD = "bad-record"  # one JSON line or WARC record that makes no sense
    TOO_LARGE = "too-large"  # over a limit of size, ratio or number of blocks
    FORGOTTEN = "forgotten"  # taken out by `copydesk forget`, and to stay out
    EMPTY = "empty"  # nothing but white space
    NOT_TEXT = "not-text"  # PDF, picture, archive or other binary content
    UNDECODABLE = "undecodable"  # no encoding fits
    UNPARSABLE = "unparsable"  # no HTML parser makes a tree of it
    TOO_DEEP = "too-deep"  # nesting past what the parser keeps, story lost
    TIMEOUT = "timeout"  # over the limit of CPU or wall seconds
    OUT_OF_MEMORY = "out-of-memory"  # over the memory limit
    CRASHED = "crashed"  # its worker process died
    INTERNAL = "internal"  # an error of ours on this document alone; the detail says where


TRANSIENT = frozenset(
    {RejectReason.IO_ERROR, RejectReason.TIMEOUT, RejectReason.OUT_OF_MEMORY, RejectReason.CRASHED}
)
"""Reasons that another try may mend; such records are tried in up to three runs."""


class PipelineError(Exception):
    """Base of all errors that the line raises on purpose."""


class SettingsError(PipelineError):
    """The settings or arguments make no sense; nothing was read."""


class LockedError(PipelineError):
    """Another process is writing this clean folder."""


class StoreError(PipelineError):
    """The store could not be read or written; nothing was published."""


class OldStateError(StoreError):
    """The state was made by another version, or is ruined: a rebuild makes it anew."""


class ConservationError(StoreError):
    """The ledger does not add up: some record was lost or counted twice."""


class RejectionError(PipelineError):
    """Carries the reason and a detail for the table ``rejected``."""

    def __init__(self, reason: RejectReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type, tuple[RejectReason, str]]:
        return type(self), (self.reason, self.detail)


class RawFileError(RejectionError):
    """The rest of this raw file cannot be read."""


class FileChangedError(RawFileError):
    """The raw file changed while it was read."""


class DocumentError(RejectionError):
    """This document cannot be cleaned."""
