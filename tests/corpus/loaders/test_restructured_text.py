import pytest

from tests.corpus.loaders.loading import passages, read_one


def _texts(source):
    return [text for _, text in passages(read_one("a.rst", source))]


def test_sections_are_places():
    document = read_one("nets.rst", "Nets\n====\n\nIntro.\n\nLoss\n----\n\nA *number* ``x``.\n\nEnd\n----\n\nBye.\n")

    assert document.title == "Nets"
    assert passages(document) == [("§ Nets", "Intro."), ("§ Nets › Loss", "A number x."), ("§ Nets › End", "Bye.")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("so :math:`x^2` is", "so $x^2$ is"),
        (".. math::\n\n   E = mc^2\n", "$$E = mc^2$$"),
        ("- one\n- two\n\n  1. inner\n", "- one\n- two\n  1. inner"),
        ("term\n   What it is.\n", "term\nWhat it is."),
        (
            ".. code-block:: python\n   :linenos:\n   :caption: f.py\n\n   def f():\n       return 1\n",
            "f.py\n\ndef f():\n    return 1",
        ),
        ("::\n\n   a  b\n", "a  b"),
        (".. figure:: x.png\n   :alt: A net\n\n   The caption.\n", "A net\n\nThe caption."),
        ("+---+---+\n| A | B |\n+===+===+\n| 1 | 2 |\n+---+---+\n", "A: 1 | B: 2"),
        (".. note:: Careful.\n", "Careful."),
        ("See |x|.\n\n.. |x| replace:: this\n", "See this."),
    ],
)
def test_markup_is_read_for_its_text(source, text):
    assert _texts(source) == [text]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("See :ref:`the part <label>` and :doc:`intro`.", "See the part and intro."),
        (".. toctree::\n   :maxdepth: 2\n\n   a\n\nText.\n", "Text."),
        (".. seealso:: Another page.\n", "Another page."),
        (".. unheard-of:: x\n   :option: y\n\n   Its text.\n", "Its text."),
    ],
)
def test_what_only_sphinx_knows_loses_no_text(source, text):
    assert _texts(source) == [text]


@pytest.mark.parametrize(
    "directive", ["include:: {0}", "literalinclude:: {0}", "raw:: html\n   :file: {0}", "csv-table:: x\n   :file: {0}"]
)
def test_no_other_file_is_read(directive, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("password", encoding="utf-8")

    assert "password" not in read_one("a.rst", f"Text.\n\n.. {directive.format(secret)}\n\nEnd.\n").text


def test_broken_markup_keeps_its_text():
    assert "unclosed" in read_one("a.rst", "Title\n==\n\n*unclosed and `half\n\n  - odd\n indent\n").text
