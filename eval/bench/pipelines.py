"""Two ways from a course folder to a searchable index: ours, and what the usual tutorial puts together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from corpus import read_course
from rag.building import build
from rag.chunking import Chunking
from rag.embedding import Embedder

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Indexed:
    """What indexing a course came to, and how many seconds reading alone and everything took."""

    pages: int
    characters: int
    passages: int
    read_s: float
    total_s: float


Pipeline = Callable[[Path, Embedder], Indexed]


def coursecite(folder: Path, embedder: Embedder) -> Indexed:
    """Ours: parsers in a worker process, reading ahead while embedding."""
    began = perf_counter()
    for _ in read_course(folder).read():
        pass
    read = perf_counter()
    totals = build(read_course(folder), embedder, Chunking()).report.totals
    return Indexed(totals.pages, totals.characters, totals.passages, read - began, perf_counter() - read)


def tutorial(folder: Path, embedder: Embedder) -> Indexed:
    """What LangChain's introductions do: pypdf or python-pptx, its text splitter, the same embedder, FAISS."""
    import faiss
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    began = perf_counter()
    texts = [text for path in sorted(folder.iterdir()) for text in _texts(path)]
    read = perf_counter()
    splitter = RecursiveCharacterTextSplitter(chunk_size=Chunking().size, chunk_overlap=Chunking().overlap)
    passages = [passage for text in texts for passage in splitter.split_text(text)]
    index = faiss.IndexFlatIP(embedder.embed([]).shape[1])
    for start in range(0, len(passages), _BATCH):
        index.add(embedder.embed(passages[start : start + _BATCH]))
    pages = len(texts) if any(folder.glob("*.p*")) else 0
    return Indexed(pages, sum(map(len, texts)), len(passages), read - began, perf_counter() - began)


def _texts(path: Path) -> Iterator[str]:
    """A text for each page or slide."""
    if path.suffix == ".pdf":
        from pypdf import PdfReader

        yield from (page.extract_text() for page in PdfReader(path).pages)
    elif path.suffix == ".pptx":
        from pptx import Presentation

        for slide in Presentation(str(path)).slides:
            yield "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    else:
        yield path.read_text(encoding="utf-8")


PIPELINES: dict[str, Pipeline] = {"coursecite": coursecite, "tutorial": tutorial}
