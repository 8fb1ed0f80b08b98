from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

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


@given(st.text(alphabet="Aa .!?\n-•1)é", max_size=60))
def test_spans_are_in_order_and_hold_all_letters(text):
    spans = sentence_spans(text)
    assert all(start < end for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert sum(text[start:end].count("a") for start, end in spans) == text.count("a")
