from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest

from corpus import Place
from eval.errors import QuestionsInvalid
from ui import errors
from ui.errors import JournalError, UiError
from ui.journal.faults import fault
from ui.texts import chat, instructor, language_of, lti, sign_in, widget
from ui.texts.chat import ENGLISH, GERMAN, chat_texts
from ui.texts.errors import said


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


@pytest.mark.parametrize("texts", [chat, instructor, lti, sign_in, widget], ids=lambda module: module.__name__)
def test_both_languages_say_everything_with_the_same_blanks(texts: ModuleType) -> None:
    for field in fields(texts.ENGLISH):
        english, german = getattr(texts.ENGLISH, field.name), getattr(texts.GERMAN, field.name)
        if isinstance(english, str):
            assert english
            assert german
            blanks = [{name for _, name, _, _ in Formatter().parse(text)} for text in (english, german)]
            assert blanks[0] == blanks[1], field.name


SHOWN_ON_PAGES = (
    errors.CourseGone,
    errors.CourseNotReady,
    errors.CourseUnchangeable,
    errors.NotSaved,
    errors.UploadRefused,
    errors.UploadTooLarge,
    errors.UploadTooSlow,
    errors.FileGone,
    errors.CorrectionRefused,
    errors.CorrectionGone,
    errors.EvaluationBusy,
    errors.ProgramBroke,
    errors.NotAllowed,
    errors.NotSignedIn,
    errors.LaunchRefused,
    errors.PlatformInvalid,
    errors.FetchFailed,
    errors.KeysUnusable,
    errors.ConversationGone,
    errors.KeyInvalid,
    errors.LineFull,
    errors.ServerStopping,
    errors.TooMany,
)


def raised_sentences() -> Iterator[str]:
    """What is said where the errors above are made, with the blanks; a name stands for its module's constant."""
    names = {error.__name__ for error in SHOWN_ON_PAGES}
    root = Path(errors.__file__).parent
    for path in set(root.rglob("*.py")) - set((root / "api").rglob("*.py")):  # programs are told in English
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            node.targets[0].id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args:
                said_here = node.args[0]
                if isinstance(said_here, ast.Name):
                    said_here = constants.get(said_here.id, said_here)
                if isinstance(said_here, ast.Constant):
                    yield str(said_here.value)


def test_what_goes_wrong_on_a_page_is_said_in_german_with_the_same_blanks() -> None:
    sentences = set(filter(None, raised_sentences()))
    assert len(sentences) > 20
    for sentence in sentences:
        blanks = {name: f"<{name}>" for _, name, _, _ in Formatter().parse(sentence) if name}
        error = UiError(sentence, **blanks)
        in_german = said(error, "de")
        assert said(error, "en") == sentence.format(**blanks)
        assert in_german != str(error), sentence
        assert "{" not in in_german


def test_errors_of_other_packages_are_said_in_german_with_their_particulars() -> None:
    error = QuestionsInvalid("questions.csv, line 3: no question.")

    assert said(error, "de").endswith("Im Einzelnen: questions.csv, line 3: no question.")
    assert said(JournalError("Nobody has translated {this}."), "de") == "Nobody has translated {this}."
    assert said(fault("full"), "de").startswith("Die Festplatte der Datenbank ist voll")


def test_braces_in_what_is_filled_in_stay_as_they_are() -> None:
    assert said(errors.FileGone("{name} is not here any more.", name="{name}{0}"), "de") == (
        "{name}{0} gibt es hier nicht mehr."
    )


def test_a_place_is_named_in_the_language_of_the_page() -> None:
    place = Place(("Cells", "page notes"), page=7, cell=2, seconds=872)

    assert ENGLISH.place(place) == "page 7, cell 2, 14:32, § Cells › page notes"
    assert GERMAN.place(place) == "Seite 7, Zelle 2, 14:32, § Cells › page notes"
    assert GERMAN.place(Place()) == ""


def test_texts_are_english_where_there_are_none_in_the_language() -> None:
    assert chat_texts("fr") is ENGLISH
    assert chat_texts("de-AT") is GERMAN
