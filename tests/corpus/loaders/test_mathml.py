import pytest
from lxml.etree import fromstring

from corpus.loaders.mathml import latex


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<mrow><mi>a</mi><mo>−</mo><mi>β</mi></mrow>", r"a - \beta"),
        ("<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>", r"\sqrt{a + b}"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", r"\sqrt[3]{x}"),
        ("<mover><mi>x</mi><mo>→</mo></mover>", r"\vec{x}"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>", r"\sum_{i}^{n}"),
        ("<mrow><mi>sin</mi><mo>&#x2061;</mo><mi>θ</mi></mrow>", r"\sin \theta"),
        ("<mi>loss</mi>", r"\mathrm{loss}"),
        ("<mtext>if even</mtext>", r"\text{if even}"),
        ("<mfenced open='['><mi>a</mi><mi>b</mi></mfenced>", "[a, b)"),
        (
            "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd></mtr></mtable>",
            r"\begin{matrix} 1 & 0 \\ 0 \end{matrix}",
        ),
    ],
)
def test_symbols_become_latex(source, expected):
    assert latex(fromstring(f"<math>{source}</math>")) == expected


def test_the_writers_own_latex_comes_first():
    source = '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mi>x</mi>'
    source += '<annotation encoding="application/x-tex">{\\displaystyle x^{2}}</annotation></semantics></math>'

    assert latex(fromstring(source)) == "x^{2}"


def test_hostile_depth_is_read_flat():
    assert "x" in latex(fromstring("<math>" + "<mrow>" * 200 + "<mi>x</mi>" + "</mrow>" * 200 + "</math>"))
