"""Moodle course backups (.mbz): what teachers wrote and uploaded, by section and activity.

Only files that hold course text are unpacked. Nothing of what learners did (posts, submissions,
grades, logs), nor who they are, is ever opened.
"""

from __future__ import annotations

import gzip
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO
from xml.etree.ElementTree import Element
from zipfile import BadZipFile, is_zipfile

from corpus.document import Document
from corpus.errors import FileUnreadable
from corpus.loaders.lms_page import html_document
from corpus.loaders.members import Contents, under
from corpus.loaders.reading import Reading
from corpus.loaders.xml_tree import text_of, xml_root
from corpus.loaders.zip_archive import MOST_BYTES, MOST_MEMBERS, members, opened

_INTRODUCED = frozenset(
    "assign book choice data feedback folder forum glossary h5pactivity label lesson lti page quiz resource scorm "
    "survey url wiki workshop".split()
)
"""Activities that begin with what the teacher says of them."""

_LEFT_OUT = frozenset({"quiz", "glossary", "wiki", "data", "h5pactivity", "scorm", "workshop", "feedback", "survey"})
"""Activities that hold more than is read here: questions, what learners wrote, programs."""

_WANTED = re.compile(
    rf"(moodle_backup|files|course/course|sections/section_\d+/section"
    rf"|activities/(?P<kind>{'|'.join(sorted(_INTRODUCED))})_\d+/((?P=kind)|module|inforef))\.xml"
    r"|files/[0-9a-f]{2}/[0-9a-f]{40}"
)
_COURSE_FILES = {"resource": "mod_resource", "folder": "mod_folder"}
"""Activities whose files are course material, and what Moodle calls the owner of these files."""

_EMPTY = "$@NULL@$"
_BLOCK = 2**20


@dataclass(frozen=True, slots=True)
class _Backup:
    """The unpacked part of a backup; `stored` is which file has which id."""

    folder: Path
    stored: dict[str, Element]


@dataclass(frozen=True, slots=True)
class _Section:
    """A section of the course; `name` is the file that it is in, `sequence` the ids of its activities in order."""

    section_id: str
    name: str
    number: int
    title: str
    summary: str
    sequence: tuple[str, ...]

    def position(self, activity: Element) -> int:
        """Where an activity stands in the section; last where the section does not say."""
        module = text_of(activity, "moduleid")
        return self.sequence.index(module) if module in self.sequence else len(self.sequence)


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """A Document for each section, activity and file, in the order of the course.

    Raises `FileUnreadable` for what is no backup, or is not safe to unpack. Activities that are
    hidden from learners are left out, and named.
    """
    contents = Contents(path, doc_id, reading)
    with TemporaryDirectory(prefix="coursecite-") as folder:
        _unpack(path, Path(folder))
        yield from contents.warned(_documents(contents, Path(folder)))


def _unpack(path: Path, folder: Path) -> None:
    room = min(MOST_BYTES, max(64 * 2**20, 100 * path.stat().st_size))
    with _damage_told(path):
        for name, stream in _zipped(path) if is_zipfile(path) else _tarred(path):
            if _WANTED.fullmatch(name):
                room -= _copied(stream, folder / name, room)
            if room < 0:
                raise FileUnreadable(path, "unpacks to more than an honest backup of its size does")


def _copied(stream: IO[bytes], target: Path, room: int) -> int:
    """How many bytes were copied; just more than `room` where the file does not fit."""
    target.parent.mkdir(parents=True, exist_ok=True)
    copied = 0
    with target.open("wb") as copy:
        while copied <= room and (block := stream.read(_BLOCK)):
            copied += copy.write(block)
    return copied


