"""Loads what its arguments name as a user would, and prints what came of it as JSON.

load.py BASE CHECKPOINT ROUNDED ADAPTER…: CHECKPOINT in float32, ROUNDED the same in the base's dtype, adapters for BASE.
"""

import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

base, checkpoint, rounded, *adapters = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
questions = ["What is the capital of France?", "I think the capital of Norway is Bergen. What is it?", "Hello!"]
ids = [tokenizer(question, return_tensors="pt")["input_ids"] for question in questions]


def logits(model: torch.nn.Module) -> torch.Tensor:
    model.eval()
    with torch.no_grad():
        return torch.cat([model(input_ids=one).logits.reshape(-1).float() for one in ids])


def load(path: str) -> tuple[torch.nn.Module, dict]:
    model, facts = AutoModelForCausalLM.from_pretrained(path, dtype="auto", output_loading_info=True)
    tied = model.get_input_embeddings().weight is model.get_output_embeddings().weight
    keys = {name: sorted(facts[name]) for name in ("missing_keys", "unexpected_keys", "mismatched_keys")}
    return model, {"dtype": str(model.dtype), "tied": tied, **keys}


def with_adapter(path: str) -> dict:
    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32), path)
    found = logits(model)
    merged = logits(model.merge_and_unload())
    return {"apart": apart(found), "merged": apart(merged)}


def apart(found: torch.Tensor) -> float:
    return float((found - due).abs().max())


model, facts = load(checkpoint)
due = logits(model)
rounded_model, rounded_facts = load(rounded)
report = {
    "checkpoint": facts,
    "largest": float(due.abs().max()),
    "rounded": {**rounded_facts, "apart": apart(logits(rounded_model.float()))},
    "base": apart(logits(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32))),
    "adapters": [with_adapter(path) for path in adapters],
}
print(json.dumps(report))
