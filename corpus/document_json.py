"""Documents as JSON: on their way from the worker that reads files, and in a saved index."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from corpus.document import Document, Pin, Place, Section


def document_row(document: Document) -> dict[str, Any]:
    """What `document_of` makes the same document of again; nothing in it that JSON does not have."""
    row = {
        "doc_id": document.doc_id,
        "title": document.title,
        "text": document.text,
        "sections": [[section.start, section.end, place_row(section.place)] for section in document.sections],
        "pages": document.pages,
        "warnings": list(document.warnings),
        "source": document.source,
    }
    return row | {"pin": asdict(document.pin)} if document.pin else row


def document_of(row: dict[str, Any]) -> Document:
    """The document of a row. Raises `ValueError`, `KeyError` or `TypeError` for a row that is none."""
    return Document(
        doc_id=row["doc_id"],
        title=row["title"],
        text=row["text"],
        sections=tuple(Section(start, end, place_of(values)) for start, end, values in row["sections"]),
        pages=row["pages"],
        warnings=tuple(row["warnings"]),
        source=row["source"],
        pin=Pin(**row["pin"]) if "pin" in row else None,
    )


def place_row(place: Place) -> dict[str, Any]:
    """What of a place is not as it is by default."""
    return {name: value for name, value in asdict(place).items() if value not in ((), None, False)}


def place_of(row: dict[str, Any]) -> Place:
    """The place that `place_row` was made from."""
    return Place(**{**row, "headings": tuple(row.get("headings", ()))})
