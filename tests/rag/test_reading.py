"""Reading with a reader that can be worked out by eye: the answer is where its word is."""

import numpy as np
import pytest

from corpus import Place
from rag.candidates import Candidate
from rag.reader import Readout, Text
from rag.reading import heading_of, read_nearest, windows
from rag.types import Chunk


class WordReader:
    """Finds one word: each of its letters is a token with log-odds 5, every other one has −5."""

    name = "word"

    def __init__(self, word: str) -> None:
        self.word = word
        self.texts: list[Text] = []

    def read(self, question, texts):
        self.texts += texts
        return [self._readout(text.text) for text in texts]

    def _readout(self, text: str) -> Readout:
        at = text.find(self.word)
        scores = [5.0 if 0 <= at <= i < at + len(self.word) else -5.0 for i in range(len(text))]
        return Readout([(i, i + 1) for i in range(len(text))], np.array(scores, dtype=np.float32))


def chunk(text: str) -> Chunk:
    return Chunk("cells", "Biology", Place(("Cells", "Energy")), 0, len(text), text)


def candidates(passage: Chunk, nears: list[float]) -> list[Candidate]:
    sentences = [part.strip() for part in passage.text.split(".") if part.strip()]
    starts = [passage.text.index(sentence) for sentence in sentences]
    return [
        Candidate(passage, 0, start, start + len(sentence) + 1, near)
        for start, sentence, near in zip(starts, sentences, nears, strict=True)
    ]


def test_a_sentence_has_the_log_odds_of_its_own_words():
    found = candidates(chunk("Cells live. Plants store starch. Animals store fat."), [0.5, 0.4, 0.3])

    read = read_nearest("What do plants store?", found, WordReader("starch"), "en")

    assert max(read, key=lambda candidate: candidate.log_odds).text == "Plants store starch."
    assert [candidate.log_odds > 0 for candidate in read] == [False, True, False]
    assert [candidate.near for candidate in read] == [0.5, 0.4, 0.3]


def test_only_the_windows_of_the_nearest_are_read():
    near, far = chunk("Plants store starch."), chunk("Animals store fat.")
    found = [*candidates(near, [0.9]) * 8, *candidates(far, [0.1])]
    reader = WordReader("fat")

    read = read_nearest("What is stored?", found, reader, "en")

    assert [text.text for text in reader.texts] == ["Plants store starch."]
    assert read[-1].log_odds == -np.inf


def test_what_is_read_stands_under_its_headings():
    assert heading_of(chunk("Plants store starch.")) == "Cells › Energy"


@pytest.mark.parametrize("sentences", [1, 5, 40])
def test_windows_are_whole_sentences_and_leave_nothing_out(sentences):
    sentence = "Plants store their energy as starch in many small grains."
    passage = chunk(" ".join([sentence] * sentences))

    parts = windows(passage, "en")

    assert " ".join(passage.text[start:end] for start, end in parts) == passage.text
    assert all(passage.text[start:end].endswith("grains.") for start, end in parts)
    assert max(end - start for start, end in parts) <= 800 + len(sentence)


def test_a_passage_without_sentences_has_no_windows():
    assert windows(chunk("   "), "en") == []
