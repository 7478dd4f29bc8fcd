"""Datelines: the place at the head of a story, with the agency's mark or after it was lost."""

import re
from collections.abc import Iterable

from pipeline.cleaning.agency import ANY, NAMES
from pipeline.cleaning.date_words import MONTH

_DATELINE = re.compile(
    rf"(?P<place>[^\W\d_][^()\n]{{1,70}}?)\s*(?:[(（]\s*(?P<a>{ANY})(?:[\s/-][^)）]{{1,30}})?[)）]\s*"
    rf"(?P<dash>\.?[-–—:_]{{1,2}})?|[-–—/,]\s*(?P<b>{ANY})\s*[-–—:])\s"
)
_LEADING = re.compile(
    rf"[(（](?P<agency>{ANY})[)）]\s*[-–—]\s*(?P<place>[A-ZÀ-Þ][^()\n]{{1,40}}?)\s+[-–—]\s"
)
_LOCAL = (
    # 新华社北京1月1日电; （中央社記者王大明台北5日電）, whose names have three characters
    re.compile(
        rf"[（(]?(?P<agency>{ANY})(?:[记記]者\w{{3}})?(?P<place>[^\W\d_]{{2,8}})"
        r"(?:\d{1,2}月)?\d{1,2}日[综綜合专專]*[电電讯訊]"
    ),
    # 【ロンドン＝ロイター】 ［東京　１日　ロイター］ 【ソウル時事】
    re.compile(
        r"[【［\[](?P<place>[^\W\d_]{1,12}?)(?:[\s＝=]*\d{1,2}日)?[\s＝=]*"
        rf"(?P<agency>{ANY})[】］\]]"
    ),
    # (서울=연합뉴스)
    re.compile(rf"[(\[](?P<place>[^\W\d_]{{2,12}})\s?=\s?(?P<agency>{ANY})[)\]]"),
    # МОСКВА, 5 мар — РИА Новости. МОСКВА, 5 марта. /ТАСС/.
    re.compile(
        r"(?P<place>[А-ЯЁ][\w -]{1,30}?)[,.]\s+\d{1,2} [а-яё]{3,8}\.?\s*[-–—/]\s?"
        rf"(?P<agency>{ANY})\s?[/.]"
    ),
    _LEADING,
)
"""Forms of one language each."""
_CASELESS_WORDS = 3
"""Words of a place in a script without capitals: more of them may be a sentence."""
_MONTH_TAIL = re.compile(
    rf"(?:,\s+(?:\d{{1,2}}\.?\s+)?(?:{MONTH})\.?(?:\s+\d{{1,2}})?|\s+\d{{1,2}}\.?\s+(?:{MONTH})\.?"
    rf"|\s+(?:{MONTH})\.?\s+\d{{1,2}})(?:,?\s+\d{{4}})?$",
    re.IGNORECASE,
)
_BARE_DATELINE = re.compile(
    r"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ'’.-]{2,}(?:[ /][A-ZÀ-Þ][A-ZÀ-Þ'’.-]+){0,3})"
    r"(?P<state>, [A-Z\d][\w. ]{1,20}?(?:, \d{4})?)?\s*(?P<dash>[-–—]{1,2}|:)\s"
)
_LOST_MARK = re.compile(
    r"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ'’-]{2,}(?: [A-ZÀ-Þ][A-ZÀ-Þ'’-]+){0,2}) [A-Z\"“'‘]"
)

