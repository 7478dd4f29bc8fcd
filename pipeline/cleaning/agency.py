"""News agencies: the spellings of their names, and how they sign."""

import re

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
ANY = "|".join(re.escape(name) for name in sorted(NAMES, key=lambda n: (-len(n), n)))

SIGN_OFF = re.compile(
    rf"(?:(?<=[.!?”\"’'»])|^)\s*(?:[-–—]{{1,2}}\s*(?:with\s+)?(?:{ANY})"
    rf"(?:\s*/\s*(?:{ANY}))?|[(（\[]\s*(?:with (?:inputs|agency inputs|files) from\s+)?"
    rf"(?:{ANY}|agencies)(?:\s*[/,]\s*(?:{ANY}))?\s*[)）\]])\.?$"
)
"""An agency that signs at the very end of a text: "- Reuters", "(AFP)"."""


def agency_of(name: str) -> str | None:
    """Return the short name of the agency that ``name`` spells as a whole, or None."""
    return _FOLDED.get(name.strip(" .,;:()[]–—-").casefold())


def named_agency(text: str) -> str | None:
    """Return the first agency that a byline or credit names as a whole word, or None."""
    found = re.search(rf"(?<![\w/])(?:{ANY})(?![\w])", text)
    return NAMES[found.group()] if found else None
