"""Word documents made here, and what is read from them."""

from io import BytesIO

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from corpus.errors import FileUnreadable
from tests.corpus.loaders.loading import passages, read, read_one

FOOTNOTES = f"""<w:footnotes {nsdecls("w")}>
<w:footnote w:id="-1" w:type="separator"><w:p/></w:footnote>
<w:footnote w:id="7"><w:p><w:r><w:t>Seen first by Hooke in 1665.</w:t></w:r></w:p></w:footnote>
</w:footnotes>"""
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def _saved(document):
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _loaded(document):
    return read_one("cells.docx", _saved(document))


def _append(paragraph, xml):
    paragraph._p.append(parse_xml(xml))


def test_headings_are_places():
    document = docx.Document()
    document.add_heading("Cells", 1)
    document.add_paragraph("A cell is the smallest unit of life.")
    document.add_heading("Mitosis", 2)
    document.add_paragraph("Mitosis divides one nucleus.")
    document.add_heading("Energy", 1)
    document.add_paragraph("Mitochondria release energy.")

    assert passages(_loaded(document)) == [
        ("§ Cells", "A cell is the smallest unit of life."),
        ("§ Cells › Mitosis", "Mitosis divides one nucleus."),
        ("§ Energy", "Mitochondria release energy."),
    ]


def test_the_title_is_the_one_that_its_author_gave():
    document = docx.Document()
    document.add_paragraph("Text.")
    document.core_properties.title = "Cell biology"

    assert _loaded(document).title == "Cell biology"


def test_a_title_that_word_filled_in_is_none():
    document = docx.Document()
    document.add_paragraph("Text.")
    document.core_properties.title = "Microsoft Word - draft.docx"

    assert _loaded(document).title == "cells"


def test_lists_keep_their_marks_numbers_and_levels():
    document = docx.Document()
    for text, style in [
        ("prophase", "List Bullet"),
        ("early", "List Bullet 2"),
        ("metaphase", "List Bullet"),
    ]:
        document.add_paragraph(text, style)
    document.add_paragraph("The steps:")
    for text in ("divide", "grow"):
        document.add_paragraph(text, "List Number")

    assert _loaded(document).text == "- prophase\n- early\n- metaphase\n\nThe steps:\n\n1. divide\n2. grow"


def test_numbered_headings_carry_their_numbers():
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for level, style, pattern in [(0, "upperRoman", "%1."), (1, "decimal", "%1.%2")]
    )
    numbering.append(parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for text, level in [("Cells", 0), ("Mitosis", 1), ("Meiosis", 1), ("Energy", 0), ("Starch", 1)]:
        heading = document.add_heading(text, level + 1)
        heading._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>')
        )
    document.add_paragraph("Plants store energy as starch.")

    loaded = _loaded(document)

    assert loaded.text.split("\n\n")[:5] == ["I. Cells", "I.1 Mitosis", "I.2 Meiosis", "II. Energy", "II.1 Starch"]
    assert str(loaded.sections[0].place) == "§ II. Energy › II.1 Starch"


def _table(document, rows, style=None):
    table = document.add_table(len(rows), len(rows[0]), style)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return table


def test_a_table_whose_style_sets_headers_apart_tells_them_with_each_cell():
    document = docx.Document()
    _table(document, [["Drug", "Dose"], ["Metformin", "500 mg"], ["Insulin", ""]], "Light Grid Accent 1")

    assert _loaded(document).text == "Drug: Metformin | Dose: 500 mg\nDrug: Insulin"


def test_a_table_without_known_headers_is_told_row_by_row():
    document = docx.Document()
    _table(document, [["Drug", "Dose"], ["Metformin", "500 mg"]])

    assert _loaded(document).text == "Drug | Dose\nMetformin | 500 mg"


def test_a_row_that_repeats_on_every_page_holds_headers():
    document = docx.Document()
    table = _table(document, [["Drug", "Dose"], ["Metformin", "500 mg"]])
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))

    assert _loaded(document).text == "Drug: Metformin | Dose: 500 mg"


def test_merged_cells_are_told_once_across_and_in_each_row_down():
    document = docx.Document()
    table = _table(document, [["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"]])
    table.cell(0, 1).merge(table.cell(0, 2)).text = "across"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "down"

    assert _loaded(document).text == "a | across\ndown | e | f\ndown | h | i"


