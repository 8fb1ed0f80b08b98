import pytest

from corpus import Document, Place, Section
from eval.errors import RunDamaged
from eval.passages import around, passage, read_passages, write_passages
from eval.questions import Span

TEXT = "First paragraph.\n\nThe second one, which is longer.\n\n" + "word " * 400
DOCUMENTS = {"d": Document("d", "A title", TEXT, (Section(0, len(TEXT), Place(("Part", "One"))),))}


def test_a_passage_is_the_words_at_its_offsets():
    found = passage(Span("d", 18, 28), DOCUMENTS)

    assert (found.text, found.title, found.place) == ("The second", "A title", "§ Part › One")
    assert found.span == Span("d", 18, 28)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ((6, 9), "First paragraph."),
        ((22, 28), "The second one, which is longer."),
        ((10, 30), "First paragraph.\n\nThe second one, which is longer."),
    ],
)
def test_a_span_is_widened_to_whole_paragraphs(span, words):
    assert passage(around(Span("d", *span), DOCUMENTS), DOCUMENTS).text == words


def test_a_paragraph_without_end_is_cut():
    span = Span("d", 1000, 1010)

    assert around(span, DOCUMENTS) == Span("d", 400, 1610)


def test_passages_read_back_and_damage_is_named(tmp_path):
    path = tmp_path / "passages.jsonl"
    kept = passage(Span("d", 0, 70), DOCUMENTS)
    write_passages(path, [kept])

    assert read_passages(path) == {kept.span: kept}
    assert read_passages(tmp_path / "none.jsonl") == {}
    path.write_text('{"doc_id": 3}\n')
    with pytest.raises(RunDamaged, match=r"passages\.jsonl"):
        read_passages(path)
