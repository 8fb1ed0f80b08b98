"""PDFs made here, and what is read from them."""

from io import BytesIO

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus import ocr
from corpus.errors import FileUnreadable
from corpus.loaders.reading import Reading
from tests.corpus.loaders.loading import passages, read, read_one

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP = 72, 320, 760
PARAGRAPH = [
    "The membrane controls what enters the cell,",
    "and what leaves it. Every cell has one, be it",
    "of a plant or of an animal, and it is only a few",
    "molecules thick.",
]
SECOND = [
    "Mitochondria release energy from the glucose",
    "that the cell takes in. Plants keep what they do",
    "not need at once as starch, and animals keep it",
    "as fat.",
]


class Pdf:
    """A PDF on its way; text is placed from the top of the page."""

    def __init__(self, **options):
        self._buffer = BytesIO()
        self.canvas = Canvas(self._buffer, pagesize=A4, invariant=True, **options)

    def lines(self, lines, x=LEFT, y=TOP, size=11, font="Helvetica", leading=None):
        for number, line in enumerate(lines):
            self.canvas.setFont(font, size)
            self.canvas.drawString(x, y - number * (leading or 1.25 * size), line)
        return self

    def page(self):
        self.canvas.showPage()
        return self

    def picture(self):
        self.canvas.drawImage(ImageReader(Image.new("RGB", (8, 8), "white")), 0, 0, WIDTH, HEIGHT)
        return self

    def bytes(self):
        self.canvas.save()
        return self._buffer.getvalue()

    def read(self, reading=None):
        return read_one("cells.pdf", self.bytes(), reading)


def test_each_page_is_a_place():
    loaded = Pdf().lines(PARAGRAPH).page().lines(SECOND).page().read()

    assert passages(loaded) == [("page 1", " ".join(PARAGRAPH)), ("page 2", " ".join(SECOND))]
    assert loaded.pages == 2
    assert loaded.warnings == ()
    assert loaded.sections[1].place.fragment == "page=2"


def test_the_title_is_the_one_that_its_author_gave():
    pdf = Pdf().lines(PARAGRAPH)
    pdf.canvas.setTitle("Cell biology")

    assert pdf.read().title == "Cell biology"


def test_columns_follow_one_another_though_they_were_written_line_by_line():
    pdf = Pdf().lines(["On cells and on what they do with energy, in two columns"], y=TOP + 40, size=16)
    for number in range(4):
        pdf.lines([PARAGRAPH[number]], y=TOP - 14 * number).lines([SECOND[number]], x=RIGHT, y=TOP - 14 * number)

    assert passages(pdf.read())[0][1] == " ".join(PARAGRAPH) + "\n\n" + " ".join(SECOND)


def test_a_sentence_runs_on_from_one_column_to_the_next():
    pdf = Pdf().lines(PARAGRAPH[:3]).lines([*PARAGRAPH[3:], *SECOND], x=RIGHT)

    assert " ".join(PARAGRAPH) in pdf.read().text


def test_text_boxes_are_read_one_after_the_other():
    pdf = Pdf().lines(["Plants", "starch", "leaves"]).lines(["Animals", "fat", "legs"], x=RIGHT)

    assert pdf.read().text.split() == ["Plants", "starch", "leaves", "Animals", "fat", "legs"]


def test_a_table_is_read_row_by_row():
    pdf = Pdf().lines(["Doses:"], y=TOP + 30)
    for number, row in enumerate([("Drug", "Dose", "Time"), ("Metformin", "500 mg", "noon"), ("Insulin", "", "night")]):
        for column, cell in enumerate(row):
            pdf.lines([cell] if cell else [], x=LEFT + 120 * column, y=TOP - 20 * number)

    assert pdf.read().text.splitlines()[-3:] == ["Drug  Dose  Time", "Metformin  500 mg  noon", "Insulin  night"]


def test_running_headers_footers_and_page_numbers_are_left_out():
    pdf = Pdf()
    for number in range(1, 7):
        header = "Biology for beginners" if number % 2 else "Chapter 1: Cells"
        pdf.lines([header], y=810, size=9).lines([f"{number} of 6"], x=280, y=30, size=9)
        pdf.lines([f"Lesson {number} tells of something else."]).page()

    assert [text for _, text in passages(pdf.read())] == [
        f"Lesson {number} tells of something else." for number in range(1, 7)
    ]


