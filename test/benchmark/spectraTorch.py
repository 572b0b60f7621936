"""Singular values of B₁A₁ − B₂A₂ for every module of two adapters, from QR of both sides and a small SVD.

Arguments: two adapter_model.safetensors, float32 or float64. Prints the largest singular value of the first module.
"""

import sys

import torch
from safetensors import safe_open


def main():
    dtype = getattr(torch, sys.argv[3])
    with safe_open(sys.argv[1], "pt") as one, safe_open(sys.argv[2], "pt") as other:
        largest = None
        for key in one.keys():
            if not key.endswith("lora_A.weight"):
                continue
            name = key.replace("lora_A", "lora_B")
            left = torch.cat([one.get_tensor(name), -other.get_tensor(name)], 1).to(dtype)
            right = torch.cat([one.get_tensor(key), other.get_tensor(key)], 0).to(dtype)
            core = torch.linalg.qr(left, mode="r").R @ torch.linalg.qr(right.T, mode="r").R.T
            sigma = torch.linalg.svdvals(core)
            largest = largest if largest is not None else sigma[0].item()
        print(largest)


main()
