"""One function per file format: ``load(path, doc_id, reading) -> Iterator[Document]``.

`LOADERS` is the registry: a suffix, in lower case and with its dot, names the one loader for it.
A loader raises `FileUnreadable` for a file that is not what its suffix says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from corpus.document import Document
from corpus.errors import FileUnreadable
from corpus.loaders import corpus_jsonl, markdown, plain_text
from corpus.loaders.legacy import SAVE_AS
from corpus.loaders.reading import Reading

Loader = Callable[[Path, str, Reading], Iterator[Document]]

LOADERS: dict[str, Loader] = {
    ".jsonl": corpus_jsonl.load,
    ".markdown": markdown.load,
    ".md": markdown.load,
    ".text": plain_text.load,
    ".txt": plain_text.load,
}


def loader_for(path: Path) -> Loader:
    """The loader for the suffix of `path`. Raises `FileUnreadable`, saying what to save the file as."""
    suffix = path.suffix.lower()
    if suffix in SAVE_AS:
        raise FileUnreadable(
            path, f"is in a format not read here; open it in its program and save it as {SAVE_AS[suffix]}"
        )
    if suffix not in LOADERS:
        raise FileUnreadable(path, f"is of a kind not read here; save it as one of {', '.join(sorted(LOADERS))}")
    return LOADERS[suffix]
