import pytest

from tests.corpus.loaders.loading import passages, read_one


def _document(body, preamble=""):
    return rf"\documentclass{{article}}{preamble}\begin{{document}}{body}\end{{document}}"


def _texts(body, preamble=""):
    return [text for _, text in passages(read_one("a.tex", _document(body, preamble)))]


def test_sections_are_places_and_the_preamble_is_not_text():
    source = _document(
        "\n\\maketitle\nIntro. % a comment\n\\section{Gates}\\label{s}\nThree.\n"
        "\\subsection*{Input}\nOne.\n\\section{End}\nBye.",
        r"\usepackage[utf8]{inputenc}\title{LSTM\thanks{Funded.}}\newcommand{\x}{y}",
    )

    document = read_one("lstm.tex", source)

    assert document.title == "LSTM"
    assert passages(document) == [
        ("", "Funded.\n\nIntro."),
        ("§ Gates", "Three."),
        ("§ Gates › Input", "One."),
        ("§ End", "Bye."),
    ]


def test_a_chapter_without_preamble_is_read():
    assert passages(read_one("a.tex", "\\chapter{One}\nText.")) == [("§ One", "Text.")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"so $x_i^2$ and \(y\)", r"so $x_i^2$ and \(y\)"),
        (r"so \[ a^2 \label{eq:a} \] end", r"so \[ a^2 \] end"),
        (
            "so\n\\begin{align}\n x &= 1 \\\\\n y &= 2 % note\n\\end{align}\nend",
            "so\n\\begin{align}\nx &= 1 \\\\\ny &= 2 \\end{align}\nend",
        ),
    ],
)
def test_formulas_stay_as_they_are_written(source, text):
    assert _texts(source) == [text]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"Caf\'e, 10\,km, 50\%, {\L}ukasz, ``quoted'' --- \emph{so}", "Café, 10 km, 50%, Łukasz, “quoted” — so"),
        (r"as \cite[p.~3]{smith20} and Figure~\ref{fig:a} show", "as [smith20] and Figure [fig:a] show"),
        (r"\href{http://x.y}{the page} and \url{http://x.y}", "the page and http://x.y"),
        (r"\textcolor{red}{red} \verb|a_b| \includegraphics[width=3cm]{x.png}", "red a_b"),
        (r"Text\footnote{A \emph{note}.} goes on.", "Text goes on.\n\nA note."),
    ],
)
def test_macros_are_read_for_their_text(source, text):
    assert _texts(source) == [text]


def test_the_authors_own_words_are_filled_in():
    assert _texts(r"\eg{} this", r"\newcommand{\eg}{for example}") == ["for example this"]


def test_lists_tables_and_statements_stay_readable():
    assert _texts(r"\begin{enumerate}\item One \begin{itemize}\item in\end{itemize} \item Two\end{enumerate}") == [
        "1. One\n  - in\n2. Two"
    ]
    assert _texts(r"\begin{tabular}{l|c}\hline Gate & Act \\ \midrule input & $\sigma$ \\ \hline\end{tabular}") == [
        "Gate | Act\ninput | $\\sigma$"
    ]
    assert _texts(r"\begin{theorem}[Pythagoras]In a triangle.\end{theorem}") == ["Theorem (Pythagoras). In a triangle."]


def test_code_stays_code_and_drawings_go():
    assert _texts("\\begin{minted}[linenos]{python}\ndef f(x):\n    return {'$': x}\n\\end{minted}") == [
        "def f(x):\n    return {'$': x}"
    ]
    assert _texts(r"a \begin{tikzpicture}\node {N};\end{tikzpicture} \begin{comment}x\end{comment}") == ["a"]


def test_captions_and_references_are_kept():
    body = r"\begin{figure}\includegraphics{x}\caption{A cell.}\end{figure}"
    body += r"\begin{thebibliography}{9}\bibitem{h} Hochreiter.\end{thebibliography}"

    assert passages(read_one("a.tex", _document(body))) == [("", "A cell."), ("§ References", "Hochreiter.")]


def test_slides_have_their_titles_as_headings_and_no_steps():
    body = r"\section{RNN}\begin{frame}{Gates}\only<2->{Three.}\end{frame}\begin{frame}\frametitle{End}Bye.\end{frame}"

    assert passages(read_one("a.tex", _document(body).replace("article", "beamer"))) == [
        ("§ RNN › Gates", "Three."),
        ("§ RNN › End", "Bye."),
    ]


def test_other_files_are_named_but_not_read(tmp_path):
    secret = tmp_path / "secret.tex"
    secret.write_text("password", encoding="utf-8")

    document = read_one("a.tex", _document(rf"Text. \input{{{secret}}} \lstinputlisting{{{secret}}}"))

    assert document.text == "Text."
    assert document.warnings == (f"It includes {secret}, which is read only as a file of its own.",)


@pytest.mark.parametrize(
    "source", [r"\begin{itemize}\item one", r"text } more {", r"$ unclosed", r"\section{", r"\verb|x"]
)
def test_broken_latex_is_read_as_well_as_it_can_be(source):
    assert read_one("a.tex", f"Before.\n\n{source}").text.startswith("Before.")


def test_hostile_depth_is_refused_or_read_but_never_crashes():
    from corpus.errors import FileUnreadable

    with pytest.raises(FileUnreadable, match="too entangled"):
        read_one("a.tex", "{" * 5000 + "x" + "}" * 5000)
