"""gguf_adapter.py FILE: what the gguf package finds in an adapter, as JSON: metadata, and the matrices' sums of squares."""

import json
import sys

import gguf
import numpy

reader = gguf.GGUFReader(sys.argv[1])
fields = {name: field.contents() for name, field in reader.fields.items() if not name.startswith("GGUF.")}
tensors = {
    tensor.name: {"shape": list(tensor.data.shape), "type": tensor.tensor_type.name, "squares": float(numpy.square(tensor.data.astype(numpy.float64)).sum())}
    for tensor in reader.tensors
}
print(json.dumps({"fields": fields, "tensors": tensors}))
