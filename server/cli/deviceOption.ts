import { InvalidArgumentError, Option } from 'commander';

const devices = ['auto', 'cpu', 'webgpu'];

/** `--device` of what runs a model's graph; devices that others have are refused with the reason. */
export function graphDeviceOption(): Option {
  return new Option('--device <d>', 'who computes').choices(devices).argParser(toDevice).default('auto');
}

function toDevice(value: string): string {
  if (devices.includes(value)) return value;
  const instead = 'It does not generate text; cpu and webgpu do.';
  if (value === 'dml' || value === 'coreml') throw new InvalidArgumentError(instead);
  if (!/^cuda(:\d+)?$/.test(value))
    throw new InvalidArgumentError(`Allowed choices are ${devices.join(', ')}.`);
  const needed =
    "ONNX Runtime's CUDA provider, which is not installed with this, and NVIDIA's CUDA and cuDNN";
  throw new InvalidArgumentError(`${instead} CUDA would need ${needed}.`);
}
