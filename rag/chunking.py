"""Document → Chunks: passages of about 180 words that are true slices of their document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from langchain_text_splitters import RecursiveCharacterTextSplitter

from corpus import Document
from rag.types import Chunk


@dataclass(frozen=True, slots=True)
class Chunking:
    """How documents are cut; part of an index's identity, so that a change makes it stale.

    `size` is the most characters in a passage and `overlap` the most that two neighbours share.
    Paragraphs, then lines, then sentences are kept whole where they fit.
    """

    size: int = 1400
    overlap: int = 200


_SEPARATORS = ["\n\n", "\n", r"(?<=[.!?])\s+", " ", ""]


def split(document: Document, chunking: Chunking) -> Iterator[Chunk]:
    """Cut a document into passages. No passage runs across two sections, so each has one place."""
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=chunking.size,
        chunk_overlap=chunking.overlap,
        separators=_SEPARATORS,
        is_separator_regex=True,
        keep_separator=True,
        add_start_index=True,
    )
    for section in document.sections:
        body = document.text[section.start : section.end]
        for piece in splitter.create_documents([body]):
            start = section.start + piece.metadata["start_index"]
            text = piece.page_content
            yield Chunk(document.doc_id, document.title, section.place, start, start + len(text), text)
