"""Question: what is asked and what is known to be right; and the files that question sets come in.

JSON Lines, one object a line: ``id``, ``question``, and where known ``answers``, ``answerable``,
``gold_doc_ids``, ``gold_spans`` (``doc_id``, ``start``, ``end``), ``history`` (``role``,
``content``), ``qtype``, ``unanswerable_kind``. Other keys are kept. Or CSV with a header: the same
names as columns, several answers or document ids in a cell parted by ``|``, a span written
``doc_id:start-end``; a CSV has no ``history``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus import Document
from eval.errors import QuestionsInvalid, QuestionsMismatched, QuestionsUnreadable
from rag import Message

ORIGINAL = "original"
"""The shape of a question as its set has it; the others are in `eval.variants`."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """``document.text[start:end]``: character offsets, end exclusive."""

    doc_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question and its gold.

    `answerable` is None where the set does not say and has no gold either; nothing is then scored
    as right or wrong. `gold_spans` prove the answer, `gold_doc_ids` are the sections they stand in.
    `shape` is how a learner puts it, where the set says so; a variant was made from the question `source_id`.
    `extra` holds the keys that are not known here, `line` the line in the file it was read from.
    """

    id: str
    text: str
    answers: tuple[str, ...] = ()
    answerable: bool | None = None
    gold_doc_ids: tuple[str, ...] = ()
    gold_spans: tuple[Span, ...] = ()
    history: tuple[Message, ...] = ()
    qtype: str = ""
    unanswerable_kind: str = ""
    shape: str = ORIGINAL
    source_id: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    line: int = field(default=0, compare=False)

    @property
    def section(self) -> str:
        """What intervals are clustered by: the section the set names, else the gold document, the chapter or itself."""
        named = self.extra.get("section") or next(iter(self.gold_doc_ids), "") or self.extra.get("chapter")
        return str(named or self.source_id or self.id)

    @property
    def answering_doc_ids(self) -> tuple[str, ...]:
        """The gold sections, and those that the set names as answering too (``alt_doc_ids``)."""
        others = self.extra.get("alt_doc_ids")
        return (*self.gold_doc_ids, *map(str, others if isinstance(others, list) else []))

    @property
    def is_variant(self) -> bool:
        """Whether it was made from another question; a set's own questions may have any shape."""
        return bool(self.source_id)

    @property
    def choices(self) -> tuple[str, ...]:
        """The options of a multiple-choice question, where the set has them."""
        listed = self.extra.get("choices")
        return tuple(str(choice) for choice in listed) if isinstance(listed, list) else ()


def read_questions(path: Path) -> list[Question]:
    """The questions in a .jsonl or .csv file, in its order.

    Raises `QuestionsUnreadable` where the file cannot be read, and `QuestionsInvalid`, with the
    line's number, where a line is malformed, an id is used twice, or there is no question at all.
    """
    return parse_questions(_read_bytes(path), path.name)


def parse_questions(content: bytes, name: str) -> list[Question]:
    """The same from the bytes of a file of that name."""
    text = _decoded(content, name)
    items = _csv_items(text, name) if name.lower().endswith(".csv") else _jsonl_items(text, name)
    questions: list[Question] = []
    lines: dict[str, int] = {}
    for line, item in items:
        try:
            question = question_from_json(item, line)
        except ValueError as error:
            raise QuestionsInvalid(f"{name}, line {line}: {error}.") from error
        if first := lines.get(question.id):
            raise QuestionsInvalid(
                f"{name}, line {line}: the id {question.id!r} is used already on line {first}; "
                f"give each question its own."
            )
        lines[question.id] = line
        questions.append(question)
    if not questions:
        raise QuestionsInvalid(f"{name} holds no questions; put one on each line.")
    return questions


