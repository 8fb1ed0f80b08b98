r"""Office's formulas, element by element, against the LaTeX that a person would write."""

import pytest
from lxml import etree

from corpus.loaders.omml import NAMESPACE, latex


def _r(text):
    return f"<m:r><m:t>{text}</m:t></m:r>"


def _latex(xml):
    return latex(etree.fromstring(f'<m:oMath xmlns:m="{NAMESPACE}">{xml}</m:oMath>'))


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (_r("a+b"), "a+b"),
        (f"<m:f><m:num>{_r('1')}</m:num><m:den>{_r('2x')}</m:den></m:f>", r"\frac{1}{2x}"),
        (f'<m:f><m:fPr><m:type m:val="lin"/></m:fPr><m:num>{_r("1")}</m:num><m:den>{_r("2")}</m:den></m:f>', "1/2"),
        (
            f'<m:f><m:fPr><m:type m:val="noBar"/></m:fPr><m:num>{_r("n")}</m:num><m:den>{_r("k")}</m:den></m:f>',
            r"{n \atop k}",
        ),
        (f"<m:sSup><m:e>{_r('x')}</m:e><m:sup>{_r('2')}</m:sup></m:sSup>", "x^2"),
        (f"<m:sSub><m:e>{_r('x')}</m:e><m:sub>{_r('i+1')}</m:sub></m:sSub>", "x_{i+1}"),
        (
            f"<m:sSubSup><m:e>{_r('ab')}</m:e><m:sub>{_r('i')}</m:sub><m:sup>{_r('n')}</m:sup></m:sSubSup>",
            "{ab}_i^n",
        ),
        (f"<m:sPre><m:sub>{_r('6')}</m:sub><m:sup>{_r('14')}</m:sup><m:e>{_r('C')}</m:e></m:sPre>", "{}_6^{14}C"),
        (f"<m:rad><m:deg/><m:e>{_r('x')}</m:e></m:rad>", r"\sqrt{x}"),
        (f"<m:rad><m:deg>{_r('3')}</m:deg><m:e>{_r('x')}</m:e></m:rad>", r"\sqrt[3]{x}"),
        (f"<m:d><m:e>{_r('a')}</m:e><m:e>{_r('b')}</m:e></m:d>", r"\left( a|b \right)"),
        (
            f'<m:d><m:dPr><m:begChr m:val="{{"/><m:endChr m:val=""/></m:dPr><m:e>{_r("a")}</m:e></m:d>',
            r"\left\{ a \right.",
        ),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{_r("i=1")}</m:sub><m:sup>{_r("n")}</m:sup>'
            f"<m:e>{_r('i')}</m:e></m:nary>",
            r"\sum_{i=1}^n i",
        ),
        (f"<m:nary><m:sub/><m:sup/><m:e>{_r('f')}</m:e></m:nary>", r"\int f"),
        (f"<m:func><m:fName>{_r('sin')}</m:fName><m:e>{_r('x')}</m:e></m:func>", r"\sin x"),
        (
            f"<m:func><m:fName><m:limLow><m:e>{_r('lim')}</m:e><m:lim>{_r('n→∞')}</m:lim></m:limLow></m:fName>"
            f"<m:e>{_r('a')}</m:e></m:func>",
            r"\lim_{n→∞} a",
        ),
        (f"<m:limUpp><m:e>{_r('x')}</m:e><m:lim>{_r('y')}</m:lim></m:limUpp>", "x^{y}"),
        (f'<m:acc><m:accPr><m:chr m:val="\u20d7"/></m:accPr><m:e>{_r("v")}</m:e></m:acc>', r"\vec{v}"),
        (f"<m:acc><m:e>{_r('y')}</m:e></m:acc>", r"\hat{y}"),
        (f'<m:bar><m:barPr><m:pos m:val="top"/></m:barPr><m:e>{_r("x")}</m:e></m:bar>', r"\overline{x}"),
        (f"<m:bar><m:e>{_r('x')}</m:e></m:bar>", r"\underline{x}"),
        (
            f"<m:m><m:mr><m:e>{_r('a')}</m:e><m:e>{_r('b')}</m:e></m:mr><m:mr><m:e>{_r('c')}</m:e>"
            f"<m:e>{_r('d')}</m:e></m:mr></m:m>",
            r"\begin{matrix} a & b \\ c & d \end{matrix}",
        ),
        (
            f"<m:eqArr><m:e>{_r('a=1')}</m:e><m:e>{_r('b=2')}</m:e></m:eqArr>",
            r"\begin{aligned} a=1 \\ b=2 \end{aligned}",
        ),
        (f"<m:box><m:e>{_r('x')}</m:e></m:box>", "x"),
    ],
)
def test_a_formula_is_the_latex_that_a_person_would_write(xml, expected):
    assert _latex(xml) == expected
