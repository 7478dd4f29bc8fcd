"""When an answer about title, authors or date counts as right against a hand-made truth."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

from pipeline.cleaning.agency import agency_of

TITLE_JACCARD = 0.8
NAME_SHARE = 2 / 3
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_CREDENTIALS = re.compile(r",\s*(?:[A-Z][\w.®-]{0,2}[A-Z][\w.®-]*|Ph\.?D\.?)(?=\s*(?:,|;|&|$))")


def title_right(pred: str | None, truth: str) -> bool:
    """Tell whether the token sets of two titles have a Jaccard similarity of at least .8."""
    a, b = _tokens(pred or ""), _tokens(truth)
    return len(a & b) >= TITLE_JACCARD * max(1, len(a | b))


def authors_right(preds: Iterable[str], truths: Iterable[str]) -> bool:
    """Tell whether all true authors are named and hardly anyone else.

    Of each entry of the truth (degrees after a comma aside) 2/3 of the tokens must be answered;
    other tokens of the answer may be half as many as the true ones, at least one. Agencies count
    as answered by any spelling of their name, and one that the truth leaves out is no error: so
    give an agency that stands in a column of its own among ``preds``.
    """
    given = [(name, agency_of(name)) for name in preds if name]
    wanted = [(name, agency_of(name)) for name in truths]
    agencies = {agency for _, agency in given if agency}
    people = _tokens(" ".join(name for name, agency in given if not agency))
    true = _tokens(" ".join(name for name, _ in wanted))
    answered = people | _tokens(" ".join(agencies))
    named = all(
        agency in agencies if agency else _covered(_CREDENTIALS.sub("", name), answered)
        for name, agency in wanted
    )
    return named and len(people - true) <= max(1, len(true) / 2)


def date_right(pred: datetime | date | str | None, truth: str) -> bool:
    """Tell whether the answer is the true day, in the zone that the truth is told in.

    A truth of a month alone asks for the month. An answer without a time is compared as it is.
    """
    if not pred:
        return False
    if len(truth) <= len("2003-11"):
        return str(pred).startswith(truth)
    true = datetime.fromisoformat(truth)
    if isinstance(pred, str):
        return pred[:10] in {true.date().isoformat(), _utc(true).date().isoformat()}
    if not isinstance(pred, datetime):
        return pred == true.date()
    return _utc(pred).date() == _utc(true).date() or pred.astimezone(true.tzinfo or UTC).date() == (
        true.date()
    )


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _covered(name: str, answered: set[str]) -> bool:
    own = _tokens(name)
    return len(own & answered) >= NAME_SHARE * len(own)


def _tokens(text: str) -> set[str]:
    return set(_TOKEN.findall(text.casefold()))
