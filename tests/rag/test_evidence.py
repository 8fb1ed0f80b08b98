from rag.evidence import gather


def test_the_sentence_that_answers_comes_first(biology_retriever):
    hits = biology_retriever.search("How do plants store energy?")

    evidence = gather("How do plants store energy?", hits, biology_retriever)

    assert evidence.quotes[0].text == "Plants store energy as starch."


def test_a_sentence_that_opens_on_what_came_before_brings_it_along(biology_retriever):
    question = "four phases: prophase, metaphase, anaphase, telophase"

    best = gather(question, biology_retriever.search(question), biology_retriever).quotes[0]

    assert best.text.startswith("Mitosis divides one nucleus")
    assert best.text.endswith("telophase.")


def test_every_quote_is_a_true_slice(biology_retriever):
    documents = biology_retriever.index.documents

    quotes = gather("cell energy", biology_retriever.search("cell energy"), biology_retriever).quotes

    assert quotes
    assert all(documents[quote.chunk.doc_id].text[quote.start : quote.end] == quote.text for quote in quotes)


def test_confidence_tells_what_the_course_is_about(biology_retriever):
    def confidence(question):
        return gather(question, biology_retriever.search(question), biology_retriever).confidence

    assert confidence("How do plants store energy?") > 0.8
    assert confidence("When is the exam?") < 0.3


def test_nothing_found_is_no_evidence(biology_retriever):
    evidence = gather("zebra", [], biology_retriever)

    assert evidence.quotes == ()
    assert evidence.confidence == 0.0


def test_excerpts_are_whole_sentences_around_the_best_of_each_passage(biology_retriever):
    question = "How do plants store energy?"
    evidence = gather(question, biology_retriever.search(question), biology_retriever)

    excerpts = evidence.excerpts(2, words=6, language="en")

    assert excerpts[0] == "Mitochondria release energy from glucose. Plants store energy as starch."
    assert len(excerpts) == 2
