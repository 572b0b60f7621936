import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memorySource } from '../../server/bytes/memorySource.ts';
import { checkStructure } from '../../server/check/checkStructure.ts';
import { toIndex } from '../../server/check/indexDocument.ts';
import { isDocument, parseJsonDocument } from '../../server/check/jsonDocument.ts';
import { takeSurvey } from '../../server/check/takeSurvey.ts';
import { scanTokenizer } from '../../server/check/tokenizerFacts.ts';
import { readAdapterConfig } from '../../server/models/adapterConfig.ts';
import { toManifest } from '../../server/models/directionManifest.ts';
import { readJsonFile } from '../../server/models/jsonFile.ts';
import { toModulePatterns } from '../../server/models/modulePatterns.ts';
import { parseRecipe } from '../../server/recipes/parseRecipe.ts';
import { ServerError } from '../../server/errors.ts';
import { readGguf } from '../../server/tensors/gguf/ggufFile.ts';
import { unpickle } from '../../server/tensors/pickle/unpickle.ts';
import { readSafetensors } from '../../server/tensors/safetensorsHeader.ts';
import { readShardIndex } from '../../server/tensors/shardIndex.ts';
import { readTorchFile } from '../../server/tensors/torch/torchFile.ts';
import { torchWorld } from '../../server/tensors/torch/torchWorld.ts';
import { readZipDirectory } from '../../server/tensors/zipDirectory.ts';
import { Warnings } from '../../server/warnings.ts';
import { placeScene } from '../support/hostileFiles.ts';
import { safetensors } from '../support/safetensors.ts';
import { checkpoint, config, place, sharded, tokenizer } from '../support/checkScene.ts';

/** Something that reads what others have written. */
export interface Parser {
  readonly name: string;
  /** Of this many inputs one is for it, where the fastest have one of one. */
  readonly share: number;
  /** Small valid inputs, which are mutated. */
  readonly corpus: readonly Uint8Array[];
  /** Whether inputs have a length before a JSON text, which is corrected after some mutations. */
  readonly isFramed?: boolean;
  /** Throws a `ServerError`, or nothing. */
  readonly parse: (bytes: Uint8Array<ArrayBuffer>) => unknown;
}

export interface Parsers extends Disposable {
  readonly all: readonly Parser[];
}

const { signal } = new AbortController();
const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const json = (value: unknown) => encode(JSON.stringify(value, null, 1));

const header = safetensors(
  {
    'model.norm.weight': { dtype: 'BF16', shape: [4], bytes: 8 },
    'a.b': { dtype: 'F8_E4M3', shape: [2, 3], bytes: 6 },
  },
  { format: 'pt' },
);
const recipe = `version: 1
base: models/base
target: base+adapters/task
directions:
  - {name: a, positive: x, negative: y, strength: -0.5, layers: 4-20}
  - name: b
    path: w
    include: ["*.mlp.*"]
schedule: {layers: [0.5, 1], others: 0}
output: {path: "out/{name}-{strength}", format: checkpoint, max_shard_size: 5GB}
`;
const adapterConfig = {
  peft_type: 'LORA',
  r: 8,
  lora_alpha: 16,
  target_modules: ['q_proj', 'v_proj'],
  rank_pattern: { 'layers.0.*q_proj': 4, '^model\\.x$': 2 },
  alpha_pattern: {},
  modules_to_save: null,
  use_rslora: false,
};
const manifest = {
  format: 'weight-steering-direction',
  version: 1,
  name: 'w',
  base: { reference: 'base', tensors: 3, headerSha256: '0'.repeat(64) },
  recipe: {},
  norm: 1.5,
  layers: 4,
  complete: true,
  tied: { embedding: 'a', head: 'b' },
  created: '2026-11-24',
  tool: 'x',
};

