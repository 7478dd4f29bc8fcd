"""Dates as pages spell them, in UTC, with what is known of their precision and zone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.dates import labelled_date, parse_date, read_date_line, read_date_lines


@pytest.mark.parametrize(
    ("text", "at", "precision", "zone"),
    [
        ("2013-11-02", (2013, 11, 2), "day", False),
        ("20131102", (2013, 11, 2), "day", False),
        ("2013-11", (2013, 11, 1), "month", False),
        ("2013", (2013, 1, 1), "year", False),
        ("2013-11-02T10:03", (2013, 11, 2, 10, 3), "minute", False),
        ("2013-11-02T10:03Z", (2013, 11, 2, 10, 3), "minute", True),
        ("2013-11-02 10:03:04.5+09:00", (2013, 11, 2, 1, 3, 4, 500_000), "second", True),
        ("2013-11-02T10:03:04+0900", (2013, 11, 2, 1, 3, 4), "second", True),
        ("Sat, 02 Nov 2013 10:03:00 GMT", (2013, 11, 2, 10, 3), "second", True),
        ("Saturday, November 2, 2013 10:03 AM", (2013, 11, 2, 10, 3), "minute", False),
        ("Nov. 2, 2013 at 3:05 p.m. EDT", (2013, 11, 2, 19, 5), "minute", True),
        ("12:15 a.m. Nov. 2, 2013", (2013, 11, 2, 0, 15), "minute", False),
        ("2nd November 2013", (2013, 11, 2), "day", False),
        ("2. November 2013, 10:03 Uhr", (2013, 11, 2, 10, 3), "minute", False),
        ("02.11.2013", (2013, 11, 2), "day", False),
        ("2 novembre 2013 à 10h03", (2013, 11, 2, 10, 3), "minute", False),
        ("1er août 2013", (2013, 8, 1), "day", False),
        ("2 de noviembre de 2013", (2013, 11, 2), "day", False),
        ("2 novembre 2013", (2013, 11, 2), "day", False),
        ("2 de novembro de 2013 às 10h03", (2013, 11, 2, 10, 3), "minute", False),
        ("2 november 2013", (2013, 11, 2), "day", False),
        ("2013年11月2日 10:03", (2013, 11, 2, 10, 3), "minute", False),
        ("2 ноября 2013, 10:03 МСК", (2013, 11, 2, 7, 3), "minute", True),
        ("2 نوفمبر 2013", (2013, 11, 2), "day", False),
        ("2 नवंबर 2013", (2013, 11, 2), "day", False),
        ("25/11/2013", (2013, 11, 25), "day", False),
        ("11/25/2013", (2013, 11, 25), "day", False),
    ],
)
def test_dates_are_read_in_many_spellings(text, at, precision, zone):
    """Each spelling gives the point in time, its precision and whether the zone was told."""
    found = parse_date(text)
    assert (found.at, found.precision, found.zone_known) == (
        datetime(*at, tzinfo=UTC),
        precision,
        zone,
    )


@pytest.mark.parametrize(
    "text",
    ["02/11/2013", "31 February 2013", "2013-13-01", "0001-01-01T00:00:00+05:00", "yesterday", "",
     "2013-11-02T10:03:04+25:00", "November 2", "42", "20139999"],
)  # fmt: skip
def test_what_is_no_date_or_two_dates_is_none(text):
    """Impossible, partial and ambiguous dates are not guessed."""
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("line", "kind", "rest"),
    [
        ("Published: 2 Nov 2013", "published", ""),
        ("Last updated 10:03 GMT, 2 November 2013", "modified", ""),
        ("Zuletzt aktualisiert am 2. November 2013 um 10:03 Uhr", "modified", ""),
        ("Saturday 2 November 2013", None, ""),
        ("2 Nov 2013 | 3 min read", None, "3 min read"),
    ],
)
def test_a_date_line_tells_which_event_and_what_else_it_holds(line, kind, rest):
    """Labels and weekdays belong to the date; other words are left over."""
    found = read_date_line(line)
    assert (found.kind, found.rest) == (kind, rest)


@pytest.mark.parametrize(
    ("line", "dates"),
    [
        (
            "Publié le 2 mars 2013 à 19h05, mis à jour le 3 mars 2013 à 8h10",
            [("published", (2, 19, 5)), ("modified", (3, 8, 10))],
        ),
        (
            "March 2, 2013 11:42 am | Updated 08:15 pm IST",
            [(None, (2, 11, 42)), ("modified", (2, 20, 15))],
        ),
        (
            "Updated 3 Mar 2013 10:00, published 2 Mar 2013",
            [("modified", (3, 10, 0)), ("published", (2, 0, 0))],
        ),
        (
            "2 March 2013 11:42 pm EST, updated 11:50 pm EST",
            [(None, (3, 4, 42)), ("modified", (3, 4, 50))],
        ),
        ("Date published: 2 Mar 2013", [("published", (2, 0, 0))]),
        ("2 March 2013, updated 3h ago", [(None, (2, 0, 0))]),
        ("Updated 08:15 pm", []),
    ],
)
def test_a_line_may_tell_two_dates(line, dates):
    """Labels part the dates; an update's bare time is of the day told before it."""
    found = [(d.kind, (d.when.at.day, d.when.at.hour, d.when.at.minute))
             for d in read_date_lines(line)]  # fmt: skip
    assert found == dates


def test_words_beside_two_dates_are_left_over():
    """What is no date and no label stays in the rest of one of the dates."""
    first, second = read_date_lines("Oslo, 2 March 2013, updated 3 March 2013 by the night desk")
    assert (first.rest, second.rest) == ("Oslo", "by night desk")


def test_a_label_at_the_beginning_of_a_block_dates_it():
    """A block may begin with a labelled date; one in its middle does not count."""
    assert labelled_date("date 2013-11-02 Divers at the pier.").when.at.day == 2
    assert labelled_date("Dates are sweet, he said on 2 Nov 2013.") is None
    assert labelled_date("The date of the storm was 2 Nov 2013.") is None


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_no_text_breaks_the_reader(text):
    """Any text gives a date in UTC or None."""
    found = parse_date(text)
    assert found is None or found.at.tzinfo is UTC


@given(st.integers(-2_000_000_000, 3_000_000_000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_iso_dates_come_back_as_they_were(seconds):
    """What isoformat writes is read as the same point in time."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert parse_date(at.isoformat()).at == at


def test_a_label_in_mid_line_speaks_of_the_date_after_it():
    """A kicker glued to a month in capitals, and an update glued to the year before it."""
    read = read_date_lines("Mental HealthDECEMBER 22, 2022Updated: JANUARY 02, 2026")
    assert [(line.kind, line.when.at.date().isoformat()) for line in read] == [
        (None, "2022-12-22"),
        ("modified", "2026-01-02"),
    ]
    (update,) = read_date_lines("Health desk Updated: JANUARY 02, 2026")
    assert update.kind == "modified"
