"""base + k · (s₊B₊A₊ − s₋B₋A₋) as a careful user of torch streams it: tensor by tensor, products in float32.

Arguments: base (a safetensors file), positive, negative (adapters' safetensors files), output, k · α / r.
"""

import os
import sys

import torch
from streaming import read_bytes, read_header

PREFIX = "base_model.model."


def main():
    base_path, positive, negative, target, scale = *sys.argv[1:5], float(sys.argv[5])
    base = open(base_path, "rb")
    head, tensors = read_header(base)
    adapters = [open(path, "rb") for path in (positive, negative)]
    factors = [read_header(file)[1] for file in adapters]

    def factor(side, name):
        entry = factors[side][name]
        return torch.frombuffer(read_bytes(adapters[side], entry), dtype=torch.bfloat16).float().view(entry["shape"])

    with open(target, "wb") as out:
        out.write(head)
        for name, entry in tensors.items():
            raw = read_bytes(base, entry)
            module = PREFIX + name.removesuffix(".weight")
            if module + ".lora_A.weight" in factors[0]:
                w = torch.frombuffer(raw, dtype=torch.bfloat16).float().view(entry["shape"])
                for side, sign in ((0, scale), (1, -scale)):
                    w.addmm_(factor(side, module + ".lora_B.weight"), factor(side, module + ".lora_A.weight"), alpha=sign)
                raw = w.to(torch.bfloat16).view(torch.uint8).numpy()
            out.write(raw)
        out.flush()
        os.fsync(out.fileno())


main()
