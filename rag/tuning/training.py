"""Training of the reader: examples in, weights out."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from rag.cross_encoder import ReaderNetwork, Tokeniser, Tokens, padded, reader_network
from rag.reader import Text
from rag.tuning.examples import Example
from rag.tuning.run import CPU, Machine, Schedule, TrainingRun

WEIGHTS = "reader.safetensors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(Schedule):
    """All that decides what is learnt, beside the examples."""

    epochs: float = 2.0
    rate: float = 9e-5
    warm_up: float = 0.06
    last_rate: float = 0.02
    tokens: int = 2560
    """The most tokens in a batch, padding included."""

    frozen: int = 2
    """How many of the lowest layers stay as they are, with the embeddings: they cost time and learn little."""

    seed: int = 7


@dataclass(frozen=True, slots=True)
class Learnt:
    """An example as the network sees it, and which of its tokens answer: none, where it does not say."""

    tokens: Tokens
    answer: tuple[int, ...]


def learnable(example: Example, tokeniser: Tokeniser) -> Learnt:
    """The example's tokens, and those of its answer."""
    tokens = tokeniser(example.question, Text(example.heading, example.passage))
    inside = (
        i
        for i, (first, last) in enumerate(tokens.offsets)
        if any(first < end and start < last for start, end in example.answer)
    )
    return Learnt(tokens, tuple(tokens.first + i for i in inside))


@dataclass(frozen=True, slots=True)
class Batch:
    """What the network is given for some examples, and which of its logits ``[n, 1 + length]`` are right."""

    inputs: tuple[Tensor, Tensor, Tensor, Tensor]
    right: Tensor

    def to(self, device: str) -> Batch:
        """The same on a device."""
        ids, segments, attended, readable = (tensor.to(device) for tensor in self.inputs)
        return Batch((ids, segments, attended, readable), self.right.to(device))


def batch_of(learnt: Sequence[Learnt]) -> Batch:
    """The tensors of some examples."""
    inputs = padded([one.tokens for one in learnt])
    right = torch.zeros(len(learnt), 1 + inputs[0].shape[1], dtype=torch.bool)
    for row, one in enumerate(learnt):
        right[row, [1 + at for at in one.answer] or [0]] = True
    return Batch(inputs, right)


def loss_of(logits: Tensor, right: Tensor) -> Tensor:
    """The mean negative log-likelihood of any of the answer's tokens, or of "nowhere" where there is none.

    Both are ``[n, 1 + length]``. The likelihood of several right places is their sum, as in
    Clark and Gardner (2018), "Simple and effective multi-paragraph reading comprehension".
    """
    log_shares = torch.log_softmax(logits.float(), dim=1)
    return -torch.logsumexp(log_shares.masked_fill(~right, -1e4), dim=1).mean()


def batches(examples: Sequence[Learnt], most: int, rng: random.Random) -> Iterator[list[Learnt]]:
    """The examples in random batches of at most `most` tokens, those of like length together."""
    order = list(examples)
    rng.shuffle(order)
    made: list[list[Learnt]] = []
    for at in range(0, len(order), _BUCKET):
        batch: list[Learnt] = []
        for one in sorted(order[at : at + _BUCKET], key=lambda learnt: len(learnt.tokens.ids)):
            if batch and len(one.tokens.ids) * (len(batch) + 1) > most:
                made.append(batch)
                batch = []
            batch.append(one)
        made.append(batch)
    rng.shuffle(made)
    yield from made


_BUCKET = 2048


class Training(TrainingRun[list[Learnt], Batch]):
    """A run that makes the reader's weights, which are written whenever the state is."""

    STATE = "training.pt"
    CURVE = "curve.jsonl"

    def __init__(
        self,
        examples: Sequence[Example],
        encoder: Path,
        folder: Path,
        recipe: Recipe,
        start: Path | None = None,
        machine: Machine = CPU,
    ) -> None:
        torch.manual_seed(recipe.seed)
        tokeniser = Tokeniser(encoder)
        self.network = reader_network(encoder)
        if start is not None:
            self.network.load(start)
        freeze(self.network, recipe.frozen)
        plan = _planned([learnable(example, tokeniser) for example in examples], recipe)
        super().__init__(self.network, plan, folder, recipe, weight_decay=0.01, machine=machine)

    def run(self, save_every: int = 200, stop_after: int | None = None) -> None:
        """As every run, and write the weights."""
        super().run(save_every, stop_after)

    @staticmethod
    def batch(step: list[Learnt]) -> Batch:
        """The tensors of a step."""
        return batch_of(step)

    def backward(self, batch: Batch) -> float:
        """The loss of a batch."""
        here = batch.to(self._machine.device)
        with self.mixed_precision():
            logits = self.network(*here.inputs)
        loss = loss_of(logits, here.right)
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    def weights(self) -> dict[str, Tensor]:
        """All of the network, what is frozen too."""
        return self.network.state_dict()

    def take(self, weights: dict[str, Tensor]) -> None:
        """Go on from these."""
        self.network.load_state_dict(weights)

    def _save(self) -> None:
        super()._save()
        self.network.save(self._folder / WEIGHTS)


def _planned(examples: Sequence[Learnt], recipe: Recipe) -> list[list[Learnt]]:
    rng = random.Random(recipe.seed)  # noqa: S311
    once = [list(batches(examples, recipe.tokens, rng)) for _ in range(int(recipe.epochs + 1))]
    steps = round(recipe.epochs * len(once[0]))
    return [batch for epoch in once for batch in epoch][:steps]


def freeze(network: ReaderNetwork, layers: int) -> None:
    """Keep the embeddings and the lowest `layers` as they are."""
    encoder = network.encoder
    for part in (encoder.embeddings, *encoder.encoder.layer[:layers]):  # type: ignore[union-attr, index]
        part.requires_grad_(False)