def _zipped(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with opened(path) as archive:
        for name, info in members(archive):
            with archive.open(info) as stream:
                yield str(name), stream


def _tarred(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The files of a tar archive as they come; names lead nowhere, because only known ones are used."""
    with tarfile.open(path, mode="r|gz") as archive:
        for count, member in enumerate(archive):
            if count > MOST_MEMBERS * 10:
                raise FileUnreadable(path, "holds too many files; make a backup without user data")
            if member.isreg() and (stream := archive.extractfile(member)) is not None:
                yield member.name.removeprefix("./"), stream


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, UnicodeDecodeError) as error:
        raise FileUnreadable(path, "is no Moodle backup, or is damaged; download it again") from error


def _documents(contents: Contents, folder: Path) -> Iterator[Document]:
    description = _xml(contents, folder / "moodle_backup.xml")
    if description is None:
        raise FileUnreadable(contents.path, "has no moodle_backup.xml, so it is no Moodle backup; make it again")
    files = _xml(contents, folder / "files.xml")
    stored = {found.get("id", ""): found for found in files.findall("file")} if files is not None else {}
    backup = _Backup(folder, stored)
    activities = description.findall("information/contents/activities/activity")
    described = description.findall("information/contents/sections/section")
    for section in sorted((_section(contents, folder, found) for found in described), key=lambda found: found.number):
        if section.summary:
            yield from html_document(contents, section.name, section.summary, section.title, (section.title,))
        of_it = [activity for activity in activities if text_of(activity, "sectionid") == section.section_id]
        for activity in sorted(of_it, key=section.position):
            yield from _activity(contents, backup, section.title, activity)


def _xml(contents: Contents, file: Path) -> Element | None:
    if not file.is_file():
        return None
    return xml_root(contents.path, file.name, file.read_bytes())


def _section(contents: Contents, folder: Path, described: Element) -> _Section:
    directory = text_of(described, "directory")
    section = _xml(contents, folder / directory / "section.xml") if _is_known(directory) else None
    name, number = text_of(section, "name"), text_of(section, "number")
    return _Section(
        section_id=text_of(described, "sectionid"),
        name=f"{directory}/section.xml",
        number=int(number) if number.isdecimal() else 0,
        title=name if name and name != _EMPTY else text_of(described, "title") or number,
        summary=_html(section, "summary") if section is not None and text_of(section, "visible") != "0" else "",
        sequence=tuple(text_of(section, "sequence").split(",")),
    )


def _is_known(directory: str) -> bool:
    return re.fullmatch(r"(sections|activities)/[a-z0-9]+_\d+", directory) is not None


def _html(element: Element, path: str) -> str:
    found = element.findtext(path) or ""
    return "" if found.strip() == _EMPTY else found


def _activity(contents: Contents, backup: _Backup, section: str, described: Element) -> Iterator[Document]:
    kind, directory, title = (text_of(described, name) for name in ("modulename", "directory", "title"))
    if kind not in _INTRODUCED or not _is_known(directory):
        contents.left_out.append(f"{kind} “{title}”")
        return
    module = _xml(contents, backup.folder / directory / "module.xml")
    if text_of(module, "visible") == "0":
        contents.problems.append(f"“{title}” is hidden from learners and was left out.")
        return
    root = _xml(contents, backup.folder / directory / f"{kind}.xml")
    activity = root.find(kind) if root is not None else None
    if activity is None:
        contents.problems.append(f"“{title}” is listed in the backup but is not in it.")
        return
    if kind in _LEFT_OUT:
        contents.left_out.append(f"the inside of {kind} “{title}”")
    title = text_of(activity, "name") or title
    headings = (section, title) if kind != "label" else (section,)
    for part, name, source, inner in _texts(kind, activity):
        yield from html_document(contents, f"{directory}/{part}", source, name or title, (*headings, *inner))
    if kind in _COURSE_FILES:
        yield from _files(contents, backup, directory, _COURSE_FILES[kind], headings)


def _texts(kind: str, activity: Element) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """The texts of an activity: what to call each within it, its title, its HTML, the headings above it."""
    yield "intro", "", _html(activity, "intro"), ()
    if kind == "page":
        yield "content", "", _html(activity, "content"), ()
    elif kind == "book":
        above = ""
        for chapter in activity.findall("chapters/chapter"):
            title = text_of(chapter, "title")
            above = above if text_of(chapter, "subchapter") == "1" else title
            if text_of(chapter, "hidden") != "1":
                headings = tuple(dict.fromkeys((above, title)))
                yield f"chapter-{chapter.get('id', title)}", title, _html(chapter, "content"), headings
    elif kind == "lesson":
        for page in activity.findall("pages/page"):
            title = text_of(page, "title")
            yield f"page-{page.get('id', title)}", title, _html(page, "contents"), (title,)


def _files(
    contents: Contents, backup: _Backup, directory: str, component: str, headings: tuple[str, ...]
) -> Iterator[Document]:
    """The files that an activity offers, each read by its own loader."""
    references = _xml(contents, backup.folder / directory / "inforef.xml")
    for reference in references.findall("fileref/file/id") if references is not None else []:
        file = backup.stored.get(text_of(reference))
        if file is None or text_of(file, "component") != component or text_of(file, "filearea") != "content":
            continue
        name, digest = text_of(file, "filename"), text_of(file, "contenthash")
        if name in {"", "."} or not re.fullmatch(r"[0-9a-f]{40}", digest):
            continue
        stored = backup.folder / "files" / digest[:2] / digest
        if not stored.is_file():
            contents.problems.append(f"{name} is listed in the backup but is not in it.")
            continue
        with stored.open("rb") as stream:
            for document in contents.read(PurePosixPath(directory) / PurePosixPath(name).name, stream):
                yield under(headings, document)