def test_a_header_that_repeats_its_chapter_is_left_out():
    pdf = Pdf().lines(["1 Cells"], size=20).lines(PARAGRAPH, y=730).page()
    pdf.lines(["Chapter 1: Cells"], y=810, size=9).lines(SECOND).page()

    assert passages(pdf.read())[1] == ("page 2, § 1 Cells", " ".join(SECOND))


def test_text_that_begins_every_page_alike_is_no_header():
    pdf = Pdf()
    for number in range(5):
        pdf.lines([*PARAGRAPH, f"That was lesson {number}."]).page()

    assert all(text.startswith(PARAGRAPH[0]) for _, text in passages(pdf.read()))


def test_a_page_that_comes_twice_is_kept_twice():
    letter = ["To whom it may concern:"]
    pdf = Pdf().lines(letter).lines(PARAGRAPH, y=TOP - 60).page().lines(letter).lines(PARAGRAPH, y=TOP - 60).page()

    assert pdf.read().text.count(letter[0]) == 2


def test_a_title_that_comes_on_every_slide_is_kept():
    pdf = Pdf()
    for _ in range(5):
        pdf.lines(["Gradient descent"], y=800, size=28).lines(PARAGRAPH).page()

    assert pdf.read().text.count("Gradient descent") == 5


def test_broken_words_are_joined_and_their_own_hyphens_kept():
    pdf = Pdf().lines(
        [
            "A self-locking nut holds tight although there is vibra-",
            "tion around it, and each such nut is called a self-",
            "locking nut or, after its maker, a nut of the Boots-",
            "Reed kind, which was made in the years from 1930-",
            "1945.",
        ]
    )

    assert pdf.read().text == (
        "A self-locking nut holds tight although there is vibration around it, and each such nut is called a "
        "self-locking nut or, after its maker, a nut of the Boots-Reed kind, which was made in the years from "
        "1930-1945."
    )


def test_paragraphs_and_items_of_lists_are_parted():
    pdf = Pdf().lines([*PARAGRAPH, *SECOND, "1. divide", "2. grow for as long as there is food", "• rest"])

    assert pdf.read().text == "\n\n".join(
        [" ".join(PARAGRAPH), " ".join(SECOND), "1. divide", "2. grow for as long as there is food", "• rest"]
    )


@pytest.mark.parametrize("mark", ["•", "1.", "a)"])
def test_a_mark_belongs_to_its_text_though_it_was_written_apart(mark):
    pdf = (
        Pdf().lines([mark, "", mark]).lines(["divide, and go on for as long as there is", "food", "rest"], x=LEFT + 18)
    )

    assert pdf.read().text == f"{mark} divide, and go on for as long as there is food\n\n{mark} rest"


def test_code_keeps_its_lines_and_indents():
    code = ["def divide(cell):", "    for half in cell:", "        yield half"]
    pdf = Pdf().lines(["This is how:"], y=TOP + 30)
    for number, line in enumerate(code):
        indent = len(line) - len(line.lstrip())
        pdf.lines([line.lstrip()], x=LEFT + indent * 6.0, y=TOP - 13 * number, size=10, font="Courier")

    assert pdf.read().text.endswith("\n".join(code))


def test_code_keeps_its_wide_spaces():
    pdf = Pdf().lines(["id"], font="Courier", size=10).lines(["INTEGER"], x=LEFT + 48, font="Courier", size=10)

    assert pdf.read().text == "id      INTEGER"


def test_tables_are_no_headings_however_large():
    pdf = Pdf().lines(PARAGRAPH * 3)
    for number, row in enumerate([("Drug", "Dose", "Time"), ("Metformin", "500 mg", "noon")]):
        for column, cell in enumerate(row):
            pdf.lines([cell], x=LEFT + 120 * column, y=500 - 30 * number, size=16)

    assert {section.place.headings for section in pdf.read().sections} == {()}


def test_columns_are_read_between_what_spans_them():
    wide = ["This line spans both of the columns, and the one that is at the end of the page does, too."]
    pdf = Pdf().lines(wide, y=TOP + 30).lines(wide, y=TOP - 80)
    for number in range(4):
        pdf.lines([PARAGRAPH[number]], y=TOP - 14 * number).lines([SECOND[number]], x=RIGHT, y=TOP - 14 * number)
    for number, row in enumerate([("Drug", "Dose", "Time"), ("Metformin", "500 mg", "noon")]):
        for column, cell in enumerate(row):
            pdf.lines([cell], x=LEFT + 150 * column, y=TOP - 120 - 20 * number)

    assert pdf.read().text == "\n\n".join(
        [*wide, " ".join(PARAGRAPH), " ".join(SECOND), *wide, "Drug  Dose  Time\nMetformin  500 mg  noon"]
    )


