"""One function per file format: ``load(path, doc_id, reading) -> Iterator[Document]``.

`LOADERS` is the registry: a suffix, in lower case and with its dot, and the module of this package
that reads it, imported when the first such file is met. A loader raises `FileUnreadable` for a file
that is not what its suffix says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import cast

from corpus.document import Document
from corpus.errors import FileUnreadable
from corpus.loaders.legacy import SAVE_AS
from corpus.loaders.reading import Reading

Loader = Callable[[Path, str, Reading], Iterator[Document]]

LOADERS: dict[str, str] = {
    ".csv": "delimited",
    ".docx": "docx",
    ".eml": "mail",
    ".epub": "epub",
    ".htm": "web_page",
    ".html": "web_page",
    ".imscc": "common_cartridge",
    ".ipynb": "notebook",
    ".jsonl": "corpus_jsonl",
    ".markdown": "markdown",
    ".mbz": "moodle_backup",
    ".md": "markdown",
    ".odt": "odt",
    ".pdf": "pdf",
    ".pptx": "pptx",
    ".rst": "restructured_text",
    ".rtf": "rtf",
    ".srt": "captions",
    ".tex": "latex",
    ".text": "plain_text",
    ".tsv": "delimited",
    ".txt": "plain_text",
    ".vtt": "captions",
    ".xhtml": "web_page",
    ".xlsm": "xlsx",
    ".xlsx": "xlsx",
    ".zip": "archive",
}


NAMED: dict[str, str] = {"corrections.jsonl": "corrections"}
"""Files that are told by their whole name, before their suffix is looked at."""

JSONL_FILES = frozenset({"corpus.jsonl", *NAMED})
"""The .jsonl files that are course material; question sets lie in such files, too."""


def loader_for(path: Path) -> Loader:
    """The loader for the suffix of `path`. Raises `FileUnreadable`, saying what to save the file as."""
    suffix = path.suffix.lower()
    if path.name in NAMED:
        return _loader(NAMED[path.name])
    if suffix in SAVE_AS:
        raise FileUnreadable(
            path, f"is in a format not read here; open it in its program and save it as {SAVE_AS[suffix]}"
        )
    if suffix not in LOADERS:
        raise FileUnreadable(path, "is of a kind not read here; save it as PDF, DOCX, PPTX, HTML or plain text")
    return _loader(LOADERS[suffix])


def _loader(module: str) -> Loader:
    return cast(Loader, import_module(f"{__name__}.{module}").load)
