import pytest

from corpus.errors import FileUnreadable
from tests.corpus.loaders.loading import passages, read_one

SITE = """<!doctype html><html><head><meta charset="utf-8"><title>LSTM – Course notes</title></head><body>
<div class="cookie-consent"><p>We use cookies to improve your experience.</p></div>
<header><a href="/">Home</a><nav><ul><li><a href="/w1">Week 1</a></li>
<li><a href="/w2">Week 2</a></li></ul></nav></header>
<div class="content"><h1>LSTM</h1><p>An LSTM keeps a cell state over many steps of its input.</p>
<h2>Gates <a class="headerlink" href="#gates">¶</a></h2><p>It has three gates: input, forget and output.</p>
<aside class="note"><p>Gates are sigmoids.</p></aside></div>
<footer>© 2024 <a href="/imprint">Imprint</a></footer><script>var x = "never";</script></body></html>"""


def _page(body, head=""):
    return f"<html><head><title>T</title>{head}</head><body>{body}</body></html>"


def _texts(body):
    return [text for _, text in passages(read_one("a.html", _page(body)))]


def test_content_enters_passages_under_its_headings_and_furniture_does_not():
    document = read_one("lstm.html", SITE)

    assert document.title == "LSTM"
    assert passages(document) == [
        ("", "An LSTM keeps a cell state over many steps of its input."),
        ("§ Gates", "It has three gates: input, forget and output.\n\nGates are sigmoids."),
    ]


def test_furniture_is_kept_behind_the_passages_but_scripts_are_not():
    document = read_one("lstm.html", SITE)
    rest = document.text[document.sections[-1].end :]

    assert rest.split("\n")[2:] == [
        "We use cookies to improve your experience.",
        "Home",
        "Week 1",
        "Week 2",
        "© 2024 Imprint",
    ]
    assert "never" not in document.text


def test_the_element_that_says_it_is_the_main_one_is_taken():
    document = read_one(
        "a.html", _page("<div>Sign in</div><main><p>The cell divides into two daughter cells.</p></main><div>Ads</div>")
    )

    assert [text for _, text in passages(document)] == ["The cell divides into two daughter cells."]


def test_a_page_that_keeps_all_its_text_in_plain_elements_loses_none():
    assert _texts("<div>One <span>two</span><div>three</div>four</div><font>five<br>six</font>") == [
        "One two\n\nthree\n\nfour\n\nfive\nsix"
    ]


def test_a_page_of_nothing_but_links_is_its_own_content():
    body = "<nav>" + "".join(f'<a href="{n}">Chapter {n}</a> ' for n in range(9)) + "</nav>"

    assert "Chapter 3" in _texts(body)[0]


def test_lists_keep_their_marks_and_their_depth():
    assert _texts("<ol start=3><li>three<ul><li>a<li>b</ul></li><li><p>four</p><p>more</p></li></ol>") == [
        "3. three\n  - a\n  - b\n4. four\n  more"
    ]


def test_a_term_stands_with_its_definition():
    assert _texts("<dl><dt>gate</dt><dd>It opens.</dd><dt>cell</dt><dd>It keeps.</dd></dl>") == [
        "gate\nIt opens.\n\ncell\nIt keeps."
    ]


def test_rows_of_a_table_are_told_with_their_headers():
    table = """<table><caption>Doses</caption><thead><tr><th>Drug</th><th colspan="2">Dose</th></tr></thead>
    <tr><td rowspan="2">Metformin</td><td>500</td><td>mg</td></tr><tr><td>850</td><td>mg</td></tr></table>"""

    assert _texts(table) == ["Doses\n\nDrug: Metformin | Dose: 500 | Dose: mg\nDrug: Metformin | Dose: 850 | Dose: mg"]


def test_a_table_without_headers_stays_rows_and_one_for_the_layout_does_not():
    assert _texts("<table><tr><td>Kingdom</td><td>Animalia</td></tr></table>") == ["Kingdom | Animalia"]
    assert _texts("<table><tr><td><h2>Left</h2>text</td><td>right</td></tr></table>") == ["text\n\nright"]
    assert _texts("<table><tr><td>•</td><td>First point.</td></tr></table>") == ["• First point."]


