"""Subscription offers: walls and meters, plans and prices, and how far such a region reaches.

A story about subscriptions uses the same words. What tells the offer is that it speaks to the
reader ("you've reached your limit", "subscribe to read on") outside quotation marks.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from pipeline.cleaning.beginnings import beginning_label
from pipeline.cleaning.lexicon import whole_label
from pipeline.cleaning.offer_lines import (
    MAX_ITEM,
    OFFER,
    QUOTED,
    SMALL_PRINT,
    SPOKEN,
    is_item,
    is_offer_line,
    is_price,
    is_statement,
    priced,
    speaks,
)
from pipeline.cleaning.once import once
from pipeline.cleaning.prose import Outline, outline
from pipeline.cleaning.stems import Look, holders, look
from pipeline.cleaning.walls import IMPERATIVE, LANGUAGES, METER, READER, RESERVED, Language
from pipeline.model import Label, Page, Ruling, Verdict

Span = tuple[int, int]

_MAX_WALL, _MAX_WORDS = 600, 60
"""Characters and words past which a line is no wall."""
_MAX_CALL = 10
"""Words past which a line is no bare call."""
_LEAST_TERMS = 4
"""Words of an offer in a longer paragraph that begins as a call and goes on with its terms."""
_FACT = 5
"""Words of a sentence that calls nobody: "It can be cancelled at any time."."""
_QUESTION = ("?", "？", "؟")
_LEAST = 3
"""Lines of an offer that has no wall."""
_AROUND, _MAX_SHORT = 8, 14
"""Lines around a call among which its prices stand, and words of such a line."""
_REACH = 3
"""Short lines without offer words that a region steps over inside the story."""
_OTHER = frozenset({Label.RELATED, Label.SHARE, Label.COMMENTS, Label.ADVERT})


def offer(page: Page) -> Iterator[Verdict]:
    """Cut walls, meters and the plan, price and feature lines that go with them."""
    for i in sorted(_region(outline(page))):
        yield Verdict(i, Ruling.CUT, Label.PAYWALL, "offer", 0.03)


def cues(lines: Outline, asked: Callable[[int], bool]) -> Iterator[tuple[int, tuple[Span, ...]]]:
    """Yield the lines asked for that speak of walls or meters, each with where, by language.

    The stems of a language are looked up in the whole page at once: most stand nowhere in it.
    """
    for i, language in _held(look(lines)):
        line = lines.bare[i]
        if lines.sizes[i] <= _MAX_WORDS and len(line) <= _MAX_WALL and asked(i):
            lower = line.lower()
            spans = language.may_wall(lower) and _spans(language.cue, lower)
            if spans:
                yield i, spans


@once
def _held(page: Look) -> tuple[tuple[int, Language], ...]:
    """Return the lines that hold a stem of a language that the page may speak."""
    spoken = (language for language in LANGUAGES if language.name in page.languages)
    return tuple(
        (i, language) for language in spoken for i in sorted(holders(page, language.stems))
    )


def _spans(cue: re.Pattern[str], lower: str) -> tuple[Span, ...]:
    return tuple(m.span() for m in cue.finditer(lower))


def _is_wall(
    line: str, found: tuple[Span, ...], *, size: int, terminal: bool, within: bool
) -> bool:
    if not found or size > _MAX_WORDS or QUOTED.search(line) or SPOKEN.search(line):
        return False
    covered = sum(end - start for start, end in found) / len(line)
    if not terminal:
        return covered >= 0.25 or len(found) > 1
    calls = bool(READER.search(line)) or _is_bare_call(line, size, _MAX_CALL if within else 30)
    begins = found[0][0] == 0 and (size <= 30 or len(OFFER.findall(line)) >= _LEAST_TERMS)
    # "It can be cancelled at any time." is as often a fact of the story.
    asks = calls or any(p.search(line) for p in (RESERVED, METER)) or IMPERATIVE.match(line)
    return (covered >= 0.5 and bool(asks)) or (calls and (len(found) > 1 or begins))


def _is_bare_call(line: str, size: int, most: int) -> bool:
    """Tell whether a sentence is one imperative clause: "Subscribe now to read it all."."""
    return size <= most and "," not in line and IMPERATIVE.match(line) is not None


def _walls(lines: Outline) -> list[int]:
    body = range(lines.main.start, lines.main.end - 1)
    return sorted(
        {
            i
            for i, found in cues(lines, lambda i: not QUOTED.search(lines.bare[i]))
            if _is_wall(
                lines.bare[i],
                found,
                size=lines.sizes[i],
                terminal=lines.terminal[i],
                within=i in body,
            )
        }
    )


def _priced(lines: Outline) -> set[int]:
    """Return the lines that call the reader among prices and other lines of an offer.

    "Keep reading with an account" alone is no wall, and a list of prices is no offer.
    """
    page = look(lines)
    prices = priced(page)
    called = {
        i
        for i, language in _held(page)
        if _is_near(prices, i) and _is_call(lines, i, language.call)
    }
    return {line for i in called for line in _offer_around(lines, i, called)}


def _is_near(places: list[int], i: int) -> bool:
    after = bisect_left(places, i - _AROUND)
    return after < len(places) and places[after] <= i + _AROUND


def _is_call(lines: Outline, i: int, call: re.Pattern[str]) -> bool:
    if lines.sizes[i] > _MAX_SHORT:
        return False
    line = lines.bare[i]
    said = whole_label(line) is Label.PAYWALL or call.search(line.lower()) is not None
    is_fact = lines.terminal[i] and lines.sizes[i] >= _FACT and not speaks(line)
    return said and not is_fact and _is_short(lines, i)


def _offer_around(lines: Outline, call: int, called: set[int]) -> set[int]:
    """Return the calls and prices of an offer around a call, none where it stands by itself."""
    calls, prices, others = {call}, set[int](), list[int]()
    above = range(call - 1, max(-1, call - 1 - _AROUND), -1)
    below = range(call + 1, call + 1 if _closes(lines, call) else call + 1 + _AROUND)
    for way in (above, below[: max(0, len(lines.bare) - call - 1)]):
        for i in way:
            if not _is_short(lines, i) or _is_other(lines.bare[i]):
                break
            if i in called:
                calls.add(i)
                if i > call and _closes(lines, i):
                    break
            elif is_price(lines.bare[i]) or (i > call and is_item(lines, i)):
                prices.add(i)
            else:
                others.append(i)
    if not (prices or is_item(lines, call)):
        return set()
    offered = sum(1 for i in others if is_offer_line(lines, i))
    return calls | prices if len(calls) + len(prices) + offered >= _LEAST else set()


def _is_short(lines: Outline, i: int) -> bool:
    """Tell whether a line may be one of an offer: no sentence, or one that speaks to the reader."""
    if lines.sizes[i] > _MAX_SHORT or QUOTED.search(lines.bare[i]):
        return False
    return not is_statement(lines, i) and SPOKEN.search(lines.bare[i]) is None


def _region(lines: Outline) -> set[int]:
    walls = sorted({*_walls(lines), *_priced(lines)})
    found = set(walls)
    for i in walls:
        if i + 1 not in found:
            found.update(_follow(lines, i, found))
        found.update(_lead(lines, i))
    return found


def _follow(lines: Outline, wall: int, walls: set[int]) -> Iterator[int]:
    """Yield the lines after a wall that belong to its offer, until the story goes on.

    Where no story follows, the offer's last lines need no offer word.
    """
    last_line = len(lines.bare)
    if _closes(lines, wall):
        if wall + 1 < last_line and SMALL_PRINT.match(lines.bare[wall + 1]):
            yield wall + 1
        return
    stop = next((i for i in range(wall + 1, last_line) if _is_story(lines, i)), last_line)
    reach = _REACH if stop < last_line else 3 * _REACH
    last, offers = wall, 0
    for i in range(wall + 1, stop):
        if _is_other(lines.bare[i]) or i - last > reach or is_statement(lines, i):
            break
        if i in walls or is_offer_line(lines, i):
            last, offers = i, offers + 1
            if i in walls and _closes(lines, i):
                end = i + 1
                if end < stop and SMALL_PRINT.match(lines.bare[end]):
                    end += 1
                yield from range(wall + 1, end)
                return
    end = last + 1
    if stop == last_line and offers >= 3:
        while end < min(stop, last + 1 + _REACH) and not (
            _is_other(lines.bare[end]) or is_statement(lines, end)
        ):
            end += 1
    yield from range(wall + 1, end)


def _closes(lines: Outline, i: int) -> bool:
    """Tell whether a line is the door for those who have paid, by which an offer ends.

    An offer goes on after it where one of the next two lines is nothing but a price.
    """
    asks = any(mark in lines.bare[i] for mark in _QUESTION)
    return asks and not any(is_price(line) for line in lines.bare[i + 1 : i + 3])


def _lead(lines: Outline, wall: int) -> Iterator[int]:
    """Yield the short offer lines just before a wall, such as its heading or its prices."""
    for i in range(wall - 1, -1, -1):
        short = lines.sizes[i] <= MAX_ITEM and not lines.terminal[i]
        is_call = whole_label(lines.bare[i]) is Label.PAYWALL
        if not (short and (is_call or is_price(lines.bare[i]))):
            return
        yield i


def _is_story(lines: Outline, i: int) -> bool:
    """Tell whether the line is prose that offers nothing to the reader."""
    if not lines.prose[i]:
        return False
    line = lines.bare[i]
    if SPOKEN.search(line) or QUOTED.search(line):
        return True
    return len(OFFER.findall(line)) < 2 and not METER.search(line)


def _is_other(line: str) -> bool:
    """Tell whether the line opens furniture of another kind, which ends the offer."""
    return whole_label(line) in _OTHER or beginning_label(line) is Label.RELATED
