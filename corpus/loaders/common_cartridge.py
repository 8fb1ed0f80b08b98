"""IMS Common Cartridge (.imscc), as learning platforms export courses: pages, topics and files, by module and item.

Quizzes and question banks are left out: questions with their answers are not what a course says.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from mimetypes import guess_type
from pathlib import Path, PurePosixPath
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from corpus.document import Document
from corpus.errors import FileUnreadable
from corpus.loaders.lms_page import html_document
from corpus.loaders.members import Contents, under
from corpus.loaders.reading import Reading
from corpus.loaders.xml_tree import text_of, xml_root
from corpus.loaders.zip_archive import members, opened

_MANIFEST = "imsmanifest.xml"
_PAGES = (".html", ".htm", ".xhtml")
_PLATFORMS_OWN = ("course_settings/", "non_cc_assessments/")
"""Folders of what Canvas needs to restore a course; of these only pages (the syllabus) are written for learners."""


@dataclass(frozen=True, slots=True)
class _Resource:
    """What lies in the cartridge: `kind` as the standard calls it, `name` the member to be read."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class _Item:
    """A resource where learners meet it; `headings` are its module and its own title, or nothing."""

    resource: _Resource
    headings: tuple[str, ...] = ()


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """A Document for each page, topic and file, under ``doc_id/its/path``, in the order of the modules.

    What no module refers to comes last. Raises `FileUnreadable` for an archive without a manifest.
    """
    contents = Contents(path, doc_id, reading)
    with opened(path) as archive:
        yield from contents.warned(_documents(archive, contents))


def _documents(archive: ZipFile, contents: Contents) -> Iterator[Document]:
    if _MANIFEST not in archive.namelist():
        raise FileUnreadable(contents.path, "has no imsmanifest.xml, so it is no Common Cartridge; export it again")
    manifest = xml_root(contents.path, _MANIFEST, archive.read(_MANIFEST))
    items = _items(manifest)
    quizzes = [item for item in items if "imsqti" in item.resource.kind]
    if quizzes:
        named = ", ".join(item.headings[-1] if item.headings else item.resource.name for item in quizzes)
        contents.problems.append(f"Quizzes are left out, because questions are not course text: {named}.")
    there = {str(name): info for name, info in members(archive)}
    for item in items:
        name = item.resource.name
        if item in quizzes or not name or _is_platforms_own(item.resource):
            continue
        if name not in there:
            contents.problems.append(f"{name} is listed in the cartridge but is not in it.")
        elif "imsdt" in item.resource.kind:
            yield from _topic(item, archive.read(there[name]), contents)
        elif not any(kind in item.resource.kind for kind in ("imswl", "imsbasiclti")):
            yield from _file(item, archive.read(there[name]), contents)


def _is_platforms_own(resource: _Resource) -> bool:
    """What restores the course rather than being read; pictures are shown by the pages that have them."""
    if resource.kind.startswith("associatedcontent") or resource.name.startswith(_PLATFORMS_OWN):
        return not resource.name.endswith(_PAGES)
    kind = guess_type(resource.name)[0] or ""
    return kind.startswith("image/") or kind in {"text/css", "text/javascript"}


def _items(manifest: Element) -> list[_Item]:
    """Each resource once: where the first item refers to it, or without a place where none does."""
    resources = {found.get("identifier", ""): _resource(found) for found in manifest.findall(".//{*}resource")}
    placed: dict[_Resource, _Item] = {}
    for organization in manifest.findall(".//{*}organization"):
        for headings, reference in _leaves(organization, ()):
            if resource := resources.get(reference):
                placed.setdefault(resource, _Item(resource, headings))
    for resource in resources.values():
        placed.setdefault(resource, _Item(resource))
    return list(placed.values())


def _leaves(item: Element, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The headings and the resource of each item below `item`, in order."""
    for child in item.findall("{*}item"):
        title = text_of(child, "{*}title")
        headings = (*above, title) if title else above
        if reference := child.get("identifierref"):
            yield headings, reference
        yield from _leaves(child, headings)


def _resource(element: Element) -> _Resource:
    file = element.find("{*}file")
    href = element.get("href") or (file.get("href", "") if file is not None else "")
    return _Resource(element.get("type", ""), posixpath.normpath(unquote(href)) if href else "")


def _topic(item: _Item, data: bytes, contents: Contents) -> Iterator[Document]:
    """A discussion topic: what the teacher asks; what learners answer is not in a cartridge."""
    topic = xml_root(contents.path, item.resource.name, data)
    title = text_of(topic, "{*}title")
    text = topic.find("{*}text")
    body = "".join(text.itertext()) if text is not None else ""
    yield from html_document(contents, item.resource.name, body, title, item.headings or (title,))


def _file(item: _Item, data: bytes, contents: Contents) -> Iterator[Document]:
    name = item.resource.name
    if name.endswith(_PAGES):
        title = item.headings[-1] if item.headings else ""
        yield from html_document(contents, name, data, title, item.headings)
        return
    for document in contents.read(PurePosixPath(name), BytesIO(data)):
        yield under(item.headings, document)
