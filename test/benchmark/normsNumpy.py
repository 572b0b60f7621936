"""Norm of the difference of two bfloat16 checkpoints, tensor by tensor, in float64: what a script would do."""

import json
import sys

import numpy as np


def tensors(path):
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    data = np.memmap(path, np.uint16, "r", 8 + length) if length % 2 == 0 else np.memmap(path, np.uint8, "r", 8 + length).view(np.uint16)
    return {k: data[v["data_offsets"][0] // 2 : v["data_offsets"][1] // 2] for k, v in header.items() if k != "__metadata__"}


def wide(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


base, plus = map(tensors, sys.argv[1:3])
print(sum(float(((wide(plus[k]) - wide(base[k])) ** 2).sum()) for k in base) ** 0.5)
