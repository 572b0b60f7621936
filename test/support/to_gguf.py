"""to_gguf.py FOLDER FILE: a checkpoint (Llama or Qwen2) as a float32 GGUF file, as
convert_hf_to_gguf.py of llama.cpp would write its tensors, with a vocabulary of stand-ins.

Needs gguf, numpy, safetensors and torch.
"""

import json
import sys
from pathlib import Path

import gguf
import numpy
from safetensors.torch import load_file


def permute(weights: numpy.ndarray, count: int) -> numpy.ndarray:
    return (
        weights.reshape(count, 2, weights.shape[0] // count // 2, *weights.shape[1:])
        .swapaxes(1, 2)
        .reshape(weights.shape)
    )


def main(folder: Path, target: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    architecture = config["model_type"]
    heads = config["num_attention_heads"]
    key_heads = config.get("num_key_value_heads", heads)
    layers = config["num_hidden_layers"]
    writer = gguf.GGUFWriter(target, architecture)
    writer.add_context_length(config.get("max_position_embeddings", 256))
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(layers)
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(key_heads)
    writer.add_layer_norm_rms_eps(config.get("rms_norm_eps", 1e-6))
    writer.add_rope_freq_base(config.get("rope_parameters", {}).get("rope_theta", 10000.0))
    writer.add_rope_dimension_count(config["hidden_size"] // heads)
    writer.add_vocab_size(config["vocab_size"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([f"t{index}" for index in range(config["vocab_size"])])
    writer.add_token_types([gguf.TokenType.NORMAL] * config["vocab_size"])
    writer.add_token_merges(["t 0"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    names = gguf.get_tensor_name_map(getattr(gguf.MODEL_ARCH, architecture.upper()), layers)
    for name, tensor in load_file(folder / "model.safetensors").items():
        values = tensor.float().numpy()
        if architecture == "llama" and ".q_proj." in name:
            values = permute(values, heads)
        if architecture == "llama" and ".k_proj." in name:
            values = permute(values, key_heads)
        stem, parameter = name.rsplit(".", 1)
        writer.add_tensor(f"{names.get_name(stem)}.{parameter}", numpy.ascontiguousarray(values, dtype=numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main(Path(sys.argv[1]), Path(sys.argv[2]))
