"""Bytes to text: the order of candidates, browsers' aliases, and what could not be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.decode import decode, python_codec
from pipeline.errors import DocumentError, RejectReason

GREEK = "Η κυβέρνηση ανακοίνωσε νέα μέτρα τη Δευτέρα, και η αντιπολίτευση διαφωνεί."


@pytest.mark.parametrize(
    ("data", "charset", "text", "encoding", "source"),
    [
        ("\ufeffnée".encode(), "iso-8859-1", "née", "utf-8", "bom"),
        ("\ufeffnée".encode("utf-16-le"), None, "née", "utf-16-le", "bom"),
        ("née".encode("cp1252"), "iso-8859-1", "née", "windows-1252", "transport"),
        ("née".encode(), "utf-8", "née", "utf-8", "transport"),
        (b'<meta charset="windows-1251"><p>\xc4\xe0', None, "Да", "windows-1251", "meta"),
        (b'<?xml version="1.0" encoding="koi8-r"?><p>\xe4\xc1', None, "Да", "koi8-r", "meta"),
        ("<p>née".encode(), None, "née", "utf-8", "utf-8"),
        (b"<!-- <meta charset=koi8-r> --><p>a", None, "a", "utf-8", "utf-8"),
    ],
)
def test_first_fitting_candidate_wins(data, charset, text, encoding, source):
    """The byte order mark beats the transport, the transport the page, the page plain UTF-8."""
    found = decode(data, "text/html", charset)
    assert (found.text.rsplit(">", 1)[-1], found.encoding, found.source) == (text, encoding, source)


def test_plain_text_has_no_declaration():
    """A meta element in a plain-text record is text and declares nothing."""
    assert decode(b"<meta charset=koi8-r>", "text/plain", None).source == "utf-8"


def test_declaration_that_does_not_fit_is_passed_over():
    """Bytes that are no UTF-8 are not read as UTF-8, whatever the transport says."""
    found = decode(b"<meta charset=cp1253>" + GREEK.encode("cp1253"), "text/html", "utf-8")
    assert (found.encoding, found.source) == ("windows-1253", "meta")


def test_utf8_beats_a_declared_single_byte_encoding():
    """UTF-8 beyond ASCII is read as such, as any bytes fit a single-byte declaration."""
    found = decode("Café".encode(), "text/plain", "iso-8859-1")
    assert (found.text, found.source) == ("Café", "utf-8")


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("iso-8859-1", "cp1252"),
        ("US-ASCII", "cp1252"),
        ("gb2312", "gb18030"),
        ("x-sjis", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ('"utf8"', "utf-8"),
        ("rot13", None),
        ("utf-7", None),
        ("no such thing", None),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label, codec):
    """Labels name the codec that browsers use; those that name no web encoding name none."""
    assert python_codec(label) == codec


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (GREEK, "cp1253"),
        ("Café déjà vu à Paris, naïve: il a été réélu.", "cp1252"),
        ("Die Opposition fordert Rücktritt, über die Größe herrscht Streit.", "cp1252"),
        ("Rząd ogłosił nowe środki gospodarcze w Warszawie", "cp1250"),
        ("Правительство объявило о новых экономических мерах", "koi8-r"),
        ("政府は月曜日に新しい経済対策を発表した", "cp932"),
        ("정부는 월요일 새로운 경제 조치를 발표했다", "cp949"),
        ("Plain words, but two bytes each", "utf-16-le"),
        ("今日のニュースです", "iso2022_jp"),
    ],
)
def test_detector_reads_undeclared_text(text, codec):
    """Without any declaration the common encodings of the news languages are told apart."""
    found = decode(text.encode(codec), "text/plain", None)
    assert (found.text, found.source) == (text, "detector")


def test_replaced_bytes_are_counted():
    """Text cut in the middle of a character stays UTF-8, and the source tells what was lost."""
    found = decode("“Quoted” – and cut".encode() + b"\xe2\x80", "text/plain", "utf-8")
    assert found.text == "“Quoted” – and cut\ufffd"
    assert found.source == "transport, 1 replaced"


def test_surrogates_are_joined_or_replaced():
    """Surrogate halves that belong together become their character, a lone one U+FFFD."""
    data = "pair \ud83d\ude00 lone \ud800 end".encode("utf-8", "surrogatepass")
    found = decode(data, "text/plain", "utf-8")
    assert found.text == "pair 😀 lone \ufffd end"
    assert found.source == "transport, 1 replaced"


def test_binary_content_is_refused():
    """Bytes that are control characters in every encoding are rejected, not read as text."""
    with pytest.raises(DocumentError) as refused:
        decode(bytes(range(9)) * 400, "text/plain", None)
    assert refused.value.reason is RejectReason.UNDECODABLE


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "gb2312", "x-sjis", "iso-8859-1"]))
def test_any_bytes_give_clean_text_or_a_refusal(data, charset):
    """Whatever the bytes, the text can be written as UTF-8 and is the same the second time."""
    try:
        found = decode(data, "text/html", charset)
    except DocumentError:
        return
    assert found.text.encode().decode() == found.text
    assert found == decode(data, "text/html", charset)
