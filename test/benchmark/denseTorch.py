"""base + k · (positive − negative) as a careful user of torch streams it: in float32, in chunks that fit the cache.

Arguments: base, positive, negative (safetensors files of one layout), output, k.
"""

import os
import sys

import torch
from streaming import read_bytes, read_header

CHUNK = 1 << 21


def main():
    paths, target, k = sys.argv[1:4], sys.argv[4], float(sys.argv[5])
    files = [open(path, "rb") for path in paths]
    headers = [read_header(file) for file in files]
    with open(target, "wb") as out:
        out.write(headers[0][0])
        for name, entry in headers[0][1].items():
            size = entry["data_offsets"][1] - entry["data_offsets"][0]
            for start in range(0, size, CHUNK):
                count = min(CHUNK, size - start)
                base, positive, negative = (
                    torch.frombuffer(read_bytes(file, header[1][name], start, count), dtype=torch.bfloat16).float()
                    for file, header in zip(files, headers)
                )
                result = base.add_(positive.sub_(negative), alpha=k).to(torch.bfloat16)
                out.write(result.view(torch.uint8).numpy())
        out.flush()
        os.fsync(out.fileno())


main()
