"""Subscription offers: walls and meters, plans and prices, and how far such a region reaches.

A story about subscriptions uses the same words. What tells the offer is that it speaks to the
reader ("you've reached your limit", "subscribe to read on") outside quotation marks.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from pipeline.cleaning.lexicon import BEGINNINGS, WHOLE_LINES, fold
from pipeline.cleaning.prose import Outline, outline
from pipeline.cleaning.walls import IMPERATIVE, METER, READER, STEMS, WALL
from pipeline.model import Label, Page, Ruling, Verdict

_OFFER = re.compile(
    r"subscri|\bplans?\b|premium|unlimited|\baccess|e-?paper|\bad-free|no ad(?:vertisement)?s|"
    r"newsletters?|free trial|\bbilled|\brenew|cancel|digital (?:edition|replica)|devices|"
    r"archives?\b|"
    r"exclusive|inbox|benefits?|save \d|% off|\bgift|complimentary|\bpay(?:ment)?\b|checkout|"
    r"credit card|\bmember|log ?in|sign (?:in|up)|\bper (?:month|week|year)|\bunlock|included|"
    r"your account|password|"
    r"\babo\b|abonn|monat|kündbar|testen|zugang|werbefrei|"
    r"mois|illimité|engagement|essai|sans publicité|"
    r"suscri|al mes|acceso|ilimitad|gratis|abbona|al mese|accesso|illimitat|prova|"
    r"assin|por mês|acesso|ilimitado|maand|onbeperkt|toegang|"
    r"会員|購読|有料|月額|無料|登録|ログイン|订阅|會員|会员|付费|訂閱|每月|登录|"
    r"подпис|месяц|доступ|бесплатн|اشتراك|مشترك|شهر|सदस्यता|सब्सक्रिप|प्रति माह|मासिक",
    re.IGNORECASE,
)
_CURRENCY = r"(?:[$€£¥₹₽₩₺]|US\$|A\$|R\$|Rs\.?|USD|EUR|GBP|CHF|kr\.?|zł|руб\.?|元|円)"
_AMOUNT = r"\d[\d.,' ]*\d|\d"
_PERIOD = (
    r"(?:mo(?:nth)?s?|weeks?|wk|y(?:ea)?rs?|days?|quarters?|monat(?:e|lich)?|jahre?|wochen?|"
    r"mois|ans?|"
    r"semaines?|mes(?:es)?|años?|semanas?|mese|mesi|anno|anni|mês|anos?|maand(?:en)?|jaar|weken|"
    r"か月|ヶ月|年|月|个月|個月|мес(?:яц\w*)?|год\w*|недел\w*|شهر|سنة|महीने|माह|वर्ष|साल)"
)
_PRICE_LINE = re.compile(
    rf"\W*(?:(?:from|only|just|ab|nur|dès|desde|solo|a partir de)\s+)?"
    rf"(?:{_CURRENCY}\s?(?:{_AMOUNT})|(?:{_AMOUNT})\s?{_CURRENCY}|(?:{_AMOUNT}|one|two|three|"
    rf"six|twelve)\s"
    rf"?{_PERIOD}(?!\w))\s*(?:[/.]\s?|per\s|a\s|pro\s|par\s|al\s|por\s|\s)*(?:{_PERIOD})?\W*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“”«»„]")
_SPOKEN = re.compile(
    r"\b(?:said|says|told|according to|announced|reported|asked|argues?|warned|explained|sagte|"
    r"erklärte|laut|teilte|a déclaré|selon|dijo|según|ha detto|secondo|disse|segundo|zei|volgens|"
    r"сообщил\w*|заявил\w*|сказал\w*)\b|と述べた|と語った|によると|表示|据|(?<!\w)و?(?:قال|أعلن)|कहा",
    re.IGNORECASE,
)
_STATED = 8
"""Words from which a full sentence in the third person is a statement, not a slogan."""
_MAX_WALL = 600
_MAX_CALL = 10
_MAX_PRICE = 60
"""Characters past which a line is no wall, words past which no bare call, and no price."""
_REACH = 3
"""Short lines without offer words that a region steps over inside the story."""
_OTHER = frozenset({Label.RELATED, Label.SHARE, Label.COMMENTS, Label.ADVERT})


def offer(page: Page) -> Iterator[Verdict]:
    """Cut walls, meters and the plan, price and feature lines that go with them."""
    lines = outline(page)
    for i in sorted(_region(lines)):
        yield Verdict(i, Ruling.CUT, Label.PAYWALL, "offer", 0.03)


def is_wall(line: str, *, size: int, terminal: bool, within: bool = False) -> bool:
    """Tell whether the line speaks to the reader as a wall or a meter does.

    ``size`` is in words. A sentence must begin with it or be made of it, with nobody quoted;
    one within the story must be made of it or speak to the reader.
    """
    if size > 60 or len(line) > _MAX_WALL:
        return False
    folded = line.casefold()
    if not any(stem in folded for stem in STEMS):
        return False
    cues = [m for pattern in (METER, WALL) for m in pattern.finditer(line)]
    if not cues or _QUOTED.search(line) or _SPOKEN.search(line):
        return False
    covered = sum(len(m.group()) for m in cues) / len(line)
    if not terminal:
        return covered >= 0.25 or len(cues) > 1
    calls = not within or bool(READER.search(line)) or _is_bare_call(line, size)
    begins = size <= 30 and cues[0].start() == 0
    return covered >= 0.5 or (calls and (len(cues) > 1 or begins))


def _is_bare_call(line: str, size: int) -> bool:
    """Tell whether a short sentence is one imperative clause: "Subscribe now to read it all."."""
    return size <= _MAX_CALL and "," not in line and IMPERATIVE.match(line) is not None


def _region(lines: Outline) -> set[int]:
    end = lines.main.end - 1
    walls = [
        i
        for i, line in enumerate(lines.bare)
        if is_wall(
            line,
            size=lines.sizes[i],
            terminal=lines.terminal[i],
            within=lines.main.start <= i < end,
        )
    ]
    found = set(walls)
    if not walls:
        return found
    story = [i for i in range(len(lines.bare)) if _is_story(lines, i)]
    for i in walls:
        if i + 1 not in found:
            after = bisect_right(story, i)
            stop = story[after] if after < len(story) else len(lines.bare)
            found.update(_follow(lines, i, stop))
        found.update(_lead(lines, i))
    return found


def _follow(lines: Outline, wall: int, stop: int) -> Iterator[int]:
    """Yield the lines after a wall that belong to its offer, until the story goes on at ``stop``.

    Where no story follows, the offer's last lines need no offer word.
    """
    reach = _REACH if stop < len(lines.bare) else 3 * _REACH
    last, offers = wall, 0
    for i in range(wall + 1, stop):
        if _is_other(lines.bare[i]) or i - last > reach or _is_statement(lines, i):
            break
        if _is_offer_line(lines.bare[i]):
            last, offers = i, offers + 1
    end = last + 1
    if stop == len(lines.bare) and offers >= 3:
        while end < min(stop, last + 1 + _REACH) and not (
            _is_other(lines.bare[end]) or _is_statement(lines, end)
        ):
            end += 1
    yield from range(wall + 1, end)


def _lead(lines: Outline, wall: int) -> Iterator[int]:
    """Yield the short offer lines just before a wall, such as its heading or its prices."""
    for i in range(wall - 1, -1, -1):
        short = lines.sizes[i] <= 12 and not lines.terminal[i]
        if not (short and _is_price(lines.bare[i])):
            return
        yield i


def _is_story(lines: Outline, i: int) -> bool:
    """Tell whether the line is prose that offers nothing to the reader."""
    if not lines.prose[i]:
        return False
    line = lines.bare[i]
    if _SPOKEN.search(line) or _QUOTED.search(line):
        return True
    return len(_OFFER.findall(line)) < 2 and not METER.search(line) and not WALL.search(line)


def _is_statement(lines: Outline, i: int) -> bool:
    """Tell whether the line is a full sentence in the third person, which asks nobody anything."""
    line = lines.bare[i]
    speaks = READER.search(line) or IMPERATIVE.match(line)
    return lines.terminal[i] and lines.sizes[i] >= _STATED and not speaks


def _is_offer_line(line: str) -> bool:
    return bool(_OFFER.search(line)) or _is_price(line)


def _is_price(line: str) -> bool:
    """Tell whether the line is nothing but an amount of money or a span of time."""
    return len(line) <= _MAX_PRICE and _PRICE_LINE.fullmatch(line) is not None


def _is_other(line: str) -> bool:
    """Tell whether the line opens furniture of another kind, which ends the offer."""
    folded = fold(line)
    return any(folded in WHOLE_LINES[label] for label in _OTHER) or bool(
        BEGINNINGS[Label.RELATED].match(line)
    )