def question_from_json(item: Mapping[str, Any], line: int = 0) -> Question:
    """One question from its JSON object. Raises `ValueError` with a clause that says what is wrong.

    Without an ``id`` the line's number stands for it. Without ``answerable`` a question that has an
    answer or a gold span counts as answerable.
    """
    rest = {key: value for key, value in item.items() if key not in _KNOWN}
    answers = _strings(item, "answers")
    spans = tuple(_span(value) for value in _list(item, "gold_spans"))
    gold_doc_ids = _strings(item, "gold_doc_ids") or tuple(dict.fromkeys(span.doc_id for span in spans))
    answerable = item.get("answerable")
    if answerable is not None and not isinstance(answerable, bool):
        raise ValueError(f"answerable must be true or false, not {answerable!r}")
    if answerable is None and (answers or spans or gold_doc_ids):
        answerable = True
    text = item.get("question")
    if not isinstance(text, str) or not text.strip():
        raise ValueError('"question" must be a text that is not empty')
    return Question(
        id=_identifier(item.get("id"), line),
        text=text,
        answers=answers,
        answerable=answerable,
        gold_doc_ids=gold_doc_ids,
        gold_spans=spans,
        history=tuple(_message(value) for value in _list(item, "history")),
        qtype=_text(item, "qtype"),
        unanswerable_kind=_text(item, "unanswerable_kind"),
        shape=_text(item, "shape") or ORIGINAL,
        source_id=_text(item, "source_id"),
        extra=rest,
        line=line,
    )


def question_to_json(question: Question) -> dict[str, Any]:
    """The JSON object that `question_from_json` reads back to the same question; empty keys are left out."""
    known: dict[str, Any] = {
        "id": question.id,
        "question": question.text,
        "answers": list(question.answers),
        "answerable": question.answerable,
        "gold_doc_ids": list(question.gold_doc_ids),
        "gold_spans": [{"doc_id": span.doc_id, "start": span.start, "end": span.end} for span in question.gold_spans],
        "history": [{"role": turn.role, "content": turn.content} for turn in question.history],
        "qtype": question.qtype,
        "unanswerable_kind": question.unanswerable_kind,
        "shape": "" if question.shape == ORIGINAL else question.shape,
        "source_id": question.source_id,
    }
    return {key: value for key, value in known.items() if value not in (None, "", [])} | dict(question.extra)


