"""Training of the reader: examples in, weights out. It can be stopped at any moment and goes on where it was."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from rag.cross_encoder import ReaderNetwork, Tokeniser, Tokens, reader_network
from rag.reader import Text
from rag.tuning.examples import Example

WEIGHTS = "reader.safetensors"
_STATE = "training.pt"
_CURVE = "curve.jsonl"


@dataclass(frozen=True, slots=True)
class Recipe:
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


def loss_of(logits: Tensor, answers: Sequence[tuple[int, ...]]) -> Tensor:
    """The mean negative log-likelihood of any of the answer's tokens, or of "nowhere" where there is none.

    `logits` are ``[n, 1 + length]``. The likelihood of several right places is their sum, as in
    Clark and Gardner (2018), "Simple and effective multi-paragraph reading comprehension".
    """
    right = torch.zeros_like(logits, dtype=torch.bool)
    for row, answer in enumerate(answers):
        right[row, [1 + at for at in answer] or [0]] = True
    log_shares = torch.log_softmax(logits, dim=1)
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


class Training:
    """One run in a folder, which keeps its state, its loss curve and, in the end, the weights."""

    def __init__(
        self, examples: Sequence[Example], encoder: Path, folder: Path, recipe: Recipe, start: Path | None = None
    ) -> None:
        torch.manual_seed(recipe.seed)
        self._folder = folder
        self._recipe = recipe
        self._tokeniser = Tokeniser(encoder)
        self._examples = [learnable(example, self._tokeniser) for example in examples]
        self.network = reader_network(encoder)
        if start is not None:
            self.network.load(start)
        freeze(self.network, recipe.frozen)
        learning = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self._optimiser = torch.optim.AdamW(learning, lr=recipe.rate, weight_decay=0.01)
        self.step = 0
        self._plan = self._planned()

    def run(self, save_every: int = 200, stop_after: int | None = None) -> None:
        """Learn to the end, or for `stop_after` steps; the state is saved every so often, and at the end."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._take_up()
        last = min(len(self._plan), self.step + (stop_after or len(self._plan)))
        self.network.train()
        while self.step < last:
            loss = self._learn(self._plan[self.step])
            self.step += 1
            self._note(loss)
            if self.step % save_every == 0 or self.step == last:
                self._save()

    def _planned(self) -> list[list[Learnt]]:
        """Every batch of the run, in order: known beforehand, so that a run taken up again goes on with the next."""
        rng = random.Random(self._recipe.seed)  # noqa: S311
        once = [list(batches(self._examples, self._recipe.tokens, rng)) for _ in range(int(self._recipe.epochs + 1))]
        steps = round(self._recipe.epochs * len(once[0]))
        return [batch for epoch in once for batch in epoch][:steps]

    def _learn(self, batch: Sequence[Learnt]) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate()
        logits = self.network(*self._tokeniser.batch([learnt.tokens for learnt in batch]))
        loss = loss_of(logits, [learnt.answer for learnt in batch])
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        return float(loss.detach())

    def _rate(self) -> float:
        """A rise over the first steps, then a straight line down."""
        done = self.step / len(self._plan)
        rise = (self.step + 1) / max(self._recipe.warm_up * len(self._plan), 1)
        return self._recipe.rate * min(1.0, rise) * max(self._recipe.last_rate, 1 - done)

    def _note(self, loss: float) -> None:
        with (self._folder / _CURVE).open("a", encoding="utf-8") as curve:
            curve.write(json.dumps({"step": self.step, "of": len(self._plan), "loss": round(loss, 4)}) + "\n")

    def _save(self) -> None:
        state = {
            "step": self.step,
            "recipe": asdict(self._recipe),
            "network": self.network.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "random": torch.get_rng_state(),
        }
        part = self._folder / f"{_STATE}.part"
        torch.save(state, part)
        part.replace(self._folder / _STATE)
        self.network.save(self._folder / WEIGHTS)

    def _take_up(self) -> None:
        path = self._folder / _STATE
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        if state["recipe"] != asdict(self._recipe):
            raise ValueError(f"{self._folder} holds a run of another recipe; name another folder.")
        self.step = state["step"]
        self.network.load_state_dict(state["network"])
        self._optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["random"])


def freeze(network: ReaderNetwork, layers: int) -> None:
    """Keep the embeddings and the lowest `layers` as they are."""
    encoder = network.encoder
    for part in (encoder.embeddings, *encoder.encoder.layer[:layers]):  # type: ignore[union-attr, index]
        part.requires_grad_(False)