/** Every parser there is. One more is one more row. Those that read files have a folder, until this is disposed of. */
export function createParsers(): Parsers {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const model = place(join(folder, 'model'), checkpoint());
  placeScene(join(folder, 'scene'));
  const inFile = (name: string, read: (path: string) => Promise<unknown>) => async (bytes: Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    await read(path);
  };
  const inModel = (name: string) =>
    inFile(join('model', name), async () => {
      const survey = await takeSurvey(model, {
        workspace: folder,
        depth: 'headers',
        texts: new Map(),
        readsPickles: true,
        signal,
      });
      checkStructure(survey);
    });
  const all: readonly Parser[] = [
    {
      name: 'safetensors header',
      share: 1,
      corpus: [header],
      isFramed: true,
      parse: (bytes) => readSafetensors(memorySource('/x', bytes), signal),
    },
    {
      name: 'shard index',
      share: 1,
      corpus: [json(sharded()['model.safetensors.index.json'])],
      parse: (bytes) => readShardIndex(memorySource('/x', bytes), signal),
    },
    {
      name: 'JSON with places',
      share: 1,
      corpus: [json(config), json(sharded()['model.safetensors.index.json'])],
      parse: parsePlaced,
    },
    {
      name: 'tokenizer',
      share: 1,
      corpus: [json(tokenizer), unigram],
      parse: (bytes) => scanTokenizer('/x', bytes, new Set(['</s>'])),
    },
    {
      name: 'GGUF',
      share: 2,
      corpus: [fixture('gguf/types.gguf'), fixture('gguf/llama-Q4_0.gguf')],
      parse: (bytes) => readGguf(memorySource('/x', bytes), signal),
    },
    {
      name: 'zip directory',
      share: 1,
      corpus: [fixture('pickles/nested.pt')],
      parse: (bytes) => readZipDirectory(memorySource('/x', bytes), signal),
    },
    {
      name: 'PyTorch file',
      share: 2,
      corpus: ['nested.pt', 'training.pt', 'module.pth', 'protocol4.bin'].map((name) =>
        fixture(`pickles/${name}`),
      ),
      parse: (bytes) => readTorchFile(memorySource('/x', bytes), signal),
    },
    {
      name: 'pickle',
      share: 1,
      corpus: ['protocol2.bin', 'protocol4.bin', 'training.pt'].map((name) =>
        pickleIn(fixture(`pickles/${name}`)),
      ),
      parse: (bytes) => unpickle(bytes, torchWorld(refuse, refuse), refuse),
    },
    {
      name: 'recipe',
      share: 2,
      corpus: [encode(recipe), readFileSync(join(import.meta.dirname, '../../media/demo/honest.steer.yaml'))],
      parse: (bytes) => parseRecipe(decode(bytes), { path: '/x' }),
    },
    {
      name: 'module patterns',
      share: 2,
      corpus: [encode('layers\\.(?:0|1)\\..*_proj$'), encode('^(a+)+b[^x-z]{2,3}\\w')],
      parse: parsePattern,
    },
    {
      name: 'adapter configuration',
      share: 10,
      corpus: [json(adapterConfig)],
      parse: inFile('adapter_config.json', async (path) =>
        readAdapterConfig(path, await readJsonFile(path, signal), new Warnings()),
      ),
    },
    {
      name: 'direction manifest',
      share: 10,
      corpus: [json(manifest)],
      parse: inFile('direction.json', async (path) => toManifest(path, await readJsonFile(path))),
    },
    { name: 'check of config.json', share: 100, corpus: [json(config)], parse: inModel('config.json') },
    {
      name: 'check of tokenizer_config.json',
      share: 100,
      corpus: [json({ eos_token: { content: '</s>' }, chat_template: null })],
      parse: inModel('tokenizer_config.json'),
    },
  ];
  return { all, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

const unigram = json({
  model: {
    type: 'Unigram',
    vocab: [
      ['<unk>', 0],
      ['a', -1.5],
    ],
  },
  added_tokens: [{ id: 0, content: '<unk>' }],
});

function refuse(problem: string): ServerError {
  return new ServerError('unsupported-format', '/x', problem);
}

function fixture(name: string): Uint8Array {
  return readFileSync(join(import.meta.dirname, '../fixtures', name));
}

/** What `data.pkl` holds in an archive that stores it as it is: from its protocol to the next record. */
function pickleIn(archive: Uint8Array): Uint8Array {
  const bytes = Buffer.from(archive);
  const start = bytes.indexOf(0x80, bytes.indexOf('data.pkl'));
  return bytes.subarray(start, bytes.indexOf('PK', start));
}

function parsePlaced(bytes: Uint8Array): void {
  const document = parseJsonDocument('/x', decode(bytes));
  if (isDocument(document)) toIndex(document);
}

/** A budget as small as the time that an input has. */
function parsePattern(bytes: Uint8Array): void {
  let left = 1e7;
  const patterns = toModulePatterns([[decode(bytes), 1]], (amount) => {
    left -= amount;
    if (left < 0) throw new OutOfBudget();
  });
  try {
    if (typeof patterns !== 'string') patterns.find('model.layers.0.self_attn.q_proj');
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
  }
}

class OutOfBudget extends Error {}
