"""Awkward files as instructors really have them, each with what it must yield."""

import json
import unicodedata

import pytest

from corpus import CourseFile, read_file
from corpus.errors import FileUnreadable
from corpus.loaders.reading import Reading
from rag.chunking import Chunking, split
from tests.conftest import SHARED_DATA

FOLDER = SHARED_DATA / "documents"
MANIFEST = FOLDER / "manifest.jsonl"
ENTRIES = [json.loads(line) for line in MANIFEST.read_text("utf-8").splitlines()] if MANIFEST.is_file() else []
PARAMETERS = [pytest.param(entry, id=entry["file"]) for entry in ENTRIES] or [
    pytest.param({}, marks=pytest.mark.skip(reason=f"there are no documents at {FOLDER}"))
]


def _folded(text):
    """Without white space: a reader sees H₂O, whether or not the letters were written apart."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _read(entry):
    """The documents in a file, and the reason why it could not be read."""
    path = FOLDER / entry["file"]
    try:
        return list(read_file(CourseFile(path, entry["file"], ""), Reading())), ""
    except FileUnreadable as error:
        return [], error.reason


@pytest.mark.parametrize("entry", PARAMETERS)
def test_a_real_file_yields_what_it_must(entry):
    documents, reason = _read(entry)
    text = _folded("\n".join(document.text for document in documents))
    warnings = [warning for document in documents for warning in document.warnings]

    if entry["expect"] in {"text", "short_text"}:
        assert text, reason
        assert [phrase for phrase in entry.get("phrases", []) if _folded(phrase) not in text] == []
    elif entry["expect"] == "no_text_warning":
        assert not text
        assert any("picture" in warning for warning in warnings)
    elif entry["expect"] == "clear_error_or_warning":
        assert reason or warnings
    else:
        assert entry["expect"] in {"support_or_clear_skip", "clear_error_or_support"}
        assert text or "save it as" in reason


@pytest.mark.parametrize("entry", PARAMETERS)
def test_every_passage_of_a_real_file_is_a_slice_at_a_place_that_exists(entry):
    for document in _read(entry)[0]:
        for chunk in split(document, Chunking()):
            assert document.text[chunk.start : chunk.end] == chunk.text
            assert document.place_at(chunk.start) == chunk.place
            assert 1 <= (chunk.place.page or chunk.place.slide or 1) <= max(document.pages, 1)
