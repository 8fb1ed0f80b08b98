from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from corpus.loaders.tables import table_text
from rag.sentences import sentence_spans


def _split(text):
    return [text[start:end] for start, end in sentence_spans(text)]


def test_abbreviations_and_numbers_do_not_end_a_sentence():
    assert _split("See Fig. 3 for e.g. 2.5 mg. It works.") == ["See Fig. 3 for e.g. 2.5 mg.", "It works."]


def test_list_items_are_sentences_without_their_marks():
    assert _split("It has:\n- an input gate\n- an output gate\n2) a last one") == [
        "It has:",
        "an input gate",
        "an output gate",
        "a last one",
    ]


def test_a_line_break_within_a_sentence_is_kept():
    assert _split("One\nsentence.\n\nAnother") == ["One\nsentence.", "Another"]


def test_a_row_of_a_table_is_a_sentence_whatever_its_cells_hold():
    rows = [["Metformin", "500 mg. With food."], ["Insulin", "4 units"]]
    text = f"These are the doses.\n{table_text(rows, ['Drug', 'Dose'])}\nAsk first. Then take."

    assert _split(text) == [
        "These are the doses.",
        "Drug: Metformin | Dose: 500 mg. With food.",
        "Drug: Insulin | Dose: 4 units",
        "Ask first.",
        "Then take.",
    ]


def test_rows_of_markdown_and_of_pdf_are_sentences_and_rules_are_none():
    assert _split("| Drug | Dose |\n|---|:--|\n| Insulin | 4 units |") == ["| Drug | Dose |", "| Insulin | 4 units |"]
    assert _split("Drug  Dose\nInsulin  4 units") == ["Drug  Dose", "Insulin  4 units"]


def test_a_bar_that_is_none_of_a_table_parts_nothing():
    for bar in ("P(A | B)", "P(A | f(B))", "{x | x > 0}", "`cat a | wc`", "$p(x) | y$"):
        assert _split(f"Here {bar} is defined. It is\nnot new.") == [f"Here {bar} is defined.", "It is\nnot new."]


def test_two_spaces_after_a_sentence_are_no_table():
    text = "Cells divide.  They grow and\nthey rest.  They die."

    assert _split(text) == ["Cells divide.", "They grow and\nthey rest.", "They die."]


@given(st.text(alphabet="Aa .!?\n-•1)é|(", max_size=60))
def test_spans_are_in_order_and_hold_all_letters(text):
    spans = sentence_spans(text)
    assert all(start < end for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert sum(text[start:end].count("a") for start, end in spans) == text.count("a")
