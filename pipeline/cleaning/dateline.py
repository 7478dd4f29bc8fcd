"""Datelines: the place at the head of a story, with the agency's mark or after it was lost."""

import re
from collections.abc import Iterable

from pipeline.cleaning.agency import ANY, NAMES

_DATELINE = re.compile(
    rf"(?P<place>[^\W\d_][^()\n]{{1,70}}?)\s*(?:[(（]\s*(?P<a>{ANY})(?:\s+[^)）]{{1,30}})?[)）]\s*"
    rf"(?:[-–—:]|--)?|[-–—/,]\s*(?P<b>{ANY})\s*[-–—:])\s"
)
_MONTH_TAIL = re.compile(
    r",?\s+(?:\d{1,2}\.?\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|[Jj]anv|[Ff]év|Mär|"
    r"Mai|Okt|Dez|[Ee]ne|[Aa]br|[Aa]go|[Dd]ic|[Mm]ars|[Aa]vr|[Jj]uin|[Jj]uil|[Aa]oût|[Dd]éc)"
    r"[^\W\d]*\.?(?:\s+\d{1,2})?(?:,?\s+\d{4})?$"
)
_BARE_DATELINE = re.compile(
    r"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ'’.-]{2,}(?:[ /][A-ZÀ-Þ][A-ZÀ-Þ'’.-]+){0,3})"
    r"(?P<state>, [A-Z][\w. ]{1,20})?\s*(?P<dash>[-–—]{1,2}|:)\s"
)
_LOST_MARK = re.compile(r"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ'’-]{2,}(?: [A-ZÀ-Þ][A-ZÀ-Þ'’-]+){0,2}) [A-Z\"“'‘]")

_WORDS_OF_DOUBT = frozenset({"said", "says", "the", "that", "is", "was", "were", "are", "has"})
_NOT_PLACES = frozenset(
    """UPDATE UPDATED CORRECTED CORRECTION EXCLUSIVE BREAKING WRAPUP REFILE ANALYSIS BRIEF FACTBOX
    WATCH VIDEO PHOTOS LIVE OPINION EDITORIAL REVIEW NOTE WARNING THE SUMMARY INTERVIEW READ MORE
    ADVERTISEMENT NEW EXPLAINER TIMELINE PREVIEW URGENT ALERT INSIGHT SPECIAL""".split()
)
_CITIES = frozenset(
    """ABIDJAN ABUJA ACCRA ADEN ALGIERS ALMATY AMMAN AMSTERDAM ANKARA ANTANANARIVO ASTANA ASUNCION ATHENS
    ATLANTA BAGHDAD BAKU BALTIMORE BAMAKO BANGALORE BANGKOK BARCELONA BEIJING BEIRUT BELFAST BELGRADE BENGALURU
    BERLIN BERNE BOGOTA BOSTON BRASILIA BRATISLAVA BRUSSELS BUCHAREST BUDAPEST CAIRO CALGARY CANBERRA CARACAS
    CASABLANCA CHICAGO CINCINNATI CLEVELAND COLOMBO COPENHAGEN DAKAR DALLAS DAMASCUS DENVER DETROIT DHAKA DOHA DUBAI
    DUBLIN EDINBURGH FRANKFURT GAZA GENEVA GUATEMALA HANOI HARARE HAVANA HELSINKI HONOLULU HOUSTON INDIANAPOLIS
    ISLAMABAD ISTANBUL JAKARTA JERUSALEM JOHANNESBURG JUBA KABUL KAMPALA KARACHI KATHMANDU KHARTOUM KIEV KYIV
    KINSHASA LAGOS LAHORE LIMA LISBON LJUBLJANA LONDON LUANDA LUXEMBOURG MADRID MANAGUA MANAMA MANILA MAPUTO
    MELBOURNE MIAMI MILAN MILWAUKEE MINNEAPOLIS MINSK MOGADISHU MONROVIA MONTEVIDEO MONTREAL MOSCOW MUMBAI MUNICH
    MUSCAT NAIROBI NICOSIA OSLO OTTAWA PARIS PHILADELPHIA PHOENIX PITTSBURGH PRAGUE PRETORIA PRISTINA PYONGYANG
    QUITO RAMALLAH REYKJAVIK RIGA RIYADH ROME SANTIAGO SARAJEVO SEATTLE SEOUL SHANGHAI SINGAPORE SKOPJE SOFIA
    STOCKHOLM SYDNEY TAIPEI TALLINN TBILISI TEHRAN TOKYO TORONTO TRIPOLI TUNIS VANCOUVER VIENNA VILNIUS WARSAW
    WASHINGTON WELLINGTON YANGON YEREVAN ZAGREB ZURICH""".split()
) | frozenset(
    city.strip()
    for city in """ABU DHABI|ADDIS ABABA|BUENOS AIRES|CAPE TOWN|GUATEMALA CITY|HONG KONG|KUALA LUMPUR|KUWAIT CITY|LA PAZ|
    LAS VEGAS|LOS ANGELES|MEXICO CITY|NEW DELHI|NEW ORLEANS|NEW YORK|PANAMA CITY|PHNOM PENH|PORT-AU-PRINCE|
    RIO DE JANEIRO|SALT LAKE CITY|SAN ANTONIO|SAN DIEGO|SAN FRANCISCO|SAN SALVADOR|SANTO DOMINGO|SAO PAULO|
    TEL AVIV|ST. LOUIS|UNITED NATIONS|VATICAN CITY""".replace("\n", "").split("|")
)
"""Cities that wires name without a country."""


def marked_dateline(text: str, page: Iterable[str] = ()) -> tuple[str, str | None] | None:
    """Return place and agency of a dateline with a mark: "TOKYO (AP) -", "PARIS -", or None.

    The place has its date taken off: "LONDON, March 3 (Reuters) -" gives "LONDON". Without an
    agency the place must be a known city or stand in title case elsewhere on the page.
    """
    found = _DATELINE.match(text)
    if found:
        place = _MONTH_TAIL.sub("", found["place"]).strip(" ,")
        doubtful = _WORDS_OF_DOUBT & set(place.casefold().split())
        if place and not doubtful and len(place.split()) <= 7:
            return place, NAMES[found["a"] or found["b"]]
    plain = _BARE_DATELINE.match(text)
    if not plain or set(plain["place"].split()) & _NOT_PLACES:
        return None
    place = plain["place"]
    if place in _CITIES or (plain["dash"] != ":" and _is_place(place, text[plain.end() :], page)):
        return place + (plain["state"] or ""), None
    return None


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
