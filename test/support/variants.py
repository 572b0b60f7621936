"""Adapters of every kind that is supported, as PEFT writes them, and how far outputs are from what PEFT makes of them.

variants.py make BASE FOLDER: writes FOLDER/<name>/adapter, with random weights, and prints the names as JSON.
variants.py compare BASE FOLDER: loads FOLDER/<name>/adapter, …/out-checkpoint and …/out-adapter, and prints as JSON
    how far the logits of the outputs are from those of the adapter, relative to the largest of them.
"""

import json
import sys
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

VARIANTS = {
    "plain": {"target_modules": ["q_proj", "down_proj"]},
    "patterns": {
        "target_modules": ["q_proj", "down_proj", "o_proj"],
        "rank_pattern": {"layers.1.self_attn.q_proj": 8, ".*down_proj": 2},
        "alpha_pattern": {"q_proj": 3},
    },
    "rslora": {"r": 9, "target_modules": ["q_proj"], "use_rslora": True},
    "embeddings": {"target_modules": ["embed_tokens", "q_proj"]},
    "head": {"target_modules": ["lm_head", "q_proj"]},
    "embeddings and head": {"target_modules": ["embed_tokens", "lm_head"]},
    "whole embeddings": {"target_modules": ["q_proj"], "modules_to_save": ["embed_tokens"]},
    "whole head": {"target_modules": ["q_proj"], "modules_to_save": ["lm_head"]},
    "whole embeddings and head": {"target_modules": ["q_proj"], "modules_to_save": ["lm_head", "embed_tokens"]},
    "whole embeddings, tied": {
        "target_modules": ["q_proj"],
        "modules_to_save": ["embed_tokens"],
        "ensure_weight_tying": True,
    },
    "embeddings, tied": {"target_modules": ["q_proj", "embed_tokens"], "ensure_weight_tying": True},
    "whole norms": {"target_modules": ["q_proj"], "modules_to_save": ["norm", "input_layernorm"]},
    "all biases": {"target_modules": ["q_proj"], "bias": "all"},
    "biases of adapted modules": {"target_modules": ["q_proj"], "bias": "lora_only"},
    "biases of factors": {"target_modules": ["q_proj"], "lora_bias": True},
    "some layers": {"target_modules": ["q_proj", "up_proj"], "layers_to_transform": [1, 3]},
    "all linear": {"target_modules": "all-linear"},
}

command, base, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
ids = torch.arange(3, 40)[None]


def load(path: str = base) -> torch.nn.Module:
    return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)


def logits(model: torch.nn.Module) -> torch.Tensor:
    model.eval()
    with torch.no_grad():
        return model(input_ids=ids).logits


def make() -> list[str]:
    torch.manual_seed(0)
    for name, settings in VARIANTS.items():
        model = get_peft_model(load(), LoraConfig(**{"r": 4, "lora_alpha": 8, "task_type": "CAUSAL_LM"} | settings))
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.requires_grad:
                    parameter.add_(torch.randn_like(parameter) * 0.03)
        model.save_pretrained(folder / name / "adapter")
    return list(VARIANTS)


def compare(name: str) -> dict[str, float | None]:
    due = logits(PeftModel.from_pretrained(load(), folder / name / "adapter"))

    def apart(model: torch.nn.Module) -> float:
        return float((logits(model) - due).abs().max() / due.abs().max())

    adapter = folder / name / "out-adapter"
    return {
        "base": apart(load()),
        "checkpoint": apart(load(str(folder / name / "out-checkpoint"))),
        "adapter": apart(PeftModel.from_pretrained(load(), adapter)) if adapter.exists() else None,
    }


print(json.dumps(make() if command == "make" else {name: compare(name) for name in VARIANTS}))
