"""corrections.jsonl: answers that an instructor gave, each a Document pinned to the question that it answers.

One JSON object a line: ``id``, ``question``, ``answer`` and, where words of the course prove it,
``proof`` (``doc_id`` and ``quote``). Other keys are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.document import Document, Pin, Place, Section
from corpus.errors import FileUnreadable
from corpus.loaders.reading import Reading
from corpus.loaders.text_decoding import LARGEST, whole

FILE = "corrections.jsonl"

_ID = re.compile(r"[\w-]{1,64}")
_TITLES = {"de": "Antwort der Lehrkraft", "en": "Instructor's answer"}


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """A Document for every line, its id that of the file and the line: ``corrections.jsonl#12``."""
    if path.stat().st_size > LARGEST:
        raise FileUnreadable(path, f"is larger than {LARGEST // 2**20} MB; withdraw some of the corrections")
    title = _TITLES.get(reading.language, _TITLES["en"])
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if line.strip():
            yield _document(_row(path, number, line), doc_id, title)


def correction_id(doc_id: str) -> str:
    """The id of the correction that a document was made from."""
    return doc_id.rpartition("#")[2]


def _row(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FileUnreadable(path, f"line {number} is not UTF-8, as JSON has to be; save it as that") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise FileUnreadable(path, f"line {number} is not JSON") from error
    if not isinstance(row, dict) or not all(_has_text(row, key) for key in ("id", "question", "answer")):
        raise FileUnreadable(path, f'line {number} needs "id", "question" and "answer", each a text')
    if not _ID.fullmatch(row["id"]):
        raise FileUnreadable(path, f'line {number}: an "id" is made of letters, digits and hyphens, 64 at most')
    proof = row.get("proof")
    if proof is not None and not (
        isinstance(proof, dict) and all(_has_text(proof, key) for key in ("doc_id", "quote"))
    ):
        raise FileUnreadable(path, f'line {number}: a "proof" needs "doc_id" and "quote", each a text')
    return row


def _has_text(row: dict[str, Any], key: str) -> bool:
    return isinstance(row.get(key), str) and bool(row[key].strip())


def _document(row: dict[str, Any], doc_id: str, title: str) -> Document:
    question = " ".join(whole(row["question"]).split())
    answer = whole(row["answer"]).strip()
    text = f"{question}\n\n{answer}"
    proof = row.get("proof") or {"doc_id": "", "quote": ""}
    return Document(
        doc_id=f"{doc_id}#{row['id']}",
        title=title,
        text=text,
        sections=(Section(len(question) + 2, len(text), Place((question,))),),
        source=doc_id,
        pin=Pin(question, whole(proof["doc_id"]), whole(proof["quote"])),
    )