def test_page_headers_and_footers_and_comments_are_left_out():
    document = docx.Document()
    paragraph = document.add_paragraph("The membrane controls what enters.")
    document.sections[0].header.paragraphs[0].text = "Course of Biology"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    document.add_comment(paragraph.runs, text="Check this!", author="Reviewer")

    assert _loaded(document).text == "The membrane controls what enters."


def test_a_footnote_follows_its_paragraph():
    document = docx.Document()
    paragraph = document.add_paragraph("Cells are small.")
    _append(paragraph, f'<w:r {nsdecls("w")}><w:footnoteReference w:id="7"/></w:r>')
    document.add_paragraph("They divide.")
    content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), content_type, FOOTNOTES.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    assert _loaded(document).text == "Cells are small.¹\n\n¹ Seen first by Hooke in 1665.\n\nThey divide."


def test_formulas_are_latex():
    document = docx.Document()
    paragraph = document.add_paragraph("Energy is ")
    _append(
        paragraph,
        f'<m:oMath xmlns:m="{MATH}"><m:r><m:t>E=m</m:t></m:r><m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e>'
        "<m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>",
    )

    assert _loaded(document).text == "Energy is $E=mc^2$"


def test_inserted_text_is_read_and_deleted_hidden_and_field_codes_are_not():
    document = docx.Document()
    paragraph = document.add_paragraph("Cells ")
    _append(paragraph, f'<w:ins {nsdecls("w")} w:id="1" w:author="a"><w:r><w:t>divide</w:t></w:r></w:ins>')
    _append(paragraph, f'<w:del {nsdecls("w")} w:id="2" w:author="a"><w:r><w:delText>melt</w:delText></w:r></w:del>')
    _append(paragraph, f"<w:r {nsdecls('w')}><w:rPr><w:vanish/></w:rPr><w:t> secretly</w:t></w:r>")
    _append(paragraph, f"<w:r {nsdecls('w')}><w:instrText> PAGE </w:instrText></w:r>")

    assert _loaded(document).text == "Cells divide"


def test_a_content_control_holds_text_like_any_other():
    document = docx.Document()
    document.add_paragraph("Before.")
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Within.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(1, parse_xml(control))

    assert _loaded(document).text == "Before.\n\nWithin."


def test_a_picture_is_told_by_its_alternative_text():
    document = docx.Document()
    drawing = (
        f'<w:r {nsdecls("w", "wp")}><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" '
        'descr="A cell with its nucleus"/></wp:inline></w:drawing></w:r>'
    )
    _append(document.add_paragraph(), drawing)
    document.add_paragraph("Figure 1. A cell.", "Caption")

    assert _loaded(document).text == "[Picture: A cell with its nucleus]\n\nFigure 1. A cell."


def test_a_text_box_is_read_once():
    document = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>Remember: DNA.</w:t></w:r></w:p></w:txbxContent>"
    compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    _append(
        document.add_paragraph("Beside a box."),
        f'<w:r {nsdecls("w")} xmlns:mc="{compatibility}"><mc:AlternateContent>'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>",
    )

    assert _loaded(document).text == "Beside a box.\n\nRemember: DNA."


def test_a_table_of_contents_is_kept_but_is_no_passage():
    document = docx.Document()
    style = document.styles.add_style("toc 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Cells\t3", style)
    document.add_paragraph("Cells divide.")

    loaded = _loaded(document)

    assert loaded.text == "Cells\t3\n\nCells divide."
    assert passages(loaded) == [("", "Cells divide.")]


def test_a_docx_has_no_pages():
    document = docx.Document()
    document.add_paragraph("One.").add_run().add_break(docx.enum.text.WD_BREAK.PAGE)
    document.add_paragraph("Two.")

    loaded = _loaded(document)

    assert loaded.pages == 0
    assert {section.place.page for section in loaded.sections} == {None}


def test_a_span_of_a_billion_columns_costs_nothing():
    document = docx.Document()
    table = _table(document, [["a", "b"]])
    table.cell(0, 0)._tc.get_or_add_tcPr().append(parse_xml(f'<w:gridSpan {nsdecls("w")} w:val="1000000000"/>'))

    assert _loaded(document).text == "a | b"


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_what_is_no_docx_is_refused_with_what_to_do(content):
    with pytest.raises(FileUnreadable, match="save it as DOCX again"):
        read("cells.docx", content)


def test_a_workbook_that_is_called_docx_is_refused():
    from openpyxl import Workbook

    buffer = BytesIO()
    Workbook().save(buffer)

    with pytest.raises(FileUnreadable, match="not a DOCX file"):
        read("cells.docx", buffer.getvalue())
