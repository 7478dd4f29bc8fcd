"""News agencies: the spellings of their names, and how they sign."""

import re

AGENCIES = {
    "Reuters": (
        *(
            "Reuters",
            "Thomson Reuters",
            "Reuters News Agency",
            "رويترز",
            "路透社",
            "路透",
            "ロイター",
        ),
        *("ロイター通信", "로이터", "रॉयटर्स", "Рейтер", "Ройтерс", "Рейтерс", "רויטרס"),
    ),
    "AP": (
        *(
            "AP",
            "Associated Press",
            "The Associated Press",
            "أسوشيتد برس",
            "أ ب",
            "美联社",
            "美聯社",
        ),
        *("AP通信", "AP통신", "Ассошиэйтед Пресс"),
    ),
    "AFP": (
        *("AFP", "Agence France-Presse", "Agence France Presse", "أ ف ب", "فرانس برس", "法新社"),
        *("AFP時事", "AFP=時事", "AFP통신", "एएफपी", "Франс Пресс"),
    ),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur", "د ب أ", "德新社"),
    "UPI": ("UPI", "United Press International"),
    "Xinhua": ("Xinhua", "Xinhua News Agency", "新华社", "新華社", "신화통신", "شينخوا"),
    "China News Service": ("China News Service", "CNS", "中新社", "中新网"),
    "CNA": ("Central News Agency", "中央社"),
    "Kyodo": ("Kyodo", "Kyodo News", "共同通信", "共同"),
    "Jiji": ("Jiji", "Jiji Press", "時事通信", "時事"),
    "TASS": ("TASS", "ITAR-TASS", "ТАСС", "ИТАР-ТАСС"),
    "Interfax": ("Interfax", "Интерфакс"),
    "Interfax-Ukraine": ("Interfax-Ukraine", "Интерфакс-Украина", "Інтерфакс-Україна"),
    "Ukrinform": ("Ukrinform", "Укринформ", "Укрінформ"),
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
    "PTI": ("PTI", "Press Trust of India", "पीटीआई", "भाषा"),
    "ANI": ("ANI", "Asian News International", "एएनआई"),
    "IANS": ("IANS", "Indo-Asian News Service", "आईएएनएस"),
    "Yonhap": ("Yonhap", "Yonhap News Agency", "연합뉴스", "聯合通訊社", "韩联社", "韓聯社"),
    "Newsis": ("Newsis", "뉴시스"),
    "News1": ("News1", "뉴스1"),
    "Bernama": ("Bernama",),
    "Antara": ("Antara", "ANTARA"),
    "Anadolu": ("Anadolu", "Anadolu Agency", "Anadolu Ajansı", "AA", "الأناضول"),
    "MTI": ("MTI",),
    "PAP": ("PAP",),
    "NTB": ("NTB",),
    "Ritzau": ("Ritzau",),
    "STT": ("STT",),
    "WAM": ("WAM", "وام"),
    "SPA": ("Saudi Press Agency", "واس"),
    "ANA-MPA": ("ANA-MPA", "ΑΠΕ-ΜΠΕ"),
    "MENA": ("MENA", "أ ش أ"),
}
"""Short name to the spellings that stand in bylines, datelines and credits."""

NAMES = {spelling: short for short, all_ in AGENCIES.items() for spelling in all_}
_FOLDED = {spelling.casefold(): short for spelling, short in NAMES.items()}
_FIRST_WORDS = frozenset(re.findall(r"\w+", spelling)[0] for spelling in _FOLDED)
ANY = "|".join(re.escape(name) for name in sorted(NAMES, key=lambda n: (-len(n), n)))

_WORDS = frozenset({"भाषा", "共同", "وام", "واس"})
"""Spellings that are words of their language, too: they count where only an agency can stand."""
_LOOSE = "|".join(
    re.escape(name) for name in sorted(NAMES, key=lambda n: (-len(n), n)) if name not in _WORDS
)

SIGN_OFF = re.compile(
    rf"(?:(?<=[.!?”\"’'»])|^)\s*(?:[-–—]{{1,2}}\s*(?:with\s+)?(?:{ANY})"
    rf"(?:\s*/\s*(?:{ANY}))?|[(（\[]\s*(?:with (?:inputs|agency inputs|files) from\s+)?"
    rf"(?:{ANY}|agencies)(?:\s*[/,]\s*(?:{ANY}))?\s*[)）\]])\.?$"
)
"""An agency that signs at the very end of a text: "- Reuters", "(AFP)"."""


def agency_of(name: str) -> str | None:
    """Return the short name of the agency that ``name`` spells as a whole, or None."""
    return _FOLDED.get(name.strip(" .,;:()[]–—-").casefold())


def may_name_agency(line: str) -> bool:
    """Tell whether a line has a word by which the name of an agency begins; most have none."""
    return not _FIRST_WORDS.isdisjoint(re.findall(r"\w+", line.casefold()))


def named_agency(text: str) -> str | None:
    """Return the first agency that a byline or credit names as a whole word, or None."""
    found = re.search(rf"(?<![\w/])(?:{_LOOSE})(?![\w])", text)
    return NAMES[found.group()] if found else None
