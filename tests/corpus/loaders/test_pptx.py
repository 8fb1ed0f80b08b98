"""Slides made here, and what is read from them."""

from io import BytesIO

import pptx
import pytest
from lxml import etree
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from corpus.errors import FileUnreadable
from tests.corpus.loaders.loading import passages, read, read_one

TITLE_AND_TEXT, TITLE_ONLY, BLANK = 1, 5, 6


def _loaded(presentation):
    buffer = BytesIO()
    presentation.save(buffer)
    return read_one("week1.pptx", buffer.getvalue())


def _slide(presentation, title, text="", layout=TITLE_AND_TEXT):
    slide = presentation.slides.add_slide(presentation.slide_layouts[layout])
    slide.shapes.title.text = title
    if text:
        slide.placeholders[1].text = text
    return slide


def _box(shapes):
    return Inches(1), Inches(1), Inches(4), Inches(2)


def _picture(size=(4, 4)):
    buffer = BytesIO()
    Image.new("RGB", size).save(buffer, "PNG")
    buffer.seek(0)
    return buffer


def test_each_slide_is_a_place_under_its_title():
    presentation = pptx.Presentation()
    _slide(presentation, "Cells", "A cell has a membrane.")
    _slide(presentation, "Mitosis", "It has four phases.")

    loaded = _loaded(presentation)

    assert passages(loaded) == [
        ("slide 1, § Cells", "A cell has a membrane."),
        ("slide 2, § Mitosis", "It has four phases."),
    ]
    assert loaded.text.startswith("Cells\n\nA cell")
    assert loaded.pages == 2


def test_speaker_notes_have_a_place_of_their_own():
    presentation = pptx.Presentation()
    slide = _slide(presentation, "Cells", "A cell has a membrane.")
    slide.notes_slide.notes_text_frame.text = "Mention Hooke."

    assert passages(_loaded(presentation))[1] == ("slide 1, notes, § Cells", "Mention Hooke.")


def test_lines_are_indented_by_their_level():
    presentation = pptx.Presentation()
    frame = _slide(presentation, "Mitosis", "Phases").placeholders[1].text_frame
    for text, level in [("prophase", 1), ("early", 2)]:
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level

    assert passages(_loaded(presentation))[0][1] == "Phases\n  prophase\n    early"


def test_a_slide_with_nothing_but_a_title_says_its_title():
    presentation = pptx.Presentation()
    _slide(presentation, "Part two", layout=TITLE_ONLY)

    assert passages(_loaded(presentation)) == [("slide 1, § Part two", "Part two")]


def test_a_long_text_in_the_title_is_no_heading():
    presentation = pptx.Presentation()
    _slide(presentation, "word " * 60, "More.")

    assert [section.place.headings for section in _loaded(presentation).sections] == [()]


def test_a_table_tells_each_cell_with_its_header():
    presentation = pptx.Presentation()
    slide = _slide(presentation, "Doses", layout=TITLE_ONLY)
    table = slide.shapes.add_table(2, 2, *_box(slide)).table
    for row, texts in enumerate([["Drug", "Dose"], ["Metformin", "500 mg"]]):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text

    assert passages(_loaded(presentation))[0][1] == "Drug: Metformin | Dose: 500 mg"


def test_a_chart_is_its_title_and_its_values():
    presentation = pptx.Presentation()
    slide = _slide(presentation, "Ducks", layout=TITLE_ONLY)
    data = CategoryChartData()
    data.categories = ["2019", "2020"]
    data.add_series("Lake", (120, 130.5))
    data.add_series("Sea", (80, None))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *_box(slide), data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Ducks seen"

    assert passages(_loaded(presentation))[0][1] == "Ducks seen\n2019 | Lake: 120 | Sea: 80\n2020 | Lake: 130.5"


