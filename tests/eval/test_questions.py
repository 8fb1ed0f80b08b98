import json

import pytest

from eval.errors import QuestionsInvalid, QuestionsMismatched, QuestionsUnreadable
from eval.questions import (
    Question,
    Span,
    check_gold,
    question_from_json,
    question_to_json,
    questions_sha256,
    read_questions,
)
from rag import Message
from tests.eval.conftest import write_jsonl


@pytest.fixture
def read(tmp_path):
    def from_text(text, name="set.jsonl"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_questions(path)

    return from_text


def test_every_key_is_read_and_unknown_ones_are_kept(read):
    item = {
        "id": "a",
        "question": "How many of them?",
        "answers": ["three"],
        "answerable": True,
        "gold_doc_ids": ["lstm"],
        "gold_spans": [{"doc_id": "lstm", "start": 3, "end": 9, "method": "by hand"}],
        "history": [{"role": "user", "content": "Gates?"}, {"role": "assistant", "content": "Yes."}],
        "qtype": "factoid",
        "chapter": "Networks",
        "choices": ["two", "three"],
    }

    [question] = read(json.dumps(item))

    assert question == Question(
        id="a",
        text="How many of them?",
        answers=("three",),
        answerable=True,
        gold_doc_ids=("lstm",),
        gold_spans=(Span("lstm", 3, 9),),
        history=(Message("user", "Gates?"), Message("assistant", "Yes.")),
        qtype="factoid",
        extra={"chapter": "Networks", "choices": ["two", "three"]},
    )
    assert question.choices == ("two", "three")
    assert question_from_json(question_to_json(question)) == question


def test_what_may_be_missing_may_be_missing(read):
    bare, answered = read('{"question": "Why?"}\n\n{"id": 7, "question": "Who?", "answers": ["Ada"]}\n')

    assert (bare.id, bare.answerable, bare.line) == ("line-1", None, 1)
    assert (answered.id, answered.answerable, answered.line) == ("7", True, 3)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "b", "question": "Who?"', "line 2, is not JSON"),
        ("[1, 2]", "line 2: a question is a JSON object"),
        ('{"id": "b"}', 'line 2: "question" must be a text'),
        ('{"id": "b", "question": "  "}', 'line 2: "question" must be a text'),
        ('{"id": [], "question": "Who?"}', 'line 2: "id" must be'),
        ('{"id": "b", "question": "Who?", "answers": "Ada"}', 'line 2: "answers" must be a list'),
        ('{"id": "b", "question": "Who?", "answers": [1]}', 'line 2: "answers" must be a list of texts'),
        ('{"id": "b", "question": "Who?", "answerable": "no"}', "line 2: answerable must be true or false"),
        ('{"id": "b", "question": "Who?", "qtype": 3}', 'line 2: "qtype" must be a text'),
        ('{"id": "b", "question": "Who?", "gold_spans": [[1, 2]]}', "line 2: a gold span needs doc_id"),
        ('{"id": "b", "question": "Who?", "gold_spans": [{"doc_id": "d", "start": 1.5, "end": 2}]}', "whole numbers"),
        ('{"id": "b", "question": "Who?", "history": [{"role": "system", "content": "x"}]}', "a turn of the history"),
        ('{"id": "a", "question": "Who?"}', "line 2: the id 'a' is used already on line 1"),
    ],
)
def test_a_bad_line_is_named(read, line, said):
    with pytest.raises(QuestionsInvalid, match="set") as caught:
        read('{"id": "a", "question": "What?"}\n' + line + "\n")

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_set_is_refused(read, text):
    with pytest.raises(QuestionsInvalid, match="holds no questions"):
        read(text)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    (tmp_path / "photo.jsonl").write_bytes(b"\xff\xd8\xff\xe0")

    with pytest.raises(QuestionsUnreadable, match="No such file"):
        read_questions(tmp_path / "none.jsonl")
    with pytest.raises(QuestionsUnreadable, match="not UTF-8"):
        read_questions(tmp_path / "photo.jsonl")
    with pytest.raises(QuestionsUnreadable, match="directory"):
        read_questions(tmp_path)


