"""Whatever a file holds, its loader gives sound Documents or says what is wrong with the file; nothing else."""

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import FileUnreadable
from tests.corpus.loaders.loading import read, zipped

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
    ".vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hello <b>there</b>.\n\nNOTE x\n\n"
    "00:03.000 --> 00:04.000\nWorld.\n",
}
PACKED = {
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
    ".mbz": zipped({"moodle_backup.xml": "<moodle_backup/>"}),
    ".zip": zipped({"a.txt": "A cell divides."}),
}
ALL = {suffix: text.encode() for suffix, text in SAMPLES.items()} | PACKED


@st.composite
def _damaged(draw, whole):
    """A file in which a few stretches are lost, doubled or replaced."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        data[start:end] = draw(st.one_of(st.binary(max_size=12), st.just(bytes(data[start:end]) * 2)))
    return bytes(data)


def _read_or_refused(suffix, data):
    with suppress(FileUnreadable):
        read(f"file{suffix}", data)


@pytest.mark.parametrize("suffix", sorted(ALL))
def test_the_sample_itself_is_read(suffix):
    if suffix != ".mbz":  # of that only the frame is here
        assert any(document.text for document in read(f"file{suffix}", ALL[suffix]))


@pytest.mark.parametrize("suffix", sorted(ALL))
@given(data=st.one_of(st.binary(max_size=400), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes(suffix, data):
    _read_or_refused(suffix, data)


@pytest.mark.parametrize("suffix", sorted(ALL))
@given(draw=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_file(suffix, draw):
    _read_or_refused(suffix, draw.draw(_damaged(ALL[suffix])))
