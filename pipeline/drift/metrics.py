"""What is watched of a source, and the least change that matters."""

import math
from dataclasses import dataclass

DOCUMENTS = "documents"
"""The name of the volume; it is judged apart, see ``volume``."""


FURNITURE = "furniture"
"""Documents with lines that were cut because the site repeats them."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One number of a source: a share of its documents, or a mean over them."""

    name: str
    is_rate: bool
    sign: int
    """1: a rise is a break; -1: a fall is; 0: both are."""
    least: float
    """The least change that is told, in the unit of the metric."""
    sure: float
    """Deviations that a break must have, as of a normal distribution."""
    least_rise: float | None = None
    """That of a rise, if it is another."""


METRICS = (
    Metric("rejected", is_rate=True, sign=1, least=0.15, sure=4.2),
    Metric("no_text", is_rate=True, sign=1, least=0.2, sure=4.2),
    Metric("words", is_rate=False, sign=0, least=math.log(1.5), sure=4.5),
    Metric("removed", is_rate=False, sign=0, least=0.08, sure=4.5, least_rise=0.15),
    Metric("title", is_rate=True, sign=-1, least=0.1, sure=4.2),
    Metric("authors", is_rate=True, sign=-1, least=0.15, sure=4.5),
    Metric("date", is_rate=True, sign=-1, least=0.1, sure=4.2),
    Metric("score", is_rate=False, sign=-1, least=0.04, sure=4.5),
    Metric("walled", is_rate=True, sign=1, least=0.15, sure=4.5),
    Metric("partial", is_rate=True, sign=1, least=0.15, sure=4.2),
    Metric("garbled", is_rate=True, sign=1, least=0.1, sure=4.2),
    Metric(FURNITURE, is_rate=True, sign=1, least=0.3, sure=4.5),
)
"""In the order of the first axis of a ``Grid``."""