def test_groups_and_alternative_texts_are_read():
    presentation = pptx.Presentation()
    slide = _slide(presentation, "Cells", layout=TITLE_ONLY)
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(*_box(slide)).text_frame.text = "nucleus"
    group.shapes.add_group_shape().shapes.add_textbox(*_box(slide)).text_frame.text = "membrane"
    picture = slide.shapes.add_picture(_picture(), *_box(slide))
    picture._element._nvXxPr.cNvPr.set("descr", "A cell under the microscope")

    assert passages(_loaded(presentation))[0][1] == "nucleus\nmembrane\n\n[Picture: A cell under the microscope]"


def test_formulas_are_latex_and_are_read_once():
    presentation = pptx.Presentation()
    slide = _slide(presentation, "Energy", "It is ")
    paragraph = slide.placeholders[1].text_frame.paragraphs[0]._p
    run = "<m:r><m:t>E</m:t></m:r>"
    paragraph.append(
        etree.fromstring(
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" '
            'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><mc:Choice Requires="a14">'
            f"<a14:m><m:oMath>{run}</m:oMath></a14:m></mc:Choice>"
            "<mc:Fallback><a:r><a:t>E</a:t></a:r></mc:Fallback></mc:AlternateContent>"
        )
    )

    assert passages(_loaded(presentation))[0][1] == "It is $E$"


def test_slide_numbers_dates_and_footers_are_left_out():
    presentation = pptx.Presentation()
    slide = _slide(presentation, "Cells", "A cell divides.")
    for placeholder in presentation.slide_layouts[TITLE_AND_TEXT].placeholders:
        if placeholder.placeholder_format.type in {13, 15, 16}:
            slide.shapes.clone_placeholder(placeholder)
    assert len(slide.placeholders) == 5
    for placeholder in slide.placeholders:
        if placeholder.placeholder_format.idx >= 10:
            placeholder.text_frame.text = "furniture"

    assert "furniture" not in _loaded(presentation).text


def test_sections_are_headings_above_slides():
    presentation = pptx.Presentation()
    slides = [_slide(presentation, "Cells", "They divide."), _slide(presentation, "Starch", "It stores energy.")]
    ids = "".join(f'<p14:section name="Week {n}" id="{{{n}}}"><p14:sldIdLst><p14:sldId id="{slide.slide_id}"/>'
                  "</p14:sldIdLst></p14:section>" for n, slide in enumerate(slides, start=1))  # fmt: skip
    presentation.element.append(
        etree.fromstring(
            '<p:extLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:ext uri="{521415D9}">'
            '<p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main">'
            f"{ids}</p14:sectionLst></p:ext></p:extLst>"
        )
    )

    assert [place for place, _ in passages(_loaded(presentation))] == [
        "slide 1, § Week 1 › Cells",
        "slide 2, § Week 2 › Starch",
    ]


def test_slides_that_are_pictures_without_text_are_warned_of():
    presentation = pptx.Presentation()
    _slide(presentation, "Cells", "A cell divides.")
    for _ in range(2):
        slide = presentation.slides.add_slide(presentation.slide_layouts[BLANK])
        slide.shapes.add_picture(_picture(), *_box(slide))

    assert _loaded(presentation).warnings == ("Slides 2-3 are pictures without text; give each an alternative text.",)


def test_what_is_no_pptx_is_refused_with_what_to_do():
    with pytest.raises(FileUnreadable, match="save it as PPTX again"):
        read("week1.pptx", b"no archive")


def test_a_presentation_that_lacks_a_slide_is_refused():
    from zipfile import ZipFile

    presentation = pptx.Presentation()
    _slide(presentation, "Cells", "A cell divides.")
    whole, cut = BytesIO(), BytesIO()
    presentation.save(whole)
    with ZipFile(whole) as archive, ZipFile(cut, "w") as copy:
        for name in archive.namelist():
            if name != "ppt/slides/slide1.xml":
                copy.writestr(name, archive.read(name))

    with pytest.raises(FileUnreadable, match="damaged"):
        read("week1.pptx", cut.getvalue())
