from __future__ import annotations

from dataclasses import fields
from string import Formatter

import pytest

from corpus import Place
from ui.texts import language_of
from ui.texts.chat import ENGLISH, GERMAN, chat_texts


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr, de;q=0.5", "de"),
        ("fr, ja", "en"),
        ("de;q=0, en;q=0.1", "en"),
        ("de;q=much, *;level=1,,;;", "en"),
        ("de," * 10_000, "de"),
    ],
)
def test_the_language_is_the_one_the_browser_likes_best(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


def test_both_languages_say_everything_with_the_same_blanks() -> None:
    for field in fields(ENGLISH):
        english, german = getattr(ENGLISH, field.name), getattr(GERMAN, field.name)
        if isinstance(english, str):
            assert english
            assert german
            blanks = [{name for _, name, _, _ in Formatter().parse(text)} for text in (english, german)]
            assert blanks[0] == blanks[1], field.name


def test_a_place_is_named_in_the_language_of_the_page() -> None:
    place = Place(("Cells", "page notes"), page=7, cell=2, seconds=872)

    assert ENGLISH.place(place) == "page 7, cell 2, 14:32, § Cells › page notes"
    assert GERMAN.place(place) == "Seite 7, Zelle 2, 14:32, § Cells › page notes"
    assert GERMAN.place(Place()) == ""


def test_texts_are_english_where_there_are_none_in_the_language() -> None:
    assert chat_texts("fr") is ENGLISH
    assert chat_texts("de-AT") is GERMAN
