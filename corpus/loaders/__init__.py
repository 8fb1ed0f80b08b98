"""One function per file format: ``load(path, doc_id, reading) -> Iterator[Document]``.

`LOADERS` is the registry: a suffix, in lower case and with its dot, names the one loader for it.
A loader raises `FileUnreadable` for a file that is not what its suffix says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from corpus.document import Document
from corpus.loaders import corpus_jsonl, markdown, plain_text
from corpus.loaders.reading import Reading

Loader = Callable[[Path, str, Reading], Iterator[Document]]

LOADERS: dict[str, Loader] = {
    ".jsonl": corpus_jsonl.load,
    ".markdown": markdown.load,
    ".md": markdown.load,
    ".text": plain_text.load,
    ".txt": plain_text.load,
}
