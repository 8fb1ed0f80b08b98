"""Whatever a file holds, its loader gives sound Documents or says what is wrong with the file; nothing else."""

import json
from contextlib import suppress
from io import BytesIO
from zipfile import ZipFile

import docx
import openpyxl
import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import FileUnreadable
from corpus.loaders import LOADERS, NAMED
from tests.corpus.loaders.loading import read, zipped
from tests.corpus.loaders.test_moodle_backup import MEMBERS as BACKUP
from tests.corpus.loaders.test_odt import odt

HTML = """<html><head><title>Cells</title></head><body><nav><a href="/">Home</a></nav><main><h1>Cells</h1>
<p>A cell has a <b>membrane</b> &amp; x<sup>2</sup>.</p><ul><li>One<ol start="3"><li>Two</li></ol></li></ul>
<table><tr><th>Drug</th><th>Dose</th></tr><tr><td rowspan="2">A</td><td colspan="2">5 mg</td></tr></table>
<math><mfrac><mn>1</mn><mi>x</mi></mfrac></math><pre>for x in y:\n    z</pre></main></body></html>"""
SAMPLES = {
    ".csv": 'Drug;Dose\nMetformin;"500; mg"\n',
    ".eml": "From: a@b.c\nSubject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\nContent-Type: multipart/mixed; boundary=x\n\n"
    "--x\nContent-Type: text/html; charset=utf-8\n\n<p>Hello</p>\n--x\n"
    "Content-Disposition: attachment; filename=a.txt\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--x--\n",
    ".html": HTML,
    ".ipynb": json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [
                {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Cells\n", "Text."]},
                {
                    "cell_type": "code",
                    "id": "b",
                    "metadata": {},
                    "execution_count": 1,
                    "source": "1 + 1",
                    "outputs": [{"output_type": "stream", "name": "stdout", "text": ["2\n"]}],
                },
            ],
        }
    ),
    ".jsonl": '{"doc_id": "a", "title": "A", "text": "# Cells\\n\\nText."}\n',
    ".md": "# Cells\n\nText `code` $x$.\n\n## Mitosis\n\n- one\n",
    ".rst": "Cells\n=====\n\nText ``code`` :math:`x`.\n\n.. note:: Careful.\n\n.. code:: python\n\n   x = 1\n\n"
    "==  ==\na   b\n==  ==\n1   2\n==  ==\n",
    ".rtf": r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\outlinelevel0 Cells\par Gr\'f6\u223 ?e\cell 1\cell\row}",
    ".srt": "1\n00:00:01,000 --> 00:00:02,000\n<i>Hello</i>\n\n2\n00:00:03,000 --> 00:00:04,000\nworld.\n",
    ".tex": r"\documentclass{a}\title{T}\begin{document}\section{Cells}A $x^2$ \cite{k}."
    r"\begin{itemize}\item One\end{itemize}\begin{tabular}{ll}a & b \\ c & d\end{tabular}"
    r"\begin{verbatim}x{\end{verbatim}\footnote{n}\end{document}",
    ".txt": "Cells\n\nA cell divides. It does so often.\n",
    "corrections.jsonl": '{"id": "a", "question": "What divides?", "answer": "A cell."}\n',
    ".vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hello <b>there</b>.\n\nNOTE x\n\n"
    "00:03.000 --> 00:04.000\nWorld.\n",
}


def _saved(save):
    buffer = BytesIO()
    save(buffer)
    return buffer.getvalue()


def _docx():
    document = docx.Document()
    document.add_heading("Cells", 1)
    document.add_paragraph("A cell divides.", style="List Number")
    table = document.add_table(2, 2, style="Light Grid Accent 1")
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Drug"
    table.cell(1, 0).text = "Metformin"
    return _saved(document.save)


def _pptx():
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "Cells", "A cell divides."
    slide.notes_slide.notes_text_frame.text = "Slowly."
    slide.shapes.add_table(2, 2, 0, 0, 99, 99).table.cell(1, 1).text = "5 mg"
    return _saved(presentation.save)


def _xlsx():
    book = openpyxl.Workbook()
    for row in (["Drug", "Dose"], ["Metformin", 0.5], ["Insulin", "=1+1"]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.active["B2"].number_format = "0.0%"
    return _saved(book.save)


def _pdf():
    buffer = BytesIO()
    canvas = Canvas(buffer, pageCompression=0, invariant=True)
    for page in range(2):
        canvas.bookmarkPage(f"p{page}")
        canvas.addOutlineEntry(f"Cells {page}", f"p{page}")
        canvas.drawString(72, 700, "A cell divides, and it does so often.")
        canvas.drawString(320, 700, "A second column.")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


PACKED = {
    ".docx": _docx(),
    ".epub": zipped(
        {
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>',
            "a.opf": '<package><manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="c"/></spine></package>',
            "c.xhtml": HTML,
        }
    ),
    ".imscc": zipped(
        {
            "imsmanifest.xml": '<manifest><resources><resource type="webcontent" href="c.html"/></resources>'
            "</manifest>",
            "c.html": HTML,
        }
    ),
    ".mbz": zipped(BACKUP),
    ".odt": odt(
        '<text:h text:outline-level="1">Cells</text:h><text:p>A cell<text:s text:c="2"/>divides.</text:p>'
        '<table:table><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>Drug</text:p>'
        "</table:table-cell></table:table-row></table:table>"
    ),
    ".pptx": _pptx(),
    ".xlsx": _xlsx(),
    ".zip": zipped({"a.txt": "A cell divides."}),
}
ALL = {name: text.encode() for name, text in SAMPLES.items()} | PACKED | {".pdf": _pdf()}


@st.composite
def _damaged(draw, whole):
    """A file in which a few stretches are lost, doubled or replaced."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        data[start:end] = draw(st.one_of(st.binary(max_size=12), st.just(bytes(data[start:end]) * 2)))
    return bytes(data)


@st.composite
def _damaged_inside(draw, whole):
    """An archive that is sound itself, one of its members being damaged or gone."""
    with ZipFile(BytesIO(whole)) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    name = draw(st.sampled_from(sorted(members)))
    content = members.pop(name)
    if content and draw(st.integers(0, 9)):
        members[name] = draw(_damaged(content))
    return zipped(members)


def _file(name):
    return f"file{name}" if name.startswith(".") else name


def _read_or_refused(name, data):
    with suppress(FileUnreadable):
        read(_file(name), data)


def test_every_loader_has_a_sample():
    assert {LOADERS.get(name) or NAMED[name] for name in ALL} == {*LOADERS.values(), *NAMED.values()}


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_sample_itself_is_read(name):
    assert any(document.text for document in read(_file(name), ALL[name]))


FAST = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", sorted(ALL))
@given(data=st.one_of(st.binary(max_size=400), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
@settings(FAST, max_examples=15)
def test_any_bytes(name, data):
    _read_or_refused(name, data)


@pytest.mark.parametrize("name", sorted(ALL))
@given(draw=st.data())
@FAST
def test_a_damaged_file(name, draw):
    _read_or_refused(name, draw.draw(_damaged(ALL[name])))


@pytest.mark.parametrize("name", sorted(PACKED))
@given(draw=st.data())
@FAST
def test_an_archive_with_a_damaged_member(name, draw):
    _read_or_refused(name, draw.draw(_damaged_inside(PACKED[name])))
