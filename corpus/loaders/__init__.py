"""One function per file format: ``load(path, doc_id, reading) -> Iterator[Document]``.

`LOADERS` is the registry: a suffix, in lower case and with its dot, names the one loader for it.
A loader raises `FileUnreadable` for a file that is not what its suffix says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from corpus.document import Document
from corpus.errors import FileUnreadable
from corpus.loaders import (
    archive,
    captions,
    common_cartridge,
    corpus_jsonl,
    delimited,
    docx,
    epub,
    latex,
    mail,
    markdown,
    moodle_backup,
    notebook,
    odt,
    pdf,
    plain_text,
    pptx,
    restructured_text,
    rtf,
    web_page,
    xlsx,
)
from corpus.loaders.legacy import SAVE_AS
from corpus.loaders.reading import Reading

Loader = Callable[[Path, str, Reading], Iterator[Document]]

LOADERS: dict[str, Loader] = {
    ".csv": delimited.load,
    ".docx": docx.load,
    ".eml": mail.load,
    ".epub": epub.load,
    ".htm": web_page.load,
    ".html": web_page.load,
    ".imscc": common_cartridge.load,
    ".ipynb": notebook.load,
    ".jsonl": corpus_jsonl.load,
    ".markdown": markdown.load,
    ".mbz": moodle_backup.load,
    ".md": markdown.load,
    ".odt": odt.load,
    ".pdf": pdf.load,
    ".pptx": pptx.load,
    ".rst": restructured_text.load,
    ".rtf": rtf.load,
    ".srt": captions.load,
    ".tex": latex.load,
    ".text": plain_text.load,
    ".tsv": delimited.load,
    ".txt": plain_text.load,
    ".vtt": captions.load,
    ".xhtml": web_page.load,
    ".xlsm": xlsx.load,
    ".xlsx": xlsx.load,
    ".zip": archive.load,
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
