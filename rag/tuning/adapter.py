"""Training of an adapter: quotings in, a LoRA beside the model's own weights out (Hu et al., 2021).

The base is a GGUF file, read back into full precision, so that what is learnt fits the very weights that it is
used with. A run keeps its state, and goes on where it was stopped.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from torch import Tensor, nn
from transformers import AutoModelForCausalLM, AutoTokenizer

from rag.tuning.gguf_adapter import Shape
from rag.tuning.quoting import Quoting
from rag.types import Message

_STATE = "adapter.pt"
_CURVE = "adapter-curve.jsonl"


@dataclass(frozen=True, slots=True)
class AdapterRecipe:
    """All that decides what is learnt, beside the base and the examples."""

    epochs: float = 1.0
    rate: float = 4e-4
    warm_up: float = 0.05
    last_rate: float = 0.05
    together: int = 8
    """Examples behind one step; each goes through the model alone, so that none is padded."""

    rank: int = 16
    alpha: int = 32
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Base:
    """A causal language model with its tokeniser, in full precision."""

    network: nn.Module
    tokeniser: Any

    @classmethod
    def from_gguf(cls, path: Path) -> Base:
        """The model in a GGUF file, as its quantised weights are."""
        tokeniser = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name, local_files_only=True)
        network = AutoModelForCausalLM.from_pretrained(
            path.parent, gguf_file=path.name, local_files_only=True, dtype=torch.float32
        )
        return cls(network, tokeniser)


@dataclass(frozen=True, slots=True)
class Tokenised:
    """A prompt with its answer as token ids; the answer, its end included, begins at `first`."""

    ids: list[int]
    first: int


def tokenised(quoting: Quoting, tokeniser: Any) -> Tokenised:
    """The tokens of the prompt, in the model's own chat template, and of the answer."""
    prompt = chat_text(tokeniser, quoting.messages)
    asked = tokeniser(prompt, add_special_tokens=False)["input_ids"]
    answer = tokeniser(quoting.answer, add_special_tokens=False)["input_ids"]
    return Tokenised([*asked, *answer, tokeniser.eos_token_id], len(asked))


def chat_text(tokeniser: Any, messages: Sequence[Message]) -> str:
    """The prompt as the model's chat template writes it, up to where the model goes on."""
    turns = [asdict(message) for message in messages]
    return cast("str", tokeniser.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))


class AdapterTraining:
    """One run in a folder, which keeps its state and its loss curve."""

    def __init__(self, quotings: Sequence[Quoting], base: Base, folder: Path, recipe: AdapterRecipe) -> None:
        torch.manual_seed(recipe.seed)
        self._folder = folder
        self._recipe = recipe
        self._examples = [tokenised(quoting, base.tokeniser) for quoting in quotings]
        self.model = with_adapter(base.network, recipe)
        learning = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        self._optimiser = torch.optim.AdamW(learning, lr=recipe.rate, weight_decay=0.0)
        self.step = 0
        self._plan = self._planned()

    def run(self, save_every: int = 10, stop_after: int | None = None) -> None:
        """Learn to the end, or for `stop_after` steps; the state is saved every so often, and at the end."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._take_up()
        last = min(len(self._plan), self.step + (stop_after or len(self._plan)))
        self.model.train()
        while self.step < last:
            loss = self._learn(self._plan[self.step])
            self.step += 1
            self._note(loss)
            if self.step % save_every == 0 or self.step == last:
                self._save()

    def weights(self) -> dict[str, Tensor]:
        """What was learnt, by peft's names."""
        return cast("dict[str, Tensor]", get_peft_model_state_dict(self.model))

    @property
    def shape(self) -> Shape:
        """The base's shape, for the adapter's file."""
        config = cast("Any", self.model.get_base_model()).config
        return Shape(
            config.model_type, config.num_hidden_layers, config.num_attention_heads, config.num_key_value_heads
        )

    def _planned(self) -> list[list[Tokenised]]:
        """Every step of the run, in order: known beforehand, so that a run taken up again goes on with the next."""
        rng = random.Random(self._recipe.seed)  # noqa: S311
        seen: list[Tokenised] = []
        while len(seen) < self._recipe.epochs * len(self._examples):
            order = list(self._examples)
            rng.shuffle(order)
            seen += order
        seen = seen[: round(self._recipe.epochs * len(self._examples))]
        return [seen[at : at + self._recipe.together] for at in range(0, len(seen), self._recipe.together)]

    def _learn(self, examples: Sequence[Tokenised]) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate()
        total = 0.0
        for example in examples:
            loss = answer_loss(self.model, example) / len(examples)
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        return total

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
            "adapter": self.weights(),
            "optimiser": self._optimiser.state_dict(),
        }
        part = self._folder / f"{_STATE}.part"
        torch.save(state, part)
        part.replace(self._folder / _STATE)

    def _take_up(self) -> None:
        path = self._folder / _STATE
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        if state["recipe"] != asdict(self._recipe):
            raise ValueError(f"{self._folder} holds a run of another recipe; name another folder.")
        self.step = state["step"]
        set_peft_model_state_dict(self.model, state["adapter"])
        self._optimiser.load_state_dict(state["optimiser"])


def with_adapter(network: nn.Module, recipe: AdapterRecipe) -> PeftModel:
    """The network with a LoRA on each of its linear layers but the last, and nothing else to learn."""
    config = LoraConfig(r=recipe.rank, lora_alpha=recipe.alpha, target_modules="all-linear", task_type="CAUSAL_LM")
    return cast("PeftModel", get_peft_model(cast("Any", network), config))


def answer_loss(model: PeftModel, example: Tokenised) -> Tensor:
    """The mean negative log-likelihood of the answer's tokens; the prompt is read, not learnt."""
    ids = torch.tensor([example.ids])
    inner = cast("Any", model.get_base_model())
    states = inner.model(input_ids=ids).last_hidden_state
    # The vocabulary is the widest layer of a small model: it is only asked about the answer's tokens.
    logits = inner.lm_head(states[0, example.first - 1 : -1])
    return nn.functional.cross_entropy(logits, ids[0, example.first :])
