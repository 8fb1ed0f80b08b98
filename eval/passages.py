"""Passage: the words of the course behind a row's offsets, so that a run can be read without its course."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus import Document
from eval.errors import RunDamaged
from eval.files import write_whole
from eval.questions import Span
from eval.rows import Row

_AROUND = 600


@dataclass(frozen=True, slots=True)
class Passage:
    """``document.text[start:end] == text``, with the document's title and the place, as a citation shows it."""

    doc_id: str
    title: str
    place: str
    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.doc_id, self.start, self.end)


def passage(span: Span, documents: Mapping[str, Document]) -> Passage:
    """The words at `span`."""
    document = documents[span.doc_id]
    place = str(document.place_at(span.start))
    return Passage(span.doc_id, document.title, place, span.start, span.end, document.text[span.start : span.end])


def around(span: Span, documents: Mapping[str, Document]) -> Span:
    """`span` widened to whole paragraphs, by at most 600 characters on either side."""
    text = documents[span.doc_id].text
    before = text.rfind("\n\n", 0, span.start)
    after = text.find("\n\n", span.end)
    start = max(before + 2 if before >= 0 else 0, span.start - _AROUND)
    end = min(after if after >= 0 else len(text), span.end + _AROUND)
    return Span(span.doc_id, min(start, span.start), end)


def passages_of(rows: Sequence[Row], documents: Mapping[str, Document]) -> list[Passage]:
    """Every passage that the rows retrieved, and the paragraph around every gold span, each once, in order."""
    retrieved = {hit.span for row in rows for hit in row.retrieved}
    gold = {around(span, documents) for row in rows for span in row.question.gold_spans}
    return [passage(span, documents) for span in sorted(retrieved | gold)]


def write_passages(path: Path, passages: Iterable[Passage]) -> None:
    """One JSON object a line. Raises `RunNotSaved`."""
    write_whole(path, b"".join(json.dumps(asdict(one), ensure_ascii=False).encode() + b"\n" for one in passages))


def read_passages(path: Path) -> dict[Span, Passage]:
    """What `write_passages` wrote, by span; empty where there is no file. Raises `RunDamaged`."""
    if not path.exists():
        return {}
    try:
        read = [Passage(**json.loads(line)) for line in path.read_bytes().splitlines()]
    except (ValueError, TypeError) as error:
        raise RunDamaged(f"{path} is not what was written; delete it and run the same command again.") from error
    return {one.span: one for one in read}
