"""XML of archives → a tree, in which no entity is expanded and nothing is fetched."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from corpus.errors import FileUnreadable


def xml_root(path: Path, name: str, data: bytes) -> Element:
    """The root of the part `name` of the file at `path`.

    Raises `FileUnreadable` for what is no XML, and for XML that declares entities, which could
    unpack without end or reach for other files.
    """
    try:
        root: Element = fromstring(data)
    except DefusedXmlException as error:
        raise FileUnreadable(
            path, f"declares XML entities in {name}, which is not safe to read; save it again"
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise FileUnreadable(path, f"is damaged: {name} is not XML ({error}); export it again") from error
    return root


def text_of(element: Element | None, path: str = "") -> str:
    """The text below `element`, or below what is at `path` in it, on one line; empty where there is none."""
    found = element.find(path) if element is not None and path else element
    return "" if found is None else " ".join("".join(found.itertext()).split())