def test_entries_of_the_table_of_contents_are_no_passages():
    loaded = Pdf().lines(["Cells . . . . . . . . . . 3", "Energy ............. 12"]).page().lines(PARAGRAPH).read()

    assert loaded.text.startswith("Cells . . . . . . . . . . 3\n\nEnergy ............. 12")
    assert passages(loaded) == [("page 2", " ".join(PARAGRAPH))]


def test_larger_letters_are_headings():
    pdf = Pdf().lines(["Biology"], y=800, size=24).lines(["1 Cells"], y=770, size=16).lines(PARAGRAPH, y=740)
    pdf.lines(["1.1 Energy"], y=640, size=13).lines(SECOND, y=615).page()
    pdf.lines(["2 Tissue"], size=16).lines(PARAGRAPH, y=730)

    assert [place for place, _ in passages(pdf.read())] == [
        "page 1, § Biology › 1 Cells",
        "page 1, § Biology › 1 Cells › 1.1 Energy",
        "page 2, § Biology › 2 Tissue",
    ]


def test_a_bold_line_above_a_paragraph_is_a_heading():
    pdf = Pdf().lines(["The membrane"], y=TOP + 20, font="Helvetica-Bold").lines(PARAGRAPH)

    assert passages(pdf.read()) == [("page 1, § The membrane", " ".join(PARAGRAPH))]


def _entry(pdf, title, level):
    pdf.canvas.bookmarkPage(title)
    pdf.canvas.addOutlineEntry(title, title, level)


def test_the_outline_gives_the_headings_where_there_is_one():
    pdf = Pdf()
    _entry(pdf, "Cells", 0)
    pdf.lines(["1. Cells"], y=800, size=20).lines(PARAGRAPH)
    _entry(pdf, "Energy", 1)
    pdf.lines(["Energy"], y=680).lines(SECOND, y=650).page()
    pdf.lines(["SHOUTING"], y=800, size=30).lines(PARAGRAPH).page()
    _entry(pdf, "Nowhere printed", 0)
    pdf.lines(SECOND)

    assert passages(pdf.read()) == [
        ("page 1, § 1. Cells", " ".join(PARAGRAPH)),
        ("page 1, § 1. Cells › Energy", " ".join(SECOND)),
        ("page 2, § 1. Cells › Energy", "SHOUTING\n\n" + " ".join(PARAGRAPH)),
        ("page 3, § Nowhere printed", " ".join(SECOND)),
    ]


def test_a_page_of_nothing_but_a_heading_says_it():
    pdf = Pdf().lines(["Part two"], size=30).page().lines(PARAGRAPH).page()

    assert ("page 1, § Part two", "Part two") in passages(pdf.read())


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_turned_pages_are_read_as_they_are_shown(turned):
    pdf = Pdf()
    pdf.canvas.setPageRotation(turned)
    pdf.canvas.translate(WIDTH / 2, HEIGHT / 2)
    pdf.canvas.rotate(turned)
    pdf.canvas.translate(-250, -WIDTH / 2)
    for number in range(4):
        pdf.lines([PARAGRAPH[number]], x=20, y=400 - 14 * number).lines([SECOND[number]], x=270, y=400 - 14 * number)

    assert pdf.read().text == " ".join(PARAGRAPH) + "\n\n" + " ".join(SECOND)


def test_text_along_an_axis_comes_last():
    pdf = Pdf()
    pdf.canvas.saveState()
    pdf.canvas.translate(40, 500)
    pdf.canvas.rotate(90)
    pdf.lines(["arXiv:2004.04906"], x=0, y=0)
    pdf.canvas.restoreState()
    pdf.lines(PARAGRAPH)

    assert pdf.read().text == " ".join(PARAGRAPH) + "\n\narXiv:2004.04906"


def test_a_superscript_does_not_break_its_line():
    pdf = Pdf().lines(["as was seen before"])
    end = LEFT + pdf.canvas.stringWidth("as was seen before", "Helvetica", 11)
    pdf.lines(["2"], x=end, y=TOP + 4, size=7).lines([", and is seen now"], x=end + 4)

    assert pdf.read().text == "as was seen before2, and is seen now"


def test_ligatures_are_told_as_their_letters():
    content = b"BT /F 12 Tf 72 700 Td (the \001rst e\002ect) Tj ET"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding<</Differences[1/fi/ff]>>>>"
    pdf = b"".join(
        [
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
            b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R",
            b"/Resources<</Font<</F 5 0 R>>>>>>endobj\n",
            b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n" % (len(content), content),
            b"5 0 obj" + font + b"endobj\ntrailer<</Root 1 0 R>>",
        ]
    )

    assert read_one("cells.pdf", pdf).text == "the first effect"


