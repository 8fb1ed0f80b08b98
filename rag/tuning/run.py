"""TrainingRun: steps planned beforehand, taken in a folder one after the other; a stopped run is taken up again."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

Step = TypeVar("Step")
Batch = TypeVar("Batch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The highest learning rate, the share of the steps over which it rises, and the share of it left at the end."""

    rate: float
    warm_up: float
    last_rate: float

    def at(self, step: int, steps: int) -> float:
        """A rise over the first steps, then a straight line down."""
        rise = (step + 1) / max(self.warm_up * steps, 1)
        return self.rate * min(1.0, rise) * max(self.last_rate, 1 - step / steps)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a run learns: PyTorch's name of a device, and how many processes make batches beside it.

    A GPU waits for batches unless others make them; on a CPU they would only take its cores.
    """

    device: str = "cpu"
    workers: int = 0

    @property
    def is_gpu(self) -> bool:
        """Whether examples go through the network side by side, in half precision."""
        return self.device != "cpu"


CPU = Machine()


class TrainingRun(ABC, Generic[Step, Batch]):
    """One run in a folder, which keeps its state, in the file `STATE`, and its loss curve, in `CURVE`.

    `plan` has every step in order, so that a run taken up again goes on with the next.
    """

    STATE: ClassVar[str]
    CURVE: ClassVar[str]

    def __init__(
        self,
        network: nn.Module,
        plan: Sequence[Step],
        folder: Path,
        recipe: Schedule,
        *,
        weight_decay: float,
        machine: Machine,
    ) -> None:
        self._learning = network.to(machine.device)
        self._machine = machine
        self._plan = plan
        self._folder = folder
        self._recipe = recipe
        self._parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
        self._optimiser = torch.optim.AdamW(self._parameters, lr=recipe.rate, weight_decay=weight_decay)
        self.step = 0

    @staticmethod
    @abstractmethod
    def batch(step: Step) -> Batch:
        """The tensors of a step."""

    @abstractmethod
    def backward(self, batch: Batch) -> float:
        """The loss of a step, after its gradients were added to the network's."""

    @abstractmethod
    def weights(self) -> dict[str, Tensor]:
        """What was learnt so far."""

    @abstractmethod
    def take(self, weights: dict[str, Tensor]) -> None:
        """Go on from what `weights` gave."""

    def run(self, save_every: int, stop_after: int | None = None) -> None:
        """Learn to the end, or for `stop_after` steps; the state is saved every so often, and at the end."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._take_up()
        last = min(len(self._plan), self.step + (stop_after or len(self._plan)))
        self._learning.train()
        for batch in self._batches(self._plan[self.step : last]):
            loss = self._learn(batch)
            self.step += 1
            self._note(loss)
            if self.step % save_every == 0 or self.step == last:
                self._save()

    def mixed_precision(self) -> AbstractContextManager[object]:
        """What the networks compute in: half precision on a GPU, where it is several times as fast; full elsewhere."""
        return torch.autocast(self._machine.device, torch.bfloat16) if self._machine.is_gpu else nullcontext()

    def _batches(self, steps: Sequence[Step]) -> Iterator[Batch]:
        if not self._machine.workers:
            return map(self.batch, steps)
        own = torch.Generator()  # else the loader draws from the one that a resumed run has to find as it was
        loader: Any = DataLoader(
            _Made(steps, self.batch), batch_size=None, num_workers=self._machine.workers, generator=own
        )
        return iter(loader)

    def _learn(self, batch: Batch) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = self._recipe.at(self.step, len(self._plan))
        loss = self.backward(batch)
        nn.utils.clip_grad_norm_(self._learning.parameters(), 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        return loss

    def _note(self, loss: float) -> None:
        with (self._folder / self.CURVE).open("a", encoding="utf-8") as curve:
            curve.write(json.dumps({"step": self.step, "of": len(self._plan), "loss": round(loss, 4)}) + "\n")

    def _save(self) -> None:
        state = {
            "step": self.step,
            "recipe": asdict(self._recipe),
            "weights": self.weights(),
            "optimiser": self._optimiser.state_dict(),
            "random": torch.get_rng_state(),
        }
        part = self._folder / f"{self.STATE}.part"
        torch.save(state, part)
        part.replace(self._folder / self.STATE)

    def _take_up(self) -> None:
        path = self._folder / self.STATE
        if not path.exists():
            return
        state = torch.load(path, map_location=self._machine.device, weights_only=True)
        if state["recipe"] != asdict(self._recipe):
            raise ValueError(f"{self._folder} holds a run of another recipe; name another folder.")
        self.step = state["step"]
        self.take(state["weights"])
        self._optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["random"].cpu())
        # Steps taken after that state are taken again.
        curve = self._folder / self.CURVE
        noted = curve.read_text(encoding="utf-8").splitlines(keepends=True)
        curve.write_text("".join(noted[: self.step]), encoding="utf-8")


@dataclass(frozen=True)
class _Made(Dataset[Batch], Generic[Step, Batch]):
    """Steps as a DataLoader takes them, each made into tensors where it is taken."""

    steps: Sequence[Step]
    batch: Callable[[Step], Batch]

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, at: int) -> Batch:
        return self.batch(self.steps[at])
