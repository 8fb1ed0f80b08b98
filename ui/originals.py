"""The files that a course was read from, as far as a browser or its programs can open them at a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus import Document

_OPENED = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".epub": "application/epub+zip",
}
_CAPTIONS = (".vtt", ".srt")
_RECORDINGS = {
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
}
SHOWN = frozenset({"application/pdf", *_RECORDINGS.values()})
"""Types that a browser shows itself, in a viewer where nothing of the file runs as part of our page."""


@dataclass(frozen=True, slots=True)
class Original:
    """A file of a course that may be given out, and its media type."""

    path: Path
    media_type: str


@dataclass(frozen=True, slots=True)
class Originals:
    """The originals in one course's folder.

    Text, web pages and the like are left out: the page of the whole document shows them, and shows
    them safely. So are archives: they may hold more than what the course shows of them.
    """

    folder: Path

    def name(self, document: Document) -> str:
        """The path, within the course, of the file to open for this document; empty where there is none.

        For captions it is the recording that lies beside them under the same name.
        """
        name = PurePosixPath(document.source or document.doc_id)
        suffix = name.suffix.lower()
        wanted = [name] if suffix in _OPENED else []
        if suffix in _CAPTIONS:
            wanted = [name.with_suffix(recording) for recording in _RECORDINGS]
        return next((str(candidate) for candidate in wanted if self._path(str(candidate))), "")

    def find(self, name: str, documents: Iterable[Document]) -> Original | None:
        """The file of that name, where it is what one of these documents was read from."""
        media_type = (_OPENED | _RECORDINGS).get(PurePosixPath(name).suffix.lower())
        path = self._path(name) if media_type else None
        if media_type is None or path is None:
            return None
        stem = str(PurePosixPath(name).with_suffix(""))
        near = (document for document in documents if (document.source or document.doc_id).startswith(stem))
        return Original(path, media_type) if any(self.name(document) == name for document in near) else None

    def _path(self, name: str) -> Path | None:
        """Where the file lies; None where there is none, or it lies outside the folder."""
        try:
            path = (self.folder / name).resolve()
            inside = path.is_relative_to(self.folder.resolve())
            return path if inside and path.is_file() else None
        except (OSError, ValueError):
            return None