def test_amounts_stay_with_their_signs():
    row = "<tr><td>Loss</td><td></td><td>$</td><td>(5</td><td>)</td><td>12</td><td>%</td></tr>"

    assert _texts(f"<table>{row}</table>") == ["Loss | $ (5) | 12%"]


def test_broken_tables_lose_nothing():
    assert _texts("<table><tr><td>a</td><tr><table><tr><td>inner</td><td>b</td></tr></table></table>") == [
        "a\n\ninner | b"
    ]


def test_absurd_spans_do_not_fill_the_memory():
    assert _texts('<table><tr><td colspan="999999999" rowspan="999999999">a</td><td>b</td></tr></table>') == ["a | b"]


def test_code_stays_code_without_line_numbers():
    body = """<table><tr><td class="linenos"><pre>1\n2</pre></td><td><pre><code><span>def</span> f(x):
    return x &lt; 1</code></pre></td></tr></table>"""

    assert _texts(body) == ["def f(x):\n    return x < 1"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("a <math><mfrac><mn>1</mn><msup><mi>x</mi><mn>2</mn></msup></mfrac></math>", r"a $\frac{1}{x^{2}}$"),
        (
            '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>a</mi></mrow><annotation '
            'encoding="application/x-tex">a^2</annotation></semantics></math></span>'
            '<span class="katex-html" aria-hidden="true">a2</span></span>',
            "$a^2$",
        ),
        ('<script type="math/tex; mode=display">E = mc^2</script>', "$$E = mc^2$$"),
        ('<img class="equation_image" alt="LaTeX: x^2" data-equation-content="x^2">', "$x^2$"),
        (
            '<math display="block"><annotation encoding="application/x-tex">{\\displaystyle y}</annotation></math>',
            "$$y$$",
        ),
        (r"inline \(f(10)\) stays", r"inline \(f(10)\) stays"),
    ],
)
def test_formulas_are_their_latex(body, text):
    assert _texts(f"<p>{body}</p>") == [text]


def test_exponents_are_not_joined_to_numbers_and_marks_of_notes_go():
    body = 'H<sub>2</sub>O, 10<sup>6</sup> cells, 5 m<sup>2</sup>, the 1<sup>st</sup>.<sup><a href="#n1">7</a></sup>'

    assert _texts(f"<p>{body}</p>") == ["H2O, 10^6 cells, 5 m^2, the 1st."]


def test_captions_and_alternative_texts_are_kept_but_names_of_files_are_not():
    body = '<figure><img alt="A cell with three gates"><img alt="fig1.png"><figcaption>Figure 1</figcaption></figure>'

    assert _texts(body) == ["A cell with three gates\n\nFigure 1"]


def test_what_the_page_hides_is_not_read():
    assert _texts('<p>seen</p><p hidden>a</p><p style="display: none">b</p><template>c</template>') == ["seen"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8"])
def test_any_encoding_is_read(encoding):
    source = _page("<p>El niño comió paella – ¡qué rico!</p>")

    assert passages(read_one("a.html", source.encode(encoding))) == [("", "El niño comió paella – ¡qué rico!")]


def test_a_declared_encoding_is_believed():
    source = _page("<p>Größe</p>", '<meta charset="cp437">').encode("cp437")

    assert passages(read_one("a.html", source)) == [("", "Größe")]


def test_hostile_depth_is_read_flat():
    assert "bottom" in read_one("a.html", "<div>" * 1500 + "bottom").text
    assert "bottom" in read_one("a.html", "<table><tr><td>" * 300 + "bottom").text
    assert "bottom" in read_one("a.html", "<ul><li>" * 300 + "bottom").text


def test_depth_beyond_the_parsers_own_limit_is_refused_rather_than_cut_off():
    with pytest.raises(FileUnreadable, match="nested too deeply"):
        read_one("a.html", "<div>" * 5000 + "bottom")


def test_pictures_of_any_size_within_the_page_do_not_end_it():
    assert read_one("a.html", f"<img src='data:{'x' * 11_000_000}'><p>after</p>").text == "after"


def test_entities_of_a_doctype_are_not_expanded():
    bomb = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><html><body><p>x &b; y</p></body></html>'

    assert "ha" not in read_one("a.html", bomb).text


def test_an_empty_page_is_refused():
    with pytest.raises(FileUnreadable, match="is empty"):
        read_one("a.html", b"  ")
