from hypothesis import given
from hypothesis import strategies as st

from eval.highlight import Segment, segments
from eval.passages import Passage
from eval.questions import Span

TEXT = "An LSTM has three gates."
PASSAGE = Passage("lstm", "LSTM", "", 100, 100 + len(TEXT), TEXT)


def test_cited_and_gold_words_are_cut_out():
    found = segments(PASSAGE, {1: Span("lstm", 103, 107)}, [Span("lstm", 112, 123)])

    assert found == [
        Segment("An "),
        Segment("LSTM", cited=(1,), begins=(1,)),
        Segment(" has "),
        Segment("three gates", is_gold=True),
        Segment("."),
    ]


def test_what_overlaps_is_both_and_a_number_is_written_once():
    found = segments(PASSAGE, {1: Span("lstm", 108, 124), 2: Span("lstm", 112, 117)}, [Span("lstm", 112, 117)])

    assert found == [
        Segment("An LSTM "),
        Segment("has ", cited=(1,), begins=(1,)),
        Segment("three", cited=(1, 2), begins=(2,), is_gold=True),
        Segment(" gates.", cited=(1,)),
    ]


def test_what_reaches_beyond_the_passage_is_cut_at_its_edges():
    found = segments(PASSAGE, {1: Span("lstm", 0, 102)}, [Span("lstm", 118, 900), Span("gru", 100, 110)])

    assert found == [
        Segment("An", cited=(1,), begins=(1,)),
        Segment(" LSTM has three "),
        Segment("gates.", is_gold=True),
    ]


spans = st.tuples(st.integers(90, 130), st.integers(1, 30)).map(lambda at: Span("lstm", at[0], at[0] + at[1]))


@given(st.lists(spans, max_size=4), st.lists(spans, max_size=4))
def test_the_segments_are_the_passage_and_mark_every_character_as_its_spans_do(cited, gold):
    found = segments(PASSAGE, dict(enumerate(cited, start=1)), gold)

    assert "".join(segment.text for segment in found) == TEXT
    marks = [(segment.cited, segment.is_gold) for segment in found for _ in segment.text]
    for offset, (numbers, is_gold) in enumerate(marks, start=PASSAGE.start):
        assert numbers == tuple(i for i, span in enumerate(cited, start=1) if span.start <= offset < span.end)
        assert is_gold == any(span.start <= offset < span.end for span in gold)
