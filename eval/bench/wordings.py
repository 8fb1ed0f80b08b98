"""Who should word an answer? Ways side by side: ``python -m eval.bench.wordings QUESTIONS --course DIR --limit 30``.

Every way gets the evidence that the pipeline gathers for a question, and none may refuse, so that only the wording
is compared. ``COURSECITE_MODEL`` names the model; ``COURSECITE_ADAPTER=packaged`` gives it its adapter. With
``--shuffle`` the passages of a prompt stand in any order, so that only reading tells them apart.

* quoted: the course's own sentences, as the pipeline picks them
* first: the sentence that the prompt opens with: what a model gives that has learnt where answers stand, not to read
* alone: the model's draft from the pipeline's prompt, unchecked
* checked: what of that draft the passages support; the quote, where they support none
* rewritten: the picked sentences worded anew by the model, where the passages support that; else the quote
* chosen: the one of the five best sentences that the model names; a grammar lets it write nothing but its number
* reranked: of the sentences of both drafts, the one that the passages support best; else the quote
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import llama_cpp
import numpy as np

from corpus import read_course
from eval.questions import Question, read_questions
from eval.sampling import sample
from eval.scoring import is_right
from rag import Answering, Chunk, Message, prompts
from rag.chunking import Chunking
from rag.citing import Citations, Proof
from rag.evidence import Evidence, gather
from rag.indexing import index_folder, open_index
from rag.markers import without_markers
from rag.models import find_adapter, find_gguf, load_embedder, load_reader
from rag.retrieval import Retriever
from rag.sentences import sentence_spans
from rag.settings import Settings

WAYS = ("quoted", "first", "alone", "checked", "rewritten", "chosen", "reranked")
_ANSWERING = Answering()
_OFFERED = 5
_REWRITE = "Answer the question in one short sentence. Use only words of the text."
_CHOOSE = "Which of these sentences answers the question? Reply with its number only."
_MARKER = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Wording:
    """One answer in one way of wording it, and what the model took for it."""

    text: str
    seconds: float = 0.0


class Writer:
    """A GGUF model that writes at temperature 0, and only what a grammar allows, where one is given."""

    def __init__(self, settings: Settings) -> None:
        gguf = find_gguf(settings.model, settings.data / "models")
        adapter = find_adapter(settings.adapter, gguf)
        self.name = "+".join(path.stem for path in (gguf, adapter) if path)
        self._llama = llama_cpp.Llama(
            str(gguf),
            lora_path=str(adapter) if adapter else None,
            n_ctx=4096,
            n_threads=settings.threads or None,
            n_threads_batch=settings.threads or None,
            verbose=False,
        )

    def write(self, messages: Sequence[Message], max_tokens: int, grammar: str = "") -> str:
        """The reply to `messages`."""
        self._llama.reset()
        reply = self._llama.create_chat_completion(
            [{"role": message.role, "content": message.content} for message in messages],
            max_tokens=max_tokens,
            temperature=0.0,
            repeat_penalty=1.1,
            grammar=llama_cpp.LlamaGrammar.from_string(grammar, verbose=False) if grammar else None,
        )
        return str(reply["choices"][0]["message"]["content"] or "").strip()


def wordings(
    question: str, evidence: Evidence, passages: Sequence[Chunk], writer: Writer, order: random.Random | None = None
) -> dict[str, Wording]:
    """The answer to one question in each of the ways; `order` shuffles the passages of the prompt."""
    citations = Citations(passages, "en")
    quote = " ".join(one.text for one in evidence.answer)
    start = time.perf_counter()
    excerpts = evidence.excerpts(_ANSWERING.prompted, _ANSWERING.excerpt_words, "en")
    if order:
        order.shuffle(excerpts)
    draft = writer.write(prompts.answer_messages(question, excerpts), _ANSWERING.max_tokens)
    drafted = time.perf_counter()
    asked = f"Text: {prompts.defused(quote)}\n\nQuestion: {prompts.defused(question)}"
    anew = writer.write([Message("system", _REWRITE), Message("user", asked)], _ANSWERING.max_tokens)
    rewritten = time.perf_counter()
    best = list(dict.fromkeys(one.text for one in evidence.quotes))[:_OFFERED]
    chosen = best[_chosen(question, best, writer)]
    ended = time.perf_counter()
    checked, reworded = (list(_supported(text, citations)) for text in (draft, anew))
    proofs = sorted([*checked, *reworded], key=lambda proof: proof.rank, reverse=True)
    return {
        "quoted": Wording(quote),
        "first": Wording(_opening(excerpts[0])),
        "alone": Wording(draft, drafted - start),
        "checked": Wording(_joined(checked) or quote, drafted - start),
        "rewritten": Wording(_joined(reworded) or quote, rewritten - drafted),
        "chosen": Wording(chosen, ended - rewritten),
        "reranked": Wording(_joined(proofs[:1]) or quote, rewritten - start),
    }


def _opening(excerpt: str) -> str:
    start, end = sentence_spans(excerpt)[0]
    return excerpt[start:end]


def _chosen(question: str, sentences: Sequence[str], writer: Writer) -> int:
    numbered = "\n".join(f"{number}. {prompts.defused(text)}" for number, text in enumerate(sentences, start=1))
    asked = Message("user", f"{_CHOOSE}\n\n{numbered}\n\nQuestion: {prompts.defused(question)}")
    digits = " | ".join(f'"{number}"' for number in range(1, len(sentences) + 1))
    reply = writer.write([asked], 2, f"root ::= {digits}")
    return int(reply[0]) - 1 if reply[:1].isdigit() else 0


def _supported(draft: str, citations: Citations) -> Iterator[Proof]:
    for start, end in sentence_spans(draft):
        proof = citations.prove(draft[start:end])
        if proof.verdict.support == "supported":
            yield proof


def _joined(proofs: Iterable[Proof]) -> str:
    return " ".join(proof.text for proof in list(proofs)[: _ANSWERING.most_sentences])


def measures(question: Question, wording: Wording, passages: Sequence[Chunk]) -> dict[str, float]:
    """Is it right, does it quote a sentence whole and which, does it name a passage that exists?"""
    bare = [without_markers(wording.text[start:end]) for start, end in sentence_spans(wording.text)]
    quoted = [span for text in bare for chunk in passages if (span := _span_of(text, chunk))]
    gold = any(
        doc_id == one.doc_id and start < one.end and one.start < end
        for doc_id, start, end in quoted
        for one in question.gold_spans
    )
    numbers = [int(number) for number in _MARKER.findall(wording.text)]
    return {
        "right": is_right(question, without_markers(wording.text)),
        "quotes": float(bool(quoted)),
        "quotes the answer": float(gold),
        "cites": float(bool(numbers) and all(1 <= number <= _ANSWERING.prompted for number in numbers)),
        "words": float(len(wording.text.split())),
        "seconds": wording.seconds,
    }


def _span_of(text: str, chunk: Chunk) -> tuple[str, int, int] | None:
    """Where a passage has this text, white space aside."""
    words = [re.escape(word) for word in text.split()]
    found = re.search(r"\s+".join(words), chunk.text) if len(words) > 2 else None
    return (chunk.doc_id, chunk.start + found.start(), chunk.start + found.end()) if found else None


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a Markdown table, a row for each way."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.wordings", description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--course", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=30)
    parser.add_argument("--shuffle", action="store_true")
    asked = parser.parse_args(arguments)
    settings = Settings.from_environment()
    embedder, reader, writer = load_embedder(settings), load_reader(), Writer(settings)
    course = read_course(asked.course)
    retriever = Retriever(
        open_index(course, index_folder(settings.data, course.folder), embedder, Chunking()), embedder
    )
    order = random.Random(0) if asked.shuffle else None  # noqa: S311
    measured: dict[str, list[dict[str, float]]] = defaultdict(list)
    answerable = [one for one in read_questions(asked.questions) if one.answerable and one.answers and not one.history]
    for question in sample(answerable, asked.limit):
        hits = retriever.search(question.text, _ANSWERING.retrieved)[: _ANSWERING.read]
        passages = [hit.chunk for hit in hits]
        evidence = gather(question.text, hits, retriever, reader)
        for way, wording in wordings(question.text, evidence, passages, writer, order).items():
            measured[way].append(measures(question, wording, passages))
    sys.stdout.write(table(measured, f"{asked.course.name}, {writer.name}"))


def table(measured: dict[str, list[dict[str, float]]], title: str) -> str:
    """The means of each way, as Markdown."""
    names = list(next(iter(measured.values()))[0])
    lines = [f"| {title} ({len(measured[WAYS[0]])}) | {' | '.join(names)} |", f"|{'---|' * (len(names) + 1)}"]
    for way in WAYS:
        means = (float(np.mean([one[name] for one in measured[way]])) for name in names)
        cells = (f"{mean:.2f}" if mean < 2 else f"{mean:.0f}" for mean in means)
        lines.append(f"| {way} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
