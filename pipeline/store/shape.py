"""The shape of a table: its columns with type, meaning, unit and source."""

from dataclasses import dataclass

import pyarrow as pa

STRING, INT, LONG, BOOL = pa.string(), pa.int32(), pa.int64(), pa.bool_()
SHARE, DOUBLE, DATE = pa.float32(), pa.float64(), pa.date32()
TIME = pa.timestamp("us", tz="UTC")
STRINGS, INTS, SHARES = pa.list_(pa.string()), pa.list_(pa.int32()), pa.list_(pa.float32())


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    """Empty for names, texts and truth values."""
    source: str = ""
    """The stage of the line that fills it; empty: that of its table."""
    volatile: bool = False
    """It differs between two runs over the same raw files."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of ``clean/``."""

    name: str
    meaning: str
    source: str
    """The stage of the line that fills it, unless a column names another."""
    partition: str | None
    """The name of the folder level, if there is one."""
    key: tuple[str, ...]
    """Columns that are unique together; the rows of a file are in their order."""
    columns: tuple[Column, ...]
    bloom: tuple[str, ...] = ()
    """Columns with a bloom filter."""

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def stable(self) -> tuple[str, ...]:
        """Names of the columns that are the same in every run over the same raw files."""
        return tuple(column.name for column in self.columns if not column.volatile)

    def told(self, column: Column) -> dict[str, str]:
        """Return what is said of a column: its meaning, its source, and its unit if it has one."""
        unit = {"unit": column.unit} if column.unit else {}
        return {"meaning": column.meaning, "source": column.source or self.source, **unit}

    def arrow(self) -> pa.Schema:
        """Return the Arrow schema, with what is said of each column as field metadata."""
        return pa.schema([pa.field(c.name, c.type, metadata=self.told(c)) for c in self.columns])


def type_name(type_: pa.DataType) -> str:
    """Return the name of a type as readers know it."""
    return f"list<{type_.value_type}>" if pa.types.is_list(type_) else str(type_)
