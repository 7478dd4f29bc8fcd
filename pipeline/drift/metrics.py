"""What is watched of a source, and the least change that matters."""

import math
from dataclasses import dataclass

DOCUMENTS = "documents"
"""The name of the volume; it is judged apart, see ``volume``."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of a source: a share of its documents, or a mean over them."""

    name: str
    is_rate: bool
    sign: int
    """1: a rise is a break; -1: a fall is; 0: both are."""
    least: float
    """The least change that is told, in the unit of the metric."""


METRICS = (
    Metric("rejected", is_rate=True, sign=1, least=0.15),
    Metric("no_text", is_rate=True, sign=1, least=0.15),
    Metric("words", is_rate=False, sign=0, least=math.log(1.5)),
    Metric("removed", is_rate=False, sign=-1, least=0.08),
    Metric("title", is_rate=True, sign=-1, least=0.1),
    Metric("authors", is_rate=True, sign=-1, least=0.15),
    Metric("date", is_rate=True, sign=-1, least=0.1),
    Metric("score", is_rate=False, sign=-1, least=0.04),
    Metric("walled", is_rate=True, sign=1, least=0.15),
    Metric("partial", is_rate=True, sign=1, least=0.15),
    Metric("garbled", is_rate=True, sign=1, least=0.1),
)
"""In the order of the first axis of a ``Grid``."""
