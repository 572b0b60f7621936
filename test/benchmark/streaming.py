"""Safetensors by hand: what the streaming scripts of the benchmark have in common."""

import json
import struct


def read_header(file):
    """Offsets are from the beginning of the file."""
    (length,) = struct.unpack("<Q", file.read(8))
    raw = file.read(length)
    tensors = json.loads(raw)
    tensors.pop("__metadata__", None)
    for entry in tensors.values():
        entry["data_offsets"] = [8 + length + offset for offset in entry["data_offsets"]]
    return struct.pack("<Q", length) + raw, tensors


def read_bytes(file, entry, start=0, count=None):
    begin, end = entry["data_offsets"]
    file.seek(begin + start)
    return bytearray(file.read(end - begin if count is None else count))
