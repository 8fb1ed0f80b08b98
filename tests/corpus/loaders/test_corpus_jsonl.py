import json

import pytest

from corpus.errors import FileUnreadable
from corpus.loaders import corpus_jsonl
from tests.corpus.loaders.loading import read


def test_text_is_kept_to_the_character_because_gold_spans_count_on_it():
    text = "# Cells\r\n\r\nA\u00ad cell\u200b divides.\n"

    (document,) = read("corpus.jsonl", json.dumps({"doc_id": "a", "title": "A", "text": text}))

    assert document.text == text


def test_half_a_character_is_replaced_by_one():
    (document,) = read("corpus.jsonl", '{"doc_id": "a", "title": "A", "text": "x\\ud83dy"}')

    assert document.text == "x\ufffdy"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 2 is not JSON"),
        ("[1]", "line 2 needs"),
        ('{"doc_id": 1, "title": "A", "text": "x"}', "line 2 needs"),
        ("[" * 100_000, "line 2 is nested too deeply"),
        (b"\xff\xfe", "line 2 is not UTF-8"),
    ],
    ids=["cut off", "no object", "no string", "deep", "encoding"],
)
def test_a_line_that_is_no_document_is_named(line, problem):
    good = b'{"doc_id": "a", "title": "A", "text": "x"}\n'

    with pytest.raises(FileUnreadable, match=problem):
        read("corpus.jsonl", good + (line if isinstance(line, bytes) else line.encode()))


def test_a_line_without_end_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(corpus_jsonl, "LARGEST", 100)

    with pytest.raises(FileUnreadable, match="line 1 is longer"):
        read("corpus.jsonl", b"x" * 200)
