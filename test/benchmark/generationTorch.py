"""Greedy text of a checkpoint with transformers: arguments are the model, a dtype, how many tokens, and the prompt's ids with commas."""

import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def main():
    path, dtype, tokens = sys.argv[1], sys.argv[2], int(sys.argv[3])
    tokenizer = AutoTokenizer.from_pretrained(path)
    model = AutoModelForCausalLM.from_pretrained(path, dtype=getattr(torch, dtype))
    ids = torch.tensor([[int(each) for each in sys.argv[4].split(",")]])
    cache = None
    text = []
    with torch.inference_mode():
        for _ in range(tokens):
            result = model(ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
            cache = result.past_key_values
            ids = result.logits[:, -1:].argmax(-1)
            text.append(tokenizer.decode(ids[0]))
    print("".join(text))


main()