def test_a_line_separator_within_a_text_ends_no_line(read):
    assert [one.text for one in read(json.dumps({"question": "One\u2028two\u0085?"}, ensure_ascii=False))] == [
        "One\u2028two\u0085?"
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_read_by_its_header(read, separator):
    rows = [
        ["ID", "Question", "answers", "answerable", "gold_spans", "gold_doc_ids", "week"],
        ["a", '"Who, then?"', "Ada|Lovelace", "TRUE", "d:1-9|e:0-3", "", "3"],
        ["b", "Why?", "", "no", "", "", ""],
        ["c", "How?", "", "", "", "", ""],
    ]

    first, second, third = read("\ufeff" + "\r\n".join(separator.join(row) for row in rows), "set.csv")

    assert (first.text, first.answers, first.answerable) == ("Who, then?", ("Ada", "Lovelace"), True)
    assert first.gold_spans == (Span("d", 1, 9), Span("e", 0, 3))
    assert first.gold_doc_ids == ("d", "e")
    assert first.extra == {"week": "3"}
    assert (second.answerable, third.answerable) == (False, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,text\n1,Who?\n", "line 1: the header of a CSV needs a column named question"),
        ("question\nWho?,Ada\n", "line 2: more cells"),
        ("question,answerable\nWho?,perhaps\n", "line 2: answerable must be true or false"),
        ("question,gold_spans\nWho?,d 1 2\n", "line 2: a gold span is written doc_id:start-end"),
        ('question\n"Who?\n', "is not CSV"),
        ("question\n", "holds no questions"),
        ("id,question\na,Who?\na,Why?\n", "line 3: the id 'a' is used already on line 2"),
    ],
)
def test_a_bad_csv_is_refused_by_its_line(read, text, said):
    with pytest.raises(QuestionsInvalid) as caught:
        read(text, "set.csv")

    assert said in str(caught.value)


def test_gold_of_this_course_passes(question_file, documents):
    check_gold(read_questions(question_file), documents)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"gold_doc_ids": ["m1"]}, "'x' (line 1) names the document 'm1'"),
        ({"gold_doc_ids": ["cells"], "gold_spans": [{"doc_id": "m1", "start": 0, "end": 2}]}, "document 'm1'"),
        ({"gold_spans": [{"doc_id": "cells", "start": 90, "end": 500}]}, "outside the document 'cells'"),
        ({"gold_spans": [{"doc_id": "cells", "start": -5, "end": 5}]}, "outside the document 'cells'"),
        ({"gold_spans": [{"doc_id": "cells", "start": 5, "end": 5}]}, "outside the document 'cells'"),
    ],
)
def test_gold_of_another_course_is_refused(tmp_path, documents, keys, said):
    questions = read_questions(write_jsonl(tmp_path / "set.jsonl", [{"id": "x", "question": "Who?", **keys}]))

    with pytest.raises(QuestionsMismatched) as caught:
        check_gold(questions, documents)

    assert said in str(caught.value)


def test_the_hash_sees_every_change(items):
    questions = [question_from_json(item) for item in items]
    changed = [question_from_json({**items[0], "answers": ["four"]}), *questions[1:]]

    assert questions_sha256(questions) == questions_sha256([question_from_json(item) for item in items])
    assert questions_sha256(questions) != questions_sha256(changed)
    assert questions_sha256(questions) != questions_sha256(questions[:-1])


def test_the_section_is_the_gold_one_or_the_one_the_set_names():
    assert Question("a", "Who?", gold_doc_ids=("m1", "m2"), extra={"chapter": "One"}).section == "m1"
    assert Question("a", "Who?", extra={"chapter": "One"}).section == "One"
    assert Question("a~typo", "Who?", source_id="a").section == "a"
    assert Question("a", "Who?").section == "a"
