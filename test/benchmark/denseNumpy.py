"""base + k · (positive − negative) as a careful user of numpy streams it: rounded once, in chunks that fit the cache.

Arguments: base, positive, negative (safetensors files of one layout), output, k.
"""

import os
import sys

import numpy as np
from streaming import read_bytes, read_header

CHUNK = 1 << 20


def decode(raw):
    bits = np.frombuffer(raw, np.uint16).astype(np.uint32)
    bits <<= 16
    return bits.view(np.float32)


def encode(values):
    bits = values.view(np.uint32)
    bits += 0x7FFF + ((bits >> 16) & 1)
    return (bits >> 16).astype(np.uint16)


def main():
    paths, target, k = sys.argv[1:4], sys.argv[4], np.float32(sys.argv[5])
    files = [open(path, "rb") for path in paths]
    headers = [read_header(file) for file in files]
    with open(target, "wb") as out:
        out.write(headers[0][0])
        for name, entry in headers[0][1].items():
            size = entry["data_offsets"][1] - entry["data_offsets"][0]
            for start in range(0, size, CHUNK):
                count = min(CHUNK, size - start)
                base, positive, negative = (
                    decode(read_bytes(file, header[1][name], start, count)) for file, header in zip(files, headers)
                )
                positive -= negative
                positive *= k
                base += positive
                out.write(encode(base))
        out.flush()
        os.fsync(out.fileno())


main()
