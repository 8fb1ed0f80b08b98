"""A course: a folder with its material and, if it likes, a course.toml."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from corpus.errors import CourseEmpty, CourseNotFound, CourseSettingsInvalid
from corpus.files import CourseFile, FileRead
from corpus.loaders import JSONL_FILES, LOADERS
from corpus.loaders.reading import Reading
from corpus.reader import Limits, Reader

SETTINGS_FILE = "course.toml"


@dataclass(frozen=True, slots=True)
class CourseSettings:
    """What course.toml may say.

    `leave_out` holds shell patterns of file names; `ocr` is whether text in pictures of pages is recognised.
    """

    title: str = ""
    language: str = "en"
    leave_out: tuple[str, ...] = ()
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """A course folder, looked at but not yet read.

    `files` are in the order of their names, so two machines index the same course alike.
    """

    folder: Path
    course_id: str
    title: str
    language: str
    files: tuple[CourseFile, ...]
    ocr: bool = False

    @property
    def reading(self) -> Reading:
        """How its files are to be read."""
        return Reading(ocr=self.ocr, language=self.language)

    def read(
        self,
        files: Iterable[CourseFile] | None = None,
        *,
        taken: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> Generator[FileRead, None, None]:
        """Read one file after the other (all, or just `files`), in a worker process with `limits`.

        One that cannot be read, hangs or crashes does not stop the rest. While a file is being used,
        the next ones are read. `taken` are the ids of documents read before, and the file of each.
        """
        seen = dict(taken or {})
        with Reader(self.reading, limits) as reader:
            for read in reader.read_all(self.files if files is None else files):
                yield _without_repeated_ids(read, seen)


def read_course(folder: Path) -> Course:
    """Look at a course folder: its settings and its files, hashed but not yet read.

    Raises `CourseNotFound`, `CourseEmpty` (no file at all) or `CourseSettingsInvalid`.
    """
    folder = folder.expanduser().resolve()
    if not folder.is_dir():
        raise CourseNotFound(f"There is no course folder at {folder}; name a folder that holds the course's files.")
    settings = _read_settings(folder / SETTINGS_FILE)
    files = tuple(_looked_at(name, path) for name, path in course_files(folder, settings.leave_out))
    if not files:
        raise CourseEmpty(
            f"The course folder {folder} holds no files to read; put the course's material there "
            f"({', '.join(sorted(LOADERS))})."
        )
    return Course(
        folder=folder,
        course_id=folder.name,
        title=_titled(folder, settings),
        language=settings.language,
        files=files,
        ocr=settings.ocr,
    )


def course_title(folder: Path) -> str:
    """The title that its settings give the course in `folder`, else its name. Raises `CourseSettingsInvalid`."""
    return _titled(folder, _read_settings(folder / SETTINGS_FILE))


def course_language(folder: Path) -> str:
    """The language that its settings give the course in `folder`. Raises `CourseSettingsInvalid`."""
    return _read_settings(folder / SETTINGS_FILE).language


def course_files(folder: Path, leave_out: tuple[str, ...] = ()) -> Iterator[tuple[str, Path]]:
    """The files below `folder` by name, as (name, path), but for hidden ones, course.toml and what `leave_out` names.

    Of .jsonl files only ``corpus.jsonl`` and ``corrections.jsonl`` are course material: question sets
    lie in such files too.
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        other_jsonl = path.suffix == ".jsonl" and path.name not in JSONL_FILES
        if hidden or other_jsonl or name == SETTINGS_FILE or not path.is_file():
            continue
        if not path.resolve().is_relative_to(folder):
            continue  # a link that leads out of the course would publish what is not its own
        if not any(fnmatch(name, pattern) for pattern in leave_out):
            yield _written(name), path


def _titled(folder: Path, settings: CourseSettings) -> str:
    return settings.title or folder.name.replace("-", " ").replace("_", " ").capitalize()


def _without_repeated_ids(read: FileRead, seen: dict[str, str]) -> FileRead:
    """`read`, refused where one of its ids is another document's; an id names one document of a course."""
    ids: set[str] = set()
    for document in read.documents:
        if document.doc_id in ids or document.doc_id in seen:
            other = seen.get(document.doc_id, "it")
            return FileRead(read.file, problem=f"uses the doc_id {document.doc_id!r}, which {other} has already")
        ids.add(document.doc_id)
    seen.update(dict.fromkeys(ids, read.file.name))
    return read


def _read_settings(path: Path) -> CourseSettings:
    from pydantic import TypeAdapter, ValidationError

    if not path.exists():
        return CourseSettings()
    try:
        row = tomllib.loads(path.read_text(encoding="utf-8"))
        return TypeAdapter(CourseSettings).validate_python(row, extra="forbid")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseSettingsInvalid(f"{path} is not valid TOML: {error}.") from error
    except ValidationError as error:
        problem = error.errors()[0]
        setting = ".".join(str(part) for part in problem["loc"])
        raise CourseSettingsInvalid(f"{path}: {setting}: {problem['msg']}.") from error


def _written(name: str) -> str:
    """A name that can be written down: what in it is not in the system's encoding shows as a replacement."""
    return os.fsencode(name).decode(errors="replace")


def _looked_at(name: str, path: Path) -> CourseFile:
    try:
        return CourseFile(path, name, _sha256(path), path.stat().st_size)
    except OSError:  # deleted since it was listed, which reading it will report
        return CourseFile(path, name, "")


def _sha256(path: Path) -> str:
    """The hash of the file's bytes; empty where it may not be opened, which reading it will report."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
