"""The text of one shape of a slide: text, table, chart, diagram, picture, or a group of these."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree
from lxml.etree import _Element as Element

from corpus.loaders import omml
from corpus.loaders.pictures import picture_text
from corpus.loaders.tables import table_text
from corpus.loaders.xml_numbers import whole_number

if TYPE_CHECKING:
    from pptx.opc.package import Part

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_M = f"{{{omml.NAMESPACE}}}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_SPACE_PER_LEVEL = "  "
_DEEPEST = 8


def shape_text(shape: Element, part: Part) -> str:
    """What a shape of a slide's tree shows, and its alternative text; a group's shapes one after the other.

    `part` is the slide's, through which charts and diagrams are found.
    """
    return "\n".join(text for text in _pieces(shape, part) if text)


def paragraphs_text(body: Element) -> str:
    """The paragraphs of a text body, one a line, indented by their level; formulas as LaTeX."""
    return "\n".join(line for line in map(_paragraph, body.iterfind(_A + "p")) if line)


def _pieces(shape: Element, part: Part) -> Iterator[str]:
    if shape.tag in {_P + "grpSp", _COMPATIBILITY + "AlternateContent", _COMPATIBILITY + "Choice"}:
        for member in shape:
            yield from _pieces(member, part)
    elif shape.tag in {_P + "sp", _P + "cxnSp", _P + "pic", _P + "graphicFrame"}:
        for body in shape.iterfind(_P + "txBody"):
            yield paragraphs_text(body)
        for data in shape.iterfind(f"{_A}graphic/{_A}graphicData"):
            yield from _graphic(data, part)
    if shape.tag.startswith(_P):
        named = shape.find(f"*/{_P}cNvPr")
        yield picture_text("" if named is None else named.get("descr", ""))


def _graphic(data: Element, part: Part) -> Iterator[str]:
    for table in data.iterfind(_A + "tbl"):
        yield _table(table)
    for reference in data.iterfind(_CHART + "chart"):
        yield _chart(_root(part.related_part(reference.get(_RELATION + "id"))))
    for reference in data.iterfind(_DIAGRAM + "relIds"):
        yield _diagram(_root(part.related_part(reference.get(_RELATION + "dm"))))


def _paragraph(paragraph: Element) -> str:
    text = "".join(_runs(paragraph)).strip()
    properties = paragraph.find(_A + "pPr")
    level = 0 if properties is None else whole_number(properties.get("lvl"), 0, _DEEPEST)
    return _SPACE_PER_LEVEL * level + text if text else ""


def _runs(node: Element) -> Iterator[str]:
    for child in node:
        if child.tag == _A + "t":
            yield child.text or ""
        elif child.tag == _A + "br":
            yield "\n"
        elif child.tag == _M + "oMathPara":
            yield f"$${omml.latex(child)}$$"
        elif child.tag == _M + "oMath":
            yield f"${omml.latex(child)}$"
        elif child.tag != _COMPATIBILITY + "Fallback":
            yield from _runs(child)


def _table(table: Element) -> str:
    rows = [
        [
            " ".join(paragraphs_text(body).split())
            for cell in row.iterfind(_A + "tc")
            for body in cell.iterfind(_A + "txBody")
        ]
        for row in table.iterfind(_A + "tr")
    ]
    _fill_merged_down(table, rows)
    properties = table.find(_A + "tblPr")
    has_headers = properties is not None and properties.get("firstRow") in {"1", "true"} and len(rows) > 1
    return table_text(rows[1:], rows[0]) if has_headers else table_text(rows)


def _fill_merged_down(table: Element, rows: list[list[str]]) -> None:
    """Tell a cell that reaches down over several rows in each of them, so that each row can stand alone."""
    for number, row in enumerate(table.iterfind(_A + "tr")):
        for column, cell in enumerate(row.iterfind(_A + "tc")):
            merged = cell.get("vMerge") in {"1", "true"} and number > 0
            if merged and column < min(len(rows[number]), len(rows[number - 1])):
                rows[number][column] = rows[number - 1][column]


def _chart(chart: Element) -> str:
    """The title of a chart, and its values as a table: a row for each category, a column for each series."""
    title = " ".join(text.text or "" for named in chart.iter(_CHART + "title") for text in named.iter(_A + "t"))
    series = list(chart.iter(_CHART + "ser"))
    names = [" ".join(_points(one.find(_CHART + "tx")).values()) for one in series]
    values = [_points(one.find(_CHART + "val"), one.find(_CHART + "yVal")) for one in series]
    categories = [_points(one.find(_CHART + "cat"), one.find(_CHART + "xVal")) for one in series]
    labels: dict[int, str] = {}
    for known in categories:
        labels = known | labels
    rows = [
        [labels.get(point, ""), *(column.get(point, "") for column in values)]
        for point in sorted({point for column in values for point in column})
    ]
    return "\n".join(filter(None, [" ".join(title.split()), table_text(rows, ["", *names])]))


def _points(*holders: Element | None) -> dict[int, str]:
    """The values that a chart keeps of the cells it was made from, by their number."""
    return {
        int(point.get("idx", "0")): point.findtext(_CHART + "v", "")
        for holder in holders
        if holder is not None
        for point in holder.iter(_CHART + "pt")
    }


def _diagram(diagram: Element) -> str:
    """The texts of a SmartArt diagram, one a line."""
    return "\n".join(filter(None, map(paragraphs_text, diagram.iter(_DIAGRAM + "t"))))


def _root(part: Part) -> Element:
    return etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