_WORDS_OF_DOUBT = frozenset({"said", "says", "the", "that", "is", "was", "were", "are", "has"})
_HEADINGS = """
ADVERTISEMENT ALERT ANALYSIS BREAKING BRIEF CORRECTED CORRECTION EDITORIAL EXCLUSIVE EXPLAINER
FACTBOX INSIGHT INTERVIEW LIVE MORE NEW NOTE OPINION PHOTOS PREVIEW READ REFILE REVIEW SPECIAL
SUMMARY THE TIMELINE UPDATE UPDATED URGENT VIDEO WARNING WATCH WRAPUP
"""
_NOT_PLACES = frozenset(_HEADINGS.split())
_NAMES_OF_CITIES = """
ABIDJAN, ABU DHABI, ABUJA, ACCRA, ADDIS ABABA, ADEN, ALGIERS, ALMATY, AMMAN, AMSTERDAM,
ANKARA, ANTANANARIVO, ASTANA, ASUNCION, ATHENS, ATLANTA, BAGHDAD, BAKU, BALTIMORE, BAMAKO,
BANGALORE, BANGKOK, BARCELONA, BEIJING, BEIRUT, BELFAST, BELGRADE, BENGALURU, BERLIN, BERNE,
BOGOTA, BOSTON, BRASILIA, BRATISLAVA, BRUSSELS, BUCHAREST, BUDAPEST, BUENOS AIRES, CAIRO,
CALGARY, CANBERRA, CAPE TOWN, CARACAS, CASABLANCA, CHICAGO, CINCINNATI, CLEVELAND, COLOMBO,
COPENHAGEN, DAKAR, DALLAS, DAMASCUS, DENVER, DETROIT, DHAKA, DOHA, DUBAI, DUBLIN, EDINBURGH,
FRANKFURT, GAZA, GENEVA, GUATEMALA, GUATEMALA CITY, HANOI, HARARE, HAVANA, HELSINKI,
HONG KONG, HONOLULU, HOUSTON, INDIANAPOLIS, ISLAMABAD, ISTANBUL, JAKARTA, JERUSALEM,
JOHANNESBURG, JUBA, KABUL, KAMPALA, KARACHI, KATHMANDU, KHARTOUM, KIEV, KINSHASA,
KUALA LUMPUR, KUWAIT CITY, KYIV, LA PAZ, LAGOS, LAHORE, LAS VEGAS, LIMA, LISBON, LJUBLJANA,
LONDON, LOS ANGELES, LUANDA, LUXEMBOURG, MADRID, MANAGUA, MANAMA, MANILA, MAPUTO, MELBOURNE,
MEXICO CITY, MIAMI, MILAN, MILWAUKEE, MINNEAPOLIS, MINSK, MOGADISHU, MONROVIA, MONTEVIDEO,
MONTREAL, MOSCOW, MUMBAI, MUNICH, MUSCAT, NAIROBI, NEW DELHI, NEW ORLEANS, NEW YORK, NICOSIA,
OSLO, OTTAWA, PANAMA CITY, PARIS, PHILADELPHIA, PHNOM PENH, PHOENIX, PITTSBURGH,
PORT-AU-PRINCE, PRAGUE, PRETORIA, PRISTINA, PYONGYANG, QUITO, RAMALLAH, REYKJAVIK, RIGA,
RIO DE JANEIRO, RIYADH, ROME, SALT LAKE CITY, SAN ANTONIO, SAN DIEGO, SAN FRANCISCO,
SAN SALVADOR, SANTIAGO, SANTO DOMINGO, SAO PAULO, SARAJEVO, SEATTLE, SEOUL, SHANGHAI,
SINGAPORE, SKOPJE, SOFIA, ST. LOUIS, STOCKHOLM, SYDNEY, TAIPEI, TALLINN, TBILISI, TEHRAN,
TEL AVIV, TOKYO, TORONTO, TRIPOLI, TUNIS, UNITED NATIONS, VANCOUVER, VATICAN CITY, VIENNA,
VILNIUS, WARSAW, WASHINGTON, WELLINGTON, YANGON, YEREVAN, ZAGREB, ZURICH
"""
_CITIES = frozenset(city.strip() for city in _NAMES_OF_CITIES.split(","))
"""Cities that wires name without a country."""


def marked_dateline(text: str, page: Iterable[str] = ()) -> tuple[str, str | None] | None:
    """Return place and agency of a dateline with a mark: "TOKYO (AP) -", "PARIS -", or None.

    The place has its date taken off: "LONDON, March 3 (Reuters) -" gives "LONDON". Without an
    agency the place must be a known city or stand in title case elsewhere on the page.
    """
    local = next(filter(None, (form.match(text) for form in _LOCAL)), None)
    if local:
        return _without_date(local["place"]), NAMES[local["agency"]]
    found = _DATELINE.match(text)
    if found:
        place = _without_date(found["place"])
        doubtful = _WORDS_OF_DOUBT & set(place.casefold().split())
        marked = found["b"] or found["dash"] or _is_capital(place)
        if marked and place and not doubtful and len(place.split()) <= 7:
            return place, NAMES[found["a"] or found["b"]]
    plain = _BARE_DATELINE.match(text)
    if not plain or set(plain["place"].split()) & _NOT_PLACES:
        return None
    place = plain["place"]
    if place in _CITIES or (plain["dash"] != ":" and _is_place(place, text[plain.end() :], page)):
        return _without_date(place + (plain["state"] or "")), None
    return None


def _is_capital(place: str) -> bool:
    """Tell whether a place stands in capitals, or in few words of a script without them."""
    return place.isupper() or (
        place == place.lower() == place.upper() and len(place.split()) <= _CASELESS_WORDS
    )


def _without_date(place: str) -> str:
    return _MONTH_TAIL.sub("", place.rstrip(" ,-–—")).strip(" ,")


def lost_dateline(text: str, page: Iterable[str]) -> str | None:
    """Return the place of a Reuters dateline whose mark was lost: "TOKYO Japan and Russia held".

    A place is a known city, or is spelled in title case elsewhere on the page and nowhere else in
    capitals, which an acronym ("NATO Secretary General ...") is not. Ask only for texts that are
    known to be of an agency.
    """
    found = _LOST_MARK.match(text)
    if not found:
        return None
    place = found["place"]
    if place in _CITIES:
        return place
    return place if _is_place(place, text[found.end("place") :], page) else None


def _is_place(place: str, rest: str, page: Iterable[str]) -> bool:
    """Tell whether other lines spell the word in title case and never in capitals."""
    title = re.compile(rf"\b{re.escape(place.title())}\b")
    shout = re.compile(rf"\b{re.escape(place)}\b")
    others = [rest, *(line for line in page if not line.endswith(rest))]
    is_known = any(title.search(line) for line in others)
    return is_known and not any(shout.search(line) for line in others)
