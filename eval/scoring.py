"""Row → scores: every measure that applies to one question, and no other."""

from __future__ import annotations

from eval.metrics import answers, citations, ranking
from eval.metrics.ranking import Ranks
from eval.questions import Question
from eval.rows import Row

KS = (1, 3, 5, 10)
_LONG_ANSWER = 12


def score(row: Row, language: str = "en", retrieval_only: bool = False) -> Row:
    """The row with its scores, whatever it had before.

    A question that ended in an error counts as wrong, not as refused, and finds nothing beyond what
    it had found before the error.
    """
    scores = retrieval_scores(row)
    if not retrieval_only:
        scores |= abstention_scores(row) | answer_scores(row, language) | citation_scores(row, language)
    return row.scored(scores)


def retrieval_scores(row: Row) -> dict[str, float]:
    """Was the gold found? For an answerable question whose gold is known, unless nothing was searched for."""
    question = row.question
    if not question.answerable or not (row.error or "retrieved" in row.record):
        return {}
    found = [hit.span for hit in row.retrieved]
    scores: dict[str, float] = {}
    if question.gold_spans:
        ranks = ranking.first_ranks(found, question.gold_spans)
        scores |= {f"recall@{k}": ranking.recall(ranks, k) for k in KS} | _successes("success", ranks)
        scores |= {"mrr@10": ranking.reciprocal_rank(ranks, 10), "ndcg@10": ranking.ndcg(ranks, 10)}
    if question.gold_doc_ids:
        scores |= _successes("section_success", ranking.section_ranks(found, question.answering_doc_ids))
    return scores


def abstention_scores(row: Row) -> dict[str, float]:
    """Was it refused? ``refused`` for an unanswerable question, ``false_refusal`` for an answerable one."""
    if row.question.answerable is None:
        return {}
    name = "false_refusal" if row.question.answerable else "refused"
    return {name: float(row.answered is False)}


def answer_scores(row: Row, language: str = "en") -> dict[str, float]:
    """Is it right? For an answerable question with gold answers; a refusal scores 0 on every measure of the text.

    What counts as right depends on the question: see `answers.right_short`, `right_true_false`, `right_long`.
    """
    question = row.question
    if not question.answerable or not question.answers:
        return {}
    text = row.text if row.answered else ""
    scores = {
        "right": is_right(question, text, language),
        "contains": answers.contains(text, question.answers, language),
        "content_f1": answers.content_f1(text, question.answers, language),
    }
    if not _is_long(question):
        scores["exact_match"] = answers.exact_match(text, question.answers)
        scores["f1"] = answers.token_f1(text, question.answers)
    scores["truthfulness"] = answers.truthfulness(row.answered is not False, scores["right"] == 1)
    if row.answered:
        scores["right_answered"] = scores["right"]
    return scores


def citation_scores(row: Row, language: str = "en") -> dict[str, float]:
    """Is it proven? Precision and recall count a refused answerable question as 0: refusing never raises them."""
    question = row.question
    cited = [citation.span for citation in row.citations]
    scores: dict[str, float] = {}
    if question.answerable and question.gold_spans:
        scores["citation_precision"] = citations.citation_precision(cited, question.gold_spans)
        scores["citation_recall"] = citations.citation_recall(cited, question.gold_spans)
        if row.answered:
            scores["citation_precision_answered"] = scores["citation_precision"]
    if row.answered:
        quotes = {citation.number: citation.quote for citation in row.citations}
        supported = sum(sentence.support == "supported" for sentence in row.sentences)
        scores |= {
            "sentences_cited": citations.sentences_cited(row.sentences),
            "support": citations.support(row.sentences, quotes, language),
            "claimed_supported": supported / len(row.sentences) if row.sentences else 0.0,
            "cited_characters": float(citations.cited_characters(cited)),
            "invalid_markers": float(citations.invalid_markers(row.sentences, quotes)),
        }
    return scores


def _successes(name: str, ranks: Ranks) -> dict[str, float]:
    return {f"{name}@{k}": ranking.success(ranks, k) for k in KS}


def is_right(question: Question, text: str, language: str = "en") -> float:
    """1.0 where the text says what a gold answer says; how much of it must be said depends on the question."""
    if _is_true_false(question):
        return answers.right_true_false(text, question.answers)
    if _is_long(question):
        return answers.right_long(text, question.answers, language)
    return answers.right_short(text, question.answers, question.choices, language)


def _is_true_false(question: Question) -> bool:
    return question.qtype == "tf" or {answer.strip(" .").casefold() for answer in question.answers} <= {"true", "false"}


def _is_long(question: Question) -> bool:
    if question.qtype:
        return question.qtype == "long"
    return min(len(answer.split()) for answer in question.answers) > _LONG_ANSWER
