from pathlib import Path

import pytest

from corpus.errors import FileUnreadable
from corpus.loaders import text_decoding
from corpus.loaders.reading import Reading
from corpus.loaders.text_decoding import cleaned, decode, read_text

FILE = Path("notes.txt")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "Größe"),
        ("utf-16", "Größe und Länge"),
        ("utf-16-le", "Plain words, saved without a mark."),
        ("utf-16-be", "Plain words, saved without a mark."),
        ("utf-32", "Größe"),
        ("cp1252", "El niño comió paella – “¡qué rico!”"),
        ("cp1252", "Les élèves étudient l’évolution à l’école."),
        ("cp1252", "Water boils at 100 °C ± 2 °C, as the table shows."),
        ("cp1251", "Нейронные сети обучаются градиентным спуском."),
        ("shift_jis", "名前,年齢,住所\n佐藤太郎,30,東京"),
        ("iso2022_jp", "深層学習は機械学習の一分野である。"),
        ("gb18030", "深度学习是机器学习的一个分支。"),
        ("big5", "深度學習是機器學習的一個分支。"),
        ("euc_kr", "보험 표준약관상 재해보험금 지급의 문제점"),
    ],
)
def test_text_is_read_in_the_encoding_it_was_saved_in(encoding, text):
    assert decode(FILE, text.encode(encoding), Reading()).text == text


@pytest.mark.parametrize(
    ("language", "encoding", "text"),
    [
        ("pl", "iso8859-2", "Zażółć gęślą jaźń, źdźbło trawy rośnie."),
        ("cs-CZ", "cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy."),
        ("el", "cp1253", "Η μηχανική μάθηση"),
        ("ja", "euc_jp", "深層学習は機械学習の一分野である。"),
    ],
)
def test_the_language_of_the_course_decides_where_many_encodings_fit(language, encoding, text):
    assert decode(FILE, text.encode(encoding), Reading(language=language)).text == text


def test_what_is_declared_counts_unless_the_bytes_are_utf8():
    assert decode(FILE, "Größe".encode("cp437"), Reading(), declared="cp437").text == "Größe"
    assert decode(FILE, "Größe".encode(), Reading(), declared="iso-8859-1").text == "Größe"
    assert decode(FILE, "“x”".encode("cp1252"), Reading(), declared="ISO-8859-1").text == "“x”"
    assert decode(FILE, b"text", Reading(), declared="no-such-encoding").text == "text"


def test_bytes_that_are_broken_are_counted_in_a_warning():
    found = decode(FILE, "Größe, Länge, Dämpfung".encode() + b"\xff", Reading())

    assert found.text == "Größe, Länge, Dämpfung\ufffd"
    assert found.warnings == ("1 character could not be read and show as \ufffd; save the file as UTF-8.",)


def test_line_ends_and_marks_nobody_sees_are_cleaned():
    assert cleaned("a\r\nb\rc\x0cd\u2028e") == "a\nb\nc\nd\ne"
    assert cleaned("in\u00adput\x07 \u200bgate\ufeff\ttab") == "input gate\ttab"
    assert cleaned("\ud83d") == "\ufffd"


@pytest.mark.parametrize("data", [b"\x00\x01\x02" * 50, b"PK\x03\x04" + bytes(200), b"ab\x01\x02\x03" * 20])
def test_binary_data_is_refused(data):
    with pytest.raises(FileUnreadable, match=r"binary|not text"):
        decode(FILE, data, Reading())


def test_a_file_too_large_for_text_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(text_decoding, "LARGEST", 10)
    (tmp_path / "a.txt").write_text("longer than ten", encoding="utf-8")

    with pytest.raises(FileUnreadable, match="split it"):
        read_text(tmp_path / "a.txt", Reading())