def test_pages_that_are_pictures_are_warned_of_by_their_numbers():
    loaded = Pdf().lines(PARAGRAPH).page().picture().page().picture().lines(["stamp"]).page().page().read()

    assert loaded.warnings == (
        "Pages 2-3 are pictures without text; to have it recognised, set ocr = true in course.toml.",
        "Page 4 is empty.",
    )
    assert loaded.pages == 4


def test_a_picture_is_recognised_where_the_course_asks_for_it(monkeypatch):
    seen = []

    def recognised(picture, language):
        seen.append((round(picture.width / WIDTH, 1), language))
        return "A scanned sentence."

    monkeypatch.setattr(ocr, "recognised", recognised)

    loaded = Pdf().lines(PARAGRAPH).page().picture().page().read(Reading(ocr=True, language="de"))

    assert passages(loaded)[1] == ("page 2", "A scanned sentence.")
    assert loaded.warnings == ("Page 2 is a picture; the text was recognised and may hold mistakes.",)
    assert seen == [(round(ocr.DOTS_PER_INCH / 72, 1), "de")]


def test_a_picture_that_cannot_be_recognised_is_warned_of_with_the_reason(monkeypatch):
    def recognised(picture, language):
        raise ocr.RecognitionFailed("Tesseract is not installed")

    monkeypatch.setattr(ocr, "recognised", recognised)

    loaded = Pdf().picture().page().picture().page().read(Reading(ocr=True))

    assert loaded.warnings == ("Pages 1-2 are pictures without text; Tesseract is not installed.",)


def test_a_picture_that_fails_does_not_stop_the_next_ones_but_three_do(monkeypatch):
    tried = []

    def recognised(picture, language):
        tried.append(len(tried) + 1)
        if len(tried) == 2:
            return "A scanned sentence."
        raise ocr.RecognitionFailed("Tesseract failed")

    monkeypatch.setattr(ocr, "recognised", recognised)
    pdf = Pdf()
    for _ in range(6):
        pdf.picture().page()

    loaded = pdf.read(Reading(ocr=True))

    assert passages(loaded) == [("page 2", "A scanned sentence.")]
    assert loaded.warnings[1] == "Pages 1, 3-6 are pictures without text; Tesseract failed."
    assert tried == [1, 2, 3, 4]


def test_the_picture_of_an_absurdly_large_page_fits_the_memory(monkeypatch):
    sizes = []
    monkeypatch.setattr(ocr, "recognised", lambda picture, language: sizes.append(picture.size) or "Seen.")
    pdf = Pdf()
    pdf.canvas.setPageSize((14_400, 7_200))
    pdf.canvas.drawImage(ImageReader(Image.new("L", (20, 10))), 0, 0, 14_400, 7_200)

    assert pdf.read(Reading(ocr=True)).text == "Seen."
    [(width, height)] = sizes
    assert 35_000_000 < width * height < 37_000_000


def test_a_protected_file_is_refused_with_what_to_do():
    with pytest.raises(FileUnreadable, match="save it without one"):
        read("cells.pdf", Pdf(encrypt=StandardEncryption("secret")).lines(PARAGRAPH).bytes())


def test_a_file_that_may_be_read_but_not_copied_is_read_with_a_warning():
    encryption = StandardEncryption("", ownerPassword="secret", canCopy=0)

    loaded = Pdf(encrypt=encryption).lines(PARAGRAPH).read()

    assert loaded.text == " ".join(PARAGRAPH)
    assert "does not allow copying" in loaded.warnings[0]


@pytest.mark.parametrize("content", [b"", b"no PDF", b"%PDF-1.7\n garbage"])
def test_what_is_no_pdf_is_refused_with_what_to_do(content):
    with pytest.raises(FileUnreadable, match="export or download it again"):
        read("cells.pdf", content)


def test_of_a_broken_file_what_can_be_read_is():
    whole = Pdf().lines(PARAGRAPH).page().bytes()

    assert read_one("cells.pdf", whole.replace(b"startxref", b"lost")).text == " ".join(PARAGRAPH)


def test_pages_are_read_one_by_one():
    pdf = Pdf()
    for number in range(300):
        pdf.lines([f"Lesson {number} of many."]).page()

    loaded = pdf.read()

    assert loaded.pages == 300
    assert passages(loaded)[299] == ("page 300", "Lesson 299 of many.")
