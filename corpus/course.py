"""A course: a folder with its material and, if it likes, a course.toml."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.document import Document
from corpus.errors import CourseEmpty, CourseNotFound, CourseSettingsInvalid, FileUnreadable
from corpus.loaders import LOADERS, loader_for
from corpus.loaders.reading import Reading

SETTINGS_FILE = "course.toml"


@dataclass(frozen=True, slots=True)
class CourseSettings:
    """What course.toml may say; `leave_out` holds shell patterns of file names."""

    title: str = ""
    language: str = "en"
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseFile:
    """One file of a course. `name` is its path within the folder; `sha256` is of its bytes."""

    path: Path
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FileRead:
    """What came of reading one file: its documents, or the problem that kept it from being read."""

    file: CourseFile
    documents: tuple[Document, ...] = ()
    problem: str = ""


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

    def read(self, files: Iterable[CourseFile] | None = None) -> Iterator[FileRead]:
        """Read one file after the other (all, or just `files`); one that fails does not stop the rest."""
        reading = Reading(language=self.language)
        seen: dict[str, str] = {}
        for file in self.files if files is None else files:
            try:
                documents = tuple(read_file(file, reading))
                _refuse_repeated_ids(file, documents, seen)
            except FileUnreadable as error:
                yield FileRead(file, problem=error.reason)
            else:
                yield FileRead(file, documents)


def read_course(folder: Path) -> Course:
    """Look at a course folder: its settings and its files, hashed but not yet read.

    Raises `CourseNotFound`, `CourseEmpty` (no file at all) or `CourseSettingsInvalid`.
    """
    folder = folder.expanduser().resolve()
    if not folder.is_dir():
        raise CourseNotFound(f"There is no course folder at {folder}; name a folder that holds the course's files.")
    settings = _read_settings(folder / SETTINGS_FILE)
    files = tuple(course_files(folder, settings.leave_out))
    if not files:
        raise CourseEmpty(
            f"The course folder {folder} holds no files to read; put the course's material there "
            f"({', '.join(sorted(LOADERS))})."
        )
    return Course(
        folder=folder,
        course_id=folder.name,
        title=settings.title or folder.name.replace("-", " ").replace("_", " ").capitalize(),
        language=settings.language,
        files=files,
    )


def course_files(folder: Path, leave_out: tuple[str, ...]) -> Iterator[CourseFile]:
    """The files below `folder`, by name, but for hidden ones, course.toml and what `leave_out` names.

    Of .jsonl files only ``corpus.jsonl`` is course material: question sets lie in such files too.
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        other_jsonl = path.suffix == ".jsonl" and path.name != "corpus.jsonl"
        if hidden or other_jsonl or name == SETTINGS_FILE or not path.is_file():
            continue
        if not path.resolve().is_relative_to(folder):
            continue  # a link that leads out of the course would publish what is not its own
        if not any(fnmatch(name, pattern) for pattern in leave_out):
            yield CourseFile(path, name, _sha256(path))


def read_file(file: CourseFile, reading: Reading) -> Iterator[Document]:
    """The documents in one file. Raises `FileUnreadable`."""
    loader = loader_for(file.path)
    try:
        yield from loader(file.path, file.name, reading)
    except OSError as error:
        raise FileUnreadable(file.path, f"cannot be opened ({error.strerror})") from error


def _refuse_repeated_ids(file: CourseFile, documents: tuple[Document, ...], seen: dict[str, str]) -> None:
    for document in documents:
        if other := seen.get(document.doc_id):
            raise FileUnreadable(file.path, f"uses the doc_id {document.doc_id!r}, which {other} has already")
        seen[document.doc_id] = file.name


def _read_settings(path: Path) -> CourseSettings:
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


def _sha256(path: Path) -> str:
    """The hash of the file's bytes; empty where it may not be opened, which reading it will report."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
