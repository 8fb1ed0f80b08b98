"""OpenDocument texts made here, and what is read from them."""

import pytest

from corpus.errors import FileUnreadable
from tests.corpus.loaders.loading import passages, read, read_one, zipped

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in [
        ("draw", "drawing"),
        ("office", "office"),
        ("style", "style"),
        ("svg", "svg-compatible"),
        ("table", "table"),
        ("text", "text"),
    ]
)
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def odt(body, styles="", **others):
    content = (
        f"<office:document-content {NAMESPACES} {XLINK}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, **others})


def _text(body, styles="", **others):
    return read_one("notes.odt", odt(body, styles, **others)).text


def test_headings_are_places():
    body = (
        '<text:h text:outline-level="1">Cells</text:h><text:p>They divide.</text:p>'
        '<text:h text:outline-level="2">Mitosis</text:h><text:section><text:p>It has phases.</text:p></text:section>'
    )

    assert passages(read_one("notes.odt", odt(body))) == [
        ("§ Cells", "They divide."),
        ("§ Cells › Mitosis", "It has phases."),
    ]


def test_lists_have_numbers_or_bullets_as_their_style_says():
    style = '<text:list-style style:name="L"><text:list-level-style-number text:level="1"/></text:list-style>'
    body = (
        '<text:list text:style-name="L"><text:list-item><text:p>divide</text:p><text:list><text:list-item>'
        "<text:p>early</text:p></text:list-item></text:list></text:list-item>"
        "<text:list-item><text:p>grow</text:p></text:list-item></text:list>"
    )

    assert _text(body, style) == "1. divide\n  - early\n2. grow"


def test_a_table_with_header_rows_tells_each_cell_with_its_header():
    def row(*cells):
        return "<table:table-row>" + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>"
                                             for cell in cells) + "</table:table-row>"  # fmt: skip

    body = (
        f"<table:table><table:table-header-rows>{row('Drug', 'Dose')}</table:table-header-rows>"
        f"{row('Metformin', '500 mg')}</table:table>"
    )

    assert _text(body) == "Drug: Metformin | Dose: 500 mg"


def test_notes_spaces_and_pictures_are_kept_and_comments_are_not():
    body = (
        "<text:p>Cells<text:s text:c='2'/>divide<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>Often.</text:p></text:note-body></text:note>.<office:annotation><text:p>Check!</text:p>"
        "</office:annotation><draw:frame><svg:desc>A cell</svg:desc></draw:frame></text:p>"
    )

    assert _text(body) == "Cells  divide¹.[Picture: A cell]\n\n¹ Often."


def test_a_formula_is_latex():
    body = '<text:p>Half: <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></text:p>'
    formula = (
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mfrac><mn>1</mn><mn>2</mn></mfrac>'
        '<annotation encoding="StarMath 5.0">1 over 2</annotation></semantics></math>'
    )

    assert _text(body, **{"Object 1/content.xml": formula}) == r"Half: $\frac{1}{2}$"


def test_deleted_text_and_the_table_of_contents_are_left_out():
    body = (
        "<text:tracked-changes><text:changed-region><text:p>melt</text:p></text:changed-region></text:tracked-changes>"
        "<text:table-of-content><text:index-body><text:p>Cells 3</text:p></text:index-body></text:table-of-content>"
        "<text:p>Cells divide.</text:p>"
    )

    assert _text(body) == "Cells divide."


def test_a_repeated_cell_costs_nothing():
    body = (
        '<table:table><table:table-row><table:table-cell table:number-columns-repeated="999999999"/>'
        "</table:table-row></table:table><text:p>After.</text:p>"
    )

    assert _text(body) == "After."


def test_an_encrypted_text_is_refused_with_what_to_do():
    with pytest.raises(FileUnreadable, match="without one"):
        read("notes.odt", zipped({"content.xml": b"\x8f\x02 encrypted"}))


def test_what_is_no_odt_is_refused():
    with pytest.raises(FileUnreadable, match="not an ODT file"):
        read("notes.odt", zipped({"word/document.xml": "<w/>"}))
