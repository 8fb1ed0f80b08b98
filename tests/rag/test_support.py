import pytest

from rag.support import check

PASSAGE = (
    "LSTMs use a memory cell, input gate, output gate, and forget gate to control the flow of information. "
    "HIPAA was signed in 1996 and does not cover 12 % of cases."
)


@pytest.mark.parametrize(
    ("sentence", "support"),
    [
        ("LSTMs use a memory cell, input gate, output gate, and forget gate.", "supported"),
        ("An LSTM uses memory cells and an input gate to control information flow.", "supported"),
        ("HIPAA was signed in 1996 and does not cover 12 % of cases.", "supported"),
        ("HIPAA was signed in 1986 and does not cover 12 % of cases.", "unsupported"),
        ("HIPAA was signed in 1996 and does not cover 13 % of cases.", "unsupported"),
        ("GDPR was signed in 1996 and does not cover 12 % of cases.", "unsupported"),
        ("The law GDPR was signed in 1996 and does not cover 12 % of cases.", "unsupported"),
        ("The flow of information controls the forget gate, output gate, input gate and memory cell.", "weak"),
        ("Transformers attend to every token of a sequence at once.", "unsupported"),
        ("It is.", "unsupported"),
    ],
)
def test_verdicts(sentence, support):
    passage = PASSAGE if "HIPAA" in sentence or "GDPR" in sentence else PASSAGE.split(". ", maxsplit=1)[0]

    assert check(sentence, passage).support == support


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("Enzymes are used up in a reaction.", "Enzymes are not used up in a reaction."),
        ("Enzymes aren't proteins at all.", "Enzymes are proteins at all."),
        ("Mitosis never halves the chromosomes.", "Mitosis halves the chromosomes."),
    ],
)
def test_a_negation_on_one_side_only_is_no_support(sentence, passage):
    assert check(sentence, passage).support == "unsupported"


def test_the_score_is_the_share_of_content_words_found():
    assert check("cells store starch and glycogen", "Plants store starch in cells").score == pytest.approx(3 / 4)
