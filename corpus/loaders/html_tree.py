"""HTML and XHTML → a tree: decoded as they say, parsed as browsers do, nothing fetched, no entity expanded."""

from __future__ import annotations

import html
import re
from pathlib import Path

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, XHTMLParser, document_fromstring

from corpus.errors import FileUnreadable
from corpus.loaders.reading import Reading
from corpus.loaders.text_decoding import Decoded, decode

_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding=["']([\w.:-]+)""", re.I
)
_PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]\w{1,30};")
_WHERE_IT_IS_DECLARED = 4096


def decoded(path: Path, data: bytes, reading: Reading) -> Decoded:
    """The source of a page. Raises `FileUnreadable`, naming `path`, when the bytes are no text."""
    found = _DECLARED.search(data[:_WHERE_IT_IS_DECLARED])
    declared = (found[1] or found[2]).decode("ascii", errors="replace") if found else ""
    return decode(path, data, reading, declared)


def parsed(path: Path, source: str) -> HtmlElement:
    """The tree of an HTML page. Raises `FileUnreadable` where there is nothing to see in it, or too much."""
    parser = HTMLParser(no_network=True, huge_tree=True)
    try:
        tree = document_fromstring(_PROLOGUE.sub("", source, count=1), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise FileUnreadable(path, "is empty, or is not a web page; save it again") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise FileUnreadable(path, "is nested too deeply for a web page; save it again")
    return tree


def parsed_xhtml(path: Path, source: str) -> HtmlElement:
    """The tree of an XHTML page: as XML where it is well-formed, else as HTML."""
    body = _DOCTYPE.sub("", _PROLOGUE.sub("", source, count=1), count=1)
    body = _ENTITY.sub(lambda entity: html.unescape(entity[0]), body)
    parser = XHTMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return parsed(path, source)
    for element in list(tree.iter("{http://www.w3.org/1999/xhtml}*")):
        element.tag = etree.QName(element).localname
    return tree
