"""Training of an adapter: quotings in, a LoRA beside the model's own weights out (Hu et al., 2021).

The base is a GGUF file, read back into full precision, so that what is learnt fits the very weights that it is
used with.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from torch import Tensor, nn
from transformers import AutoModelForCausalLM, AutoTokenizer

from rag.tuning.gguf_adapter import Shape
from rag.tuning.quoting import Quoting
from rag.tuning.run import CPU, Machine, Schedule, TrainingRun
from rag.types import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterRecipe(Schedule):
    """All that decides what is learnt, beside the base and the examples."""

    epochs: float = 1.0
    rate: float = 4e-4
    warm_up: float = 0.05
    last_rate: float = 0.05
    together: int = 8
    """Examples behind one step: side by side on a GPU; elsewhere alone, so that none is padded."""

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


@dataclass(frozen=True, slots=True)
class Prompts:
    """Token ids ``[n, longest]`` of prompts with their answers, and which of them are there, and an answer's."""

    ids: Tensor
    attended: Tensor
    answers: Tensor

    def to(self, device: str) -> Prompts:
        """The same on a device."""
        return Prompts(self.ids.to(device), self.attended.to(device), self.answers.to(device))

    def one_by_one(self) -> Iterator[Prompts]:
        """Each alone and as long as it is: padding costs a slow machine as much as words."""
        for row, length in enumerate(self.attended.sum(dim=1).tolist()):
            yield Prompts(*(part[row : row + 1, :length] for part in (self.ids, self.attended, self.answers)))


def prompts_of(examples: Sequence[Tokenised]) -> Prompts:
    """The tensors of some examples."""
    ids = torch.zeros(len(examples), max(len(example.ids) for example in examples), dtype=torch.long)
    attended, answers = torch.zeros_like(ids), torch.zeros_like(ids, dtype=torch.bool)
    for row, example in enumerate(examples):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
        attended[row, : len(example.ids)] = 1
        answers[row, example.first : len(example.ids)] = True
    return Prompts(ids, attended, answers)


class AdapterTraining(TrainingRun[list[Tokenised], Prompts]):
    """A run that makes an adapter."""

    STATE = "adapter.pt"
    CURVE = "adapter-curve.jsonl"

    def __init__(
        self,
        quotings: Sequence[Quoting],
        base: Base,
        folder: Path,
        recipe: AdapterRecipe,
        machine: Machine = CPU,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.model = with_adapter(base.network, recipe)
        plan = _planned([tokenised(quoting, base.tokeniser) for quoting in quotings], recipe)
        super().__init__(self.model, plan, folder, recipe, weight_decay=0.0, machine=machine)

    def run(self, save_every: int = 10, stop_after: int | None = None) -> None:
        """As every run; its steps take longer."""
        super().run(save_every, stop_after)

    @staticmethod
    def batch(step: list[Tokenised]) -> Prompts:
        """The tensors of a step."""
        return prompts_of(step)

    def backward(self, batch: Prompts) -> float:
        """The mean loss of some examples."""
        if self._machine.is_gpu:
            loss, gradients = self._learnt(batch.to(self._machine.device))
            self._add(gradients)
            return loss
        # A small model's layers are too small to be shared: on two cores, two prompts at a time are 1.2 times as fast.
        total = 0.0
        with ThreadPoolExecutor(torch.get_num_threads(), initializer=torch.set_num_threads, initargs=(1,)) as cores:
            for loss, gradients in cores.map(self._learnt, batch.one_by_one()):
                self._add([gradient / len(batch.ids) for gradient in gradients])
                total += loss / len(batch.ids)
        return total

    def _learnt(self, prompts: Prompts) -> tuple[float, Sequence[Tensor]]:
        """Their loss, and its gradients: given, not added, as threads that add get in each other's way."""
        with self.mixed_precision():
            loss = answer_loss(self.model, prompts)
        return float(loss.detach()), torch.autograd.grad(loss, self._parameters)

    def _add(self, gradients: Sequence[Tensor]) -> None:
        for parameter, gradient in zip(self._parameters, gradients, strict=True):
            parameter.grad = gradient if parameter.grad is None else parameter.grad + gradient

    def weights(self) -> dict[str, Tensor]:
        """What was learnt, by peft's names."""
        return {name: weight.cpu() for name, weight in get_peft_model_state_dict(self.model).items()}

    def take(self, weights: dict[str, Tensor]) -> None:
        """Go on from these."""
        set_peft_model_state_dict(self.model, weights)

    @property
    def shape(self) -> Shape:
        """The base's shape, for the adapter's file."""
        config = cast("Any", self.model.get_base_model()).config
        return Shape(
            config.model_type, config.num_hidden_layers, config.num_attention_heads, config.num_key_value_heads
        )


def _planned(examples: Sequence[Tokenised], recipe: AdapterRecipe) -> list[list[Tokenised]]:
    rng = random.Random(recipe.seed)  # noqa: S311
    seen: list[Tokenised] = []
    while len(seen) < recipe.epochs * len(examples):
        order = list(examples)
        rng.shuffle(order)
        seen += order
    seen = seen[: round(recipe.epochs * len(examples))]
    return [seen[at : at + recipe.together] for at in range(0, len(seen), recipe.together)]


def with_adapter(network: nn.Module, recipe: AdapterRecipe) -> PeftModel:
    """The network with a LoRA on each of its linear layers but the last, and nothing else to learn."""
    config = LoraConfig(r=recipe.rank, lora_alpha=recipe.alpha, target_modules="all-linear", task_type="CAUSAL_LM")
    return cast("PeftModel", get_peft_model(cast("Any", network), config))


def answer_loss(model: PeftModel, prompts: Prompts) -> Tensor:
    """The negative log-likelihood of an answer's tokens, averaged over them, then over the examples.

    The prompt is read, not learnt.
    """
    inner = cast("Any", model.get_base_model())
    states = inner.model(input_ids=prompts.ids, attention_mask=prompts.attended).last_hidden_state
    # The vocabulary is the widest layer of a small model: it is only asked about the answers' tokens.
    logits = inner.lm_head(states[:, :-1][prompts.answers[:, 1:]])
    losses = nn.functional.cross_entropy(logits.float(), prompts.ids[prompts.answers], reduction="none")
    rows = prompts.answers.nonzero()[:, 0]
    return (losses / prompts.answers.sum(dim=1)[rows]).sum() / len(prompts.ids)