def questions_sha256(questions: Iterable[Question]) -> str:
    """One hash of all that is asked and held to be right; part of a run's identity."""
    digest = hashlib.sha256()
    for question in questions:
        digest.update(json.dumps(question_to_json(question), sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()


def check_gold(questions: Iterable[Question], documents: Mapping[str, Document]) -> None:
    """Raise `QuestionsMismatched` at the first gold document or span that the course does not have."""
    for question in questions:
        for doc_id in question.gold_doc_ids:
            if doc_id not in documents:
                raise QuestionsMismatched(
                    f"{_named(question)} names the document {doc_id!r}, which the course does not have; "
                    f"name the course folder that the question set belongs to."
                )
        for span in question.gold_spans:
            if span.doc_id not in documents:
                raise QuestionsMismatched(
                    f"{_named(question)} has a gold span in the document {span.doc_id!r}, which the course does not "
                    f"have; name the course folder that the question set belongs to."
                )
            length = len(documents[span.doc_id].text)
            if not 0 <= span.start < span.end <= length:
                raise QuestionsMismatched(
                    f"{_named(question)} has a gold span {span.start}–{span.end} outside the document "
                    f"{span.doc_id!r} ({length} characters); its offsets are of another text."
                )


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise QuestionsUnreadable(f"The questions in {path} cannot be read ({error.strerror}).") from error


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise QuestionsUnreadable(f"{name} is not UTF-8 text; save it as UTF-8 and try again.") from error


def _jsonl_items(text: str, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, source in enumerate(text.split("\n"), start=1):
        if not source.strip():
            continue
        try:
            item = json.loads(source)
        except json.JSONDecodeError as error:
            raise QuestionsInvalid(f"{name}, line {line}, is not JSON: {error.msg} (column {error.colno}).") from error
        except (RecursionError, ValueError) as error:  # nested without end, or a number of thousands of digits
            raise QuestionsInvalid(f"{name}, line {line}, is not the JSON of a question.") from error
        if not isinstance(item, dict):
            raise QuestionsInvalid(f"{name}, line {line}: a question is a JSON object, in braces.")
        yield line, item


def _csv_items(text: str, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    header = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count), strict=True)
    rows.fieldnames = [column.strip().casefold() for column in rows.fieldnames or ()]
    if "question" not in rows.fieldnames:
        raise QuestionsInvalid(f"{name}, line 1: the header of a CSV needs a column named question.")
    try:
        for row in rows:
            if None in row:
                raise QuestionsInvalid(f"{name}, line {rows.line_num}: more cells than the header has columns.")
            try:
                yield rows.line_num, _csv_item(row)
            except ValueError as error:
                raise QuestionsInvalid(f"{name}, line {rows.line_num}: {error}.") from error
    except csv.Error as error:
        raise QuestionsInvalid(f"{name}, line {rows.line_num}, is not CSV: {error}.") from error


def _csv_item(row: Mapping[str, str | None]) -> dict[str, Any]:
    cells = {column: (cell or "").strip() for column, cell in row.items()}
    item: dict[str, Any] = {column: cell for column, cell in cells.items() if cell}
    for column in ("answers", "gold_doc_ids", "choices"):
        if column in item:
            item[column] = [part.strip() for part in cells[column].split("|") if part.strip()]
    if "gold_spans" in item:
        item["gold_spans"] = [_csv_span(part) for part in cells["gold_spans"].split("|")]
    if "answerable" in item:
        item["answerable"] = _csv_truth(cells["answerable"])
    return item


_CSV_SPAN = re.compile(r"\s*(.+):(\d+)-(\d+)\s*")


def _csv_span(cell: str) -> dict[str, Any]:
    if not (match := _CSV_SPAN.fullmatch(cell)):
        raise ValueError(f"a gold span is written doc_id:start-end, not {cell!r}")
    return {"doc_id": match[1], "start": int(match[2]), "end": int(match[3])}


def _csv_truth(cell: str) -> bool:
    if cell.casefold() in ("true", "yes", "y", "1"):
        return True
    if cell.casefold() in ("false", "no", "n", "0"):
        return False
    raise ValueError(f"answerable must be true or false, not {cell!r}")


_KNOWN = {
    "id",
    "question",
    "answers",
    "answerable",
    "gold_doc_ids",
    "gold_spans",
    "history",
    "qtype",
    "unanswerable_kind",
    "shape",
    "source_id",
}


def _identifier(value: Any, line: int) -> str:
    if value is None:
        return f"line-{line}"
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise ValueError(f'"id" must be a text or a whole number, not {value!r}')
    return str(value)


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f'"{key}" must be a text, not {value!r}')
    return value or ""


def _list(item: Mapping[str, Any], key: str) -> list[Any]:
    value = item.get(key)
    if value is not None and not isinstance(value, list):
        raise ValueError(f'"{key}" must be a list, not {value!r}')
    return value or []


def _strings(item: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = _list(item, key)
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f'"{key}" must be a list of texts')
    return tuple(values)


def _span(value: Any) -> Span:
    if not isinstance(value, dict) or not isinstance(value.get("doc_id"), str):
        raise ValueError(  # noqa: TRY004 - the caller turns it into one sentence, whatever was wrong
            f"a gold span needs doc_id, start and end, not {value!r}"
        )
    start, end = value.get("start"), value.get("end")
    if not (type(start) is int and type(end) is int):
        raise ValueError(f"start and end of a gold span are whole numbers, not {start!r} and {end!r}")
    return Span(value["doc_id"], start, end)


def _message(value: Any) -> Message:
    role, content = (value.get("role"), value.get("content")) if isinstance(value, dict) else (None, None)
    if role not in ("user", "assistant") or not isinstance(content, str):
        raise ValueError('a turn of the history needs a role, "user" or "assistant", and a content')
    return Message(role, content)


def _named(question: Question) -> str:
    return f"Question {question.id!r}" + (f" (line {question.line})" if question.line else "")
