"""The text of one Word paragraph: everything that a reader sees in it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element as Element

from corpus.loaders import omml
from corpus.loaders.pictures import picture_text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = f"{{{omml.NAMESPACE}}}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"

_UNSEEN = frozenset(
    [_FALLBACK, _M + "oMathParaPr"]
    + [W + name for name in "del delText instrText moveFrom pPr rPr rt sdtPr sectPr txbxContent".split()]
)
"""Deleted text, field codes, properties; the same again for old programs; and text boxes, which are read apart."""

_SIGNS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_NOTES = {W + "footnoteReference": "footnote", W + "endnoteReference": "endnote"}
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Note:
    """A foot- or endnote that a paragraph refers to; `mark` is its number, as a superscript."""

    kind: str
    note_id: str
    mark: str


class ParagraphReader:
    """Reads one paragraph after the other; notes are numbered through the whole document."""

    def __init__(self) -> None:
        self._notes_seen = 0

    def read(self, paragraph: Element) -> tuple[str, list[Note]]:
        """The text of a ``w:p``, and the notes that it refers to."""
        notes: list[Note] = []
        text = "".join(self._pieces(paragraph, notes))
        return text.strip(), notes

    def _pieces(self, node: Element, notes: list[Note]) -> Iterator[str]:
        for child in node:
            tag = child.tag
            if tag in _UNSEEN or not isinstance(tag, str) or _hidden(child):
                continue
            if tag == W + "t":
                yield child.text or ""
            elif tag in _SIGNS:
                yield _SIGNS[tag]
            elif tag == _M + "oMathPara":
                yield f"$${omml.latex(child)}$$"
            elif tag == _M + "oMath":
                yield f"${omml.latex(child)}$"
            elif tag == _DRAWING + "docPr":
                yield picture_text(child.get("descr", ""))
            elif tag in _NOTES:
                yield self._note(child, _NOTES[tag], notes)
            else:
                yield from self._pieces(child, notes)

    def _note(self, reference: Element, kind: str, notes: list[Note]) -> str:
        self._notes_seen += 1
        mark = str(self._notes_seen).translate(_SUPERSCRIPT)
        notes.append(Note(kind, str(reference.get(W + "id", "")), mark))
        return mark


def _hidden(run: Element) -> bool:
    if run.tag != W + "r":
        return False
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(W + "val", "true") not in {"0", "false"}


def text_boxes(paragraph: Element) -> Iterator[Element]:
    """The text boxes anchored in a ``w:p``, without the copies that are there for old programs."""
    for box in paragraph.iter(W + "txbxContent"):
        anchor = next(box.iterancestors(W + "p"), None)
        if anchor is paragraph and not any(above.tag == _FALLBACK for above in box.iterancestors()):
            yield box
