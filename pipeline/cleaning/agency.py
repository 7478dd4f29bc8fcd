"""News agencies: their names, their marks in datelines and sign-offs, and lost Reuters marks."""

import re
from collections.abc import Iterable

AGENCIES = {
    "Reuters": ("Reuters", "Thomson Reuters", "Reuters News Agency"),
    "AP": ("AP", "Associated Press", "The Associated Press"),
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse"),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur"),
    "UPI": ("UPI", "United Press International"),
    "Xinhua": ("Xinhua", "Xinhua News Agency", "新华社", "新華社"),
    "Kyodo": ("Kyodo", "Kyodo News", "共同通信", "共同"),
    "Jiji": ("Jiji", "Jiji Press", "時事通信", "時事"),
    "TASS": ("TASS", "ITAR-TASS", "ТАСС", "ИТАР-ТАСС"),
    "Interfax": ("Interfax", "Интерфакс"),
    "RIA Novosti": ("RIA Novosti", "РИА Новости"),
    "Bloomberg": ("Bloomberg", "Bloomberg News"),
    "Dow Jones": ("Dow Jones", "Dow Jones Newswires"),
    "ANSA": ("ANSA", "Ansa", "Adnkronos"),
    "EFE": ("EFE", "Agencia EFE"),
    "Europa Press": ("Europa Press",),
    "Lusa": ("Lusa", "Agência Lusa"),
    "ANP": ("ANP",),
    "Belga": ("Belga",),
    "APA": ("APA",),
    "Keystone-SDA": ("Keystone-SDA", "SDA", "ATS", "Keystone-ATS"),
    "SID": ("SID",),
    "PA": ("PA Media", "Press Association"),
    "CP": ("The Canadian Press", "Canadian Press"),
    "AAP": ("AAP", "Australian Associated Press"),
    "PTI": ("PTI", "Press Trust of India"),
    "ANI": ("ANI", "Asian News International"),
    "IANS": ("IANS", "Indo-Asian News Service"),
    "Yonhap": ("Yonhap", "Yonhap News Agency", "연합뉴스"),
    "Bernama": ("Bernama",),
    "Antara": ("Antara", "ANTARA"),
    "Anadolu": ("Anadolu", "Anadolu Agency", "Anadolu Ajansı", "AA"),
    "MTI": ("MTI",),
    "PAP": ("PAP",),
    "NTB": ("NTB",),
    "Ritzau": ("Ritzau",),
    "STT": ("STT",),
    "WAM": ("WAM",),
    "MENA": ("MENA",),
}
"""Short name to the spellings that stand in bylines, datelines and credits."""

NAMES = {spelling: short for short, all_ in AGENCIES.items() for spelling in all_}
_FOLDED = {spelling.casefold(): short for spelling, short in NAMES.items()}
_ANY = "|".join(re.escape(name) for name in sorted(NAMES, key=lambda n: (-len(n), n)))

SIGN_OFF = re.compile(
    rf"(?:(?<=[.!?”\"’'»])|^)\s*(?:[-–—]{{1,2}}\s*(?:with\s+)?(?:{_ANY})"
    rf"(?:\s*/\s*(?:{_ANY}))?|[(（\[]\s*(?:with (?:inputs|agency inputs|files) from\s+)?"
    rf"(?:{_ANY}|agencies)(?:\s*[/,]\s*(?:{_ANY}))?\s*[)）\]])\.?$"
)
"""An agency that signs at the very end of a text: "- Reuters", "(AFP)"."""

_DATELINE = re.compile(
    rf"(?P<place>[^\W\d_][^()\n]{{1,70}}?)\s*(?:[(（]\s*(?P<a>{_ANY})(?:\s+[^)）]{{1,30}})?[)）]\s*"
    rf"(?:[-–—:]|--)?|[-–—/,]\s*(?P<b>{_ANY})\s*[-–—:])\s"
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


def agency_of(name: str) -> str | None:
    """Return the short name of the agency that ``name`` spells as a whole, or None."""
    return _FOLDED.get(name.strip(" .,;:()[]–—-").casefold())


def named_agency(text: str) -> str | None:
    """Return the first agency that a byline or credit names as a whole word, or None."""
    found = re.search(rf"(?<![\w/])(?:{_ANY})(?![\w])", text)
    return NAMES[found.group()] if found else None


def marked_dateline(text: str) -> tuple[str, str | None] | None:
    """Return place and agency of a dateline with a mark: "TOKYO (AP) -", "PARIS -", or None.

    The place has its date taken off: "LONDON, March 3 (Reuters) -" gives "LONDON".
    """
    found = _DATELINE.match(text)
    if found:
        place = _MONTH_TAIL.sub("", found["place"]).strip(" ,")
        doubtful = _WORDS_OF_DOUBT & set(place.casefold().split())
        if place and not doubtful and len(place.split()) <= 7:
            return place, NAMES[found["a"] or found["b"]]
    plain = _BARE_DATELINE.match(text)
    if plain and not set(plain["place"].split()) & _NOT_PLACES:
        return plain["place"] + (plain["state"] or ""), None
    return None


def lost_dateline(text: str, page: Iterable[str]) -> str | None:
    """Return the place of a Reuters dateline whose mark was lost: "TOKYO Japan and Russia held".

    A place is spelled in title case elsewhere on the page and nowhere else in capitals, which an
    acronym ("NATO Secretary General ...") is not. Ask only for texts known to be of an agency.
    """
    found = _LOST_MARK.match(text)
    if not found:
        return None
    place = found["place"]
    rest = [text[found.end("place") :], *(other for other in page if other != text)]
    title = re.compile(rf"\b{re.escape(place.title())}\b")
    shout = re.compile(rf"\b{re.escape(place)}\b")
    known = any(title.search(line) for line in rest)
    return place if known and not any(shout.search(line) for line in rest) else None
