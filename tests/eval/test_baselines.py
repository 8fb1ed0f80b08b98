from eval.baselines import ExtractiveFloor, gold_chunks, oracle_questions
from eval.questions import Question, Span


def test_the_floor_answers_with_the_best_sentence_and_cites_it_as_it_stands(documents):
    answer = ExtractiveFloor(documents).answer("How many gates does an LSTM have?")

    [citation] = answer.citations
    assert answer.text == citation.quote == "An LSTM has three gates."
    assert documents["lstm"].text[citation.start : citation.end] == citation.quote
    assert answer.retrieved[0].chunk.doc_id == "lstm"


def test_the_floor_refuses_where_its_sentence_shares_too_few_words(documents):
    floor = ExtractiveFloor(documents)

    assert not floor.answer("Which gates did the harbour of Carthage have in summer?").answered
    assert not floor.answer("Who won the war?").answered
    assert floor.answer("gates of an LSTM").answered


def test_the_oracle_is_given_the_paragraphs_of_the_gold(documents):
    text = documents["lstm"].text
    forget, gates = text.index("forget"), text.index("three")
    question = Question(
        "a",
        "Which?",
        gold_spans=(
            Span("lstm", forget, forget + 6),
            Span("lstm", forget, forget + 11),
            Span("lstm", gates, gates + 5),
        ),
    )

    chunks = gold_chunks(question, documents)

    assert [chunk.text for chunk in chunks] == text.split("\n\n")[::-1]
    assert all(documents["lstm"].text[chunk.start : chunk.end] == chunk.text for chunk in chunks)


def test_the_oracle_is_asked_what_has_a_gold_passage():
    span = (Span("d", 0, 5),)
    known = [Question(f"k{i}", "Which?", answerable=True, gold_spans=span) for i in range(5)]
    others = [
        Question("variant", "which", answerable=True, gold_spans=span, source_id="k0"),
        Question("unknown", "Who?", answerable=False),
        Question("unproven", "Who?", ("Ada",), True),
    ]

    assert oracle_questions([*known, *others], limit=50, seed=0) == known
    assert len(oracle_questions([*known, *others], limit=3, seed=0)) == 3
    assert oracle_questions([*known, *others], limit=0, seed=0) == []
