"""Names in bylines and credits, agencies, and the places of datelines."""

import pytest

from pipeline.cleaning.agency import agency_of, named_agency
from pipeline.cleaning.bylines import byline_names, declared_names, editors, reporters
from pipeline.cleaning.dateline import lost_dateline, marked_dateline


@pytest.mark.parametrize(
    ("line", "names", "agency"),
    [
        ("By Ann Roe", ("Ann Roe",), None),
        ("BY ANN ROE AND BO LIND", ("Ann Roe", "Bo Lind"), None),
        ("Ann Roe, Associated Press", ("Ann Roe",), "AP"),
        ("Ann Roe - AFP", ("Ann Roe",), "AFP"),
        ("Ann Roe – dpa", ("Ann Roe",), "dpa"),
        ("By Ann Roe, Bo Lind and J.P. de Vries, Staff Writers", ("Ann Roe", "Bo Lind",
        "J.P. de Vries"), None),
        ("By Ann Roe The Associated Press", ("Ann Roe",), "AP"),
        ("Von Ann Roe und Bo Lind", ("Ann Roe", "Bo Lind"), None),
        ("Agence France-Presse", (), "AFP"),
        ("Автор: Анна Рой", ("Анна Рой",), None),
    ],
)  # fmt: skip
def test_names_and_agency_of_a_byline(line, names, agency):
    """A byline gives persons and agency apart, without roles."""
    assert byline_names(line) == (names, agency)


@pytest.mark.parametrize(
    "line", ["By and large it was calm", "Oslo, Norway", "", "By 2030", "ann roe", "Ann Roe - Oslo"]
)
def test_lines_that_are_no_byline(line):
    """Words that begin with "By" or hold a comma are no byline without a name."""
    assert byline_names(line) is None


def test_declared_names_are_split_and_stripped():
    """One declared string may hold several persons and their roles."""
    assert declared_names("Ann Roe & Bo Lind, Reuters") == ("Ann Roe", "Bo Lind")


def test_reporters_of_a_credit_are_not_its_editors():
    """Who reported counts as author, who edited does not."""
    assert reporters("(Reporting by Ann Roe and Bo Lind in Oslo; Editing by Eve Poe)") == (
        "Ann Roe",
        "Bo Lind",
    )
    assert reporters("(Additional reporting by Ann Roe; Editing by Eve Poe)") == ()


@pytest.mark.parametrize(
    ("credit", "names"),
    [
        ("(Reporting by Ann Roe; Editing by Eve Poe and Bo Lind)", ("Eve Poe", "Bo Lind")),
        ("(Editing by Eve Poe in Oslo, Writing by Ann Roe)", ("Eve Poe",)),
        ("Edited by Eve Poe. Follow the desk for more.", ("Eve Poe",)),
        ("(Reporte de Ana Roe; editado por Eva Poe y Beto Lind)", ("Eva Poe", "Beto Lind")),
        ("(Reportage par Anne Roe, édition par Ève Poe)", ("Ève Poe",)),
        ("(Reporting by Ann Roe and Bo Lind)", ()),
        ("Ann Roe contributed to this report.", ()),
        ("The film was edited by hand.", ()),
    ],
)
def test_editors_of_a_credit(credit, names):
    """Who edited is named after "editing by" or its like; a reporter is none."""
    assert editors(credit) == names


