"""A trained LoRA → a GGUF file that llama.cpp loads beside the base model.

Names and layout are those that llama.cpp's own converter (``convert_lora_to_gguf.py``) gives them; the models of
Llama's kind have the rows of their queries' and keys' weights in another order in GGUF.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray
from torch import Tensor

_KEY = re.compile(r"(?:base_model\.model\.)?(?P<module>.+)\.lora_(?P<half>[AB])\.weight")
_ROTATED = {"llama": re.compile(r"\.self_attn\.(?P<which>[qk])_proj$")}


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a base decides the names and the layout of its weights. `key_heads` are fewer than `heads` in some."""

    architecture: str
    layers: int
    heads: int
    key_heads: int


def write_adapter(
    path: Path,
    weights: Mapping[str, Tensor],
    shape: Shape,
    alpha: float,
    about: Mapping[str, str],
) -> None:
    """Write peft's `weights` for a base of that shape; `about` goes into the file as general.… fields.

    Raises `ValueError` for a weight that GGUF has no name for.
    """
    architecture = shape.architecture
    names = gguf.get_tensor_name_map(_architecture(architecture), shape.layers)
    writer = gguf.GGUFWriter(str(path), architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
    for key, value in about.items():
        writer.add_string(f"general.{key}", value)
    for key, weight in weights.items():
        parts = _KEY.fullmatch(key)
        name = names.get_name(parts["module"]) if parts else None
        if parts is None or name is None:
            raise ValueError(f"{key} has no name in a GGUF file of {architecture}; it cannot be used with llama.cpp.")
        values = weight.detach().float().numpy()
        rotated = _ROTATED[architecture].search(parts["module"]) if architecture in _ROTATED else None
        if rotated and parts["half"] == "B":
            values = _rows_of_pairs(values, shape.heads if rotated["which"] == "q" else shape.key_heads)
        writer.add_tensor(f"{name}.weight.lora_{parts['half'].lower()}", values.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _architecture(name: str) -> gguf.MODEL_ARCH:
    for architecture, its_name in gguf.MODEL_ARCH_NAMES.items():
        if its_name == name:
            return architecture
    raise ValueError(f"GGUF files know no architecture {name}; it cannot be used with llama.cpp.")


def _rows_of_pairs(values: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """The rows of each head in the order of rotated pairs, as GGUF has them for Llama's kind."""
    rows = values.shape[0]
    return values.reshape(heads, 2, rows // heads // 2, -1).swapaxes(1, 2).reshape(values.shape)