@pytest.mark.parametrize(
    ("text", "place", "agency"),
    [
        ("TOKYO (AP) - Japan and Russia", "TOKYO", "AP"),
        ("TOKYO (AP) — Japan and Russia", "TOKYO", "AP"),
        ("LONDON, March 3 (Reuters) - The pound", "LONDON", "Reuters"),
        ("SAN JOSE, Calif. (AP) _ A judge", "SAN JOSE, Calif.", "AP"),
        ("SAN JOSE, Calif. (AP) -- A judge", "SAN JOSE, Calif.", "AP"),
        ("WASHINGTON, Nov 2 (Xinhua) -- The", "WASHINGTON", "Xinhua"),
        ("Berlin (dpa) - Der Bundestag", "Berlin", "dpa"),
        ("Madrid, 3 nov (EFE).- El Gobierno", "Madrid", "EFE"),
        ("PARIS - The president", "PARIS", None),
        ("WASHINGTON, March 31 - The ferry", "WASHINGTON", None),
        ("LONDON, 3 March 2013 - The ferry", "LONDON", None),
        ("Köln/Bonn (dpa/lnw) - Die Fähre", "Köln/Bonn", "dpa"),
        ("PORTLAND, Maine (AP) - The ferry", "PORTLAND, Maine", "AP"),
        ("DEL MAR (AP) - The ferry", "DEL MAR", "AP"),
        ("LISBOA, 3 mar (Lusa) – O governo", "LISBOA", "Lusa"),
        ("PARIS, 5 mars (Reuters) - Le gouvernement", "PARIS", "Reuters"),
        ("ROMA, 05 MAR - (ANSA) Il governo", "ROMA", "ANSA"),
        ("(ANSA) - ROMA, 05 MAR - Il governo", "ROMA", "ANSA"),
        ("ANKARA (AA) - Köprü", "ANKARA", "Anadolu"),
        ("Jakarta (ANTARA) - Jembatan", "Jakarta", "Antara"),
        ("新华社北京1月1日电 桥梁开通", "北京", "Xinhua"),
        ("中新社纽约3月2日电 (记者 王明)桥梁", "纽约", "China News Service"),
        ("（中央社台北5日電）新橋通車", "台北", "CNA"),
        ("（中央社記者王大明台北5日電）新橋通車", "台北", "CNA"),
        ("【ロンドン＝ロイター】新しい橋が開通した", "ロンドン", "Reuters"),
        ("［東京　１日　ロイター］ - 新しい橋", "東京", "Reuters"),
        ("[ワシントン 12日 ロイター] - 新しい橋", "ワシントン", "Reuters"),
        ("【ソウル時事】新しい橋", "ソウル", "Jiji"),
        ("【ワシントン共同】新しい橋", "ワシントン", "Kyodo"),
        ("(서울=연합뉴스) 김민수 기자 = 다리가", "서울", "Yonhap"),
        ("[부산=뉴시스] 다리가", "부산", "Newsis"),
        ("МОСКВА, 5 мар — РИА Новости. Мост открыт", "МОСКВА", "RIA Novosti"),
        ("МОСКВА, 5 марта. /ТАСС/. Мост открыт", "МОСКВА", "TASS"),
        ("القاهرة (رويترز) - افتتح الجسر", "القاهرة", "Reuters"),
        ("नयी दिल्ली, 5 मार्च (भाषा) पुल खुल गया", "नयी दिल्ली", "PTI"),
    ],
)
def test_a_marked_dateline_gives_place_and_agency(text, place, agency):
    """Place and agency stand before the dash; a date between them is taken off."""
    assert marked_dateline(text) == (place, agency)


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE: The pier",
        "Divers in Oslo (Reuters) found",
        "NATO - the alliance",
        "The minister (AP) - not the other - said",
        "He said - and",
        "पुल पर नयी किताब की (भाषा) सरल है",
        "新华社记者在桥上采访了市民",
        "【共同】",
        "[독자=기고] 다리가",
        "Мост открыт, 5 марта приехали гости.",
        "قال الوزير في المدينة اليوم (رويترز) إن الجسر",
    ],
)
def test_lines_without_a_dateline(text):
    """Words in capitals before a dash or colon are no place unless something says so."""
    assert marked_dateline(text) is None


def test_a_dateline_that_lost_its_mark_needs_evidence():
    """A place in capitals before the first sentence must be known as a place."""
    assert lost_dateline("TOKYO Japan and Russia held talks", []) == "TOKYO"
    assert lost_dateline("VIKHAVN The ferry pier", ["in Vikhavn on Monday"]) == "VIKHAVN"
    assert lost_dateline("VIKHAVN The ferry pier", ["no other word"]) is None
    assert (
        lost_dateline("NATO Secretary General Ann Roe said", ["Nato chiefs", "NATO meets"]) is None
    )
    assert lost_dateline("The ferry pier", ["The"]) is None


def test_agency_names():
    """An agency is known by each of its spellings, as a whole name only."""
    assert agency_of("The Associated Press") == "AP"
    assert agency_of("Agence France-Presse") == "AFP"
    assert agency_of("Reuters Institute") is None
    assert named_agency("Associated Press writer Ann Roe contributed") == "AP"
    assert named_agency("the map APPLIES") is None
    assert agency_of("رويترز") == agency_of("路透社") == agency_of("ロイター") == "Reuters"
    assert agency_of("भाषा") == "PTI"
    assert named_agency("हिन्दी भाषा के लेखक") is None
    assert named_agency("共同 取材") is None


@pytest.mark.parametrize("line", ["*By Anna Weber* | 4 May 2021", "**By Anna Weber** | 4 May 2021"])
def test_a_byline_in_markdown_emphasis_names_its_author(line):
    """The marks around a name are not part of it."""
    assert byline_names(line) == (("Anna Weber",), None)
