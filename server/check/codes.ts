import type { FindingCode, Severity } from '#protocol/check.ts';

interface CodeFacts {
  readonly severity: Severity;
  /** What it means, in words for the table in README.md. */
  readonly meaning: string;
  /** What putting it right does; absent where nothing is safe. */
  readonly fix?: string;
}

const error = (meaning: string, fix?: string): CodeFacts => of('error', meaning, fix);
const warning = (meaning: string, fix?: string): CodeFacts => of('warning', meaning, fix);
const info = (meaning: string, fix?: string): CodeFacts => of('info', meaning, fix);

function of(severity: Severity, meaning: string, fix: string | undefined): CodeFacts {
  return { severity, meaning, ...(fix !== undefined && { fix }) };
}

/** Every code with its severity: chosen so that what loads and answers as it should has no error and hardly a warning. */
export const codes: Readonly<Record<FindingCode, CodeFacts>> = {
  'git-lfs-pointer': error('a file is the stand-in that Git LFS leaves until its contents are fetched'),
  'missing-file': error('a file that belongs to the model is not there'),
  'unreadable-file': error('a file cannot be read'),
  'too-large': error('a file is larger than any real one of its kind'),
  'invalid-json': error('a configuration is not JSON, or not an object'),
  'duplicate-key': warning('a key comes twice; Python takes the last', 'drops the first'),
  'invalid-safetensors': error('a weights file is not what the format says'),
  'truncated-file': error('a weights file is cut off'),
  'overlapping-tensors': error('two tensors share bytes'),
  'hole-in-file': error('bytes between two tensors belong to none'),
  'trailing-bytes': error('bytes after the last tensor'),
  'missing-format': warning(
    'no `format: pt`, without which older versions of transformers refuse the file',
    'adds it',
  ),
  'unsupported-format': info('weights that are not read here'),
  'invalid-pickle': error('a PyTorch file is not what `torch.save` writes'),
  'unsafe-pickle': error('a PyTorch file asks for code that no tensor needs; nothing of it is run'),
  'invalid-gguf': error('a GGUF file is not what the format says'),
  'invalid-index': error('an index that is not one'),
  'path-outside-folder': error('an index that leads out of its folder'),
  'missing-index': error('shards without their index', 'makes it from their headers'),
  'missing-shard': error('a shard that the index names is not there'),
  'extra-shard': warning('a shard that the index does not name'),
  'stale-entry': error('the index names a tensor that no shard has', 'drops the entry'),
  'wrong-shard': error('the index names another shard than has the tensor', 'corrects the entry'),
  'unindexed-tensor': error('a shard has a tensor that the index does not name', 'adds it'),
  'duplicate-tensor': error('two shards have a tensor of one name'),
  'wrong-total-size': info('`total_size` is not the sum of the tensors', 'corrects it'),
  'index-ignored': info('an index beside a single file, which is what is read'),
  'no-config': warning('weights without `config.json`'),
  'shape-mismatch': error(
    'the shape of a tensor is not what the configuration says',
    'corrects `vocab_size` or `intermediate_size`',
  ),
  'missing-layers': error('fewer layers than the configuration says'),
  'extra-layers': warning('more layers than the configuration says'),
  'missing-tensor': error('a tensor that the other layers have, or that every model has, is missing'),
  'missing-head': error('embeddings that are not tied, and no output head'),
  'head-stored-although-tied': info('a head is stored although the configuration ties it'),
  'dtype-mismatch': info('the configuration names another dtype than most weights have'),
  'tokenizer-too-large': error('tokens of the vocabulary beyond the rows of the embedding'),
  'token-beyond-embedding': warning('an added token beyond the rows of the embedding'),
  'unknown-token': warning('a special token that the vocabulary does not have'),
  'unknown-eos': warning('an end token beyond the rows of the embedding: generation would not end'),
  'missing-chat-template': info('a tokenizer without a chat template'),
  'rank-mismatch': error('`r` or `rank_pattern` is not what the shapes say', 'corrects `r`'),
  'invalid-adapter': error('an adapter whose tensors do not fit one another'),
  'unsupported-adapter': info('an adapter that cannot be steered with'),
  'unknown-field': warning('a field of an adapter that this version does not know, with a value of its own'),
  'unused-pattern': warning(
    'a key of `rank_pattern` or `alpha_pattern` that matches no module',
    'drops the key',
  ),
  'unused-target': warning('`target_modules` names what the file has no factors for'),
  'untargeted-factors': warning('factors that `target_modules` does not name: PEFT passes over them'),
  'changed-base': info('an initialisation with which PEFT changes the base'),
  'base-not-found': info('the base that an adapter names is not here'),
  'missing-target': error('an adapter changes what its base does not have'),
  'wrong-base': error('an adapter whose shapes are those of another base'),
  'refused-by-servers': info('whole tensors or embeddings in an adapter, which vLLM and llama.cpp refuse'),
  'identical-adapters': warning('two adapters with the same values'),
  'invalid-direction': error('a stored direction that is not what its `direction.json` says'),
  'not-finite': error('NaN or infinite values'),
  'all-zero': warning('a matrix of zeros'),
  'subnormal-values': info('many values too small for their dtype to hold in full'),
  'dead-rows': warning('rows of zeros in a matrix'),
  'dead-columns': warning('columns of zeros in a matrix'),
  'duplicate-values': warning('two matrices with the same values'),
  'duplicate-head': info(
    'the head that the configuration ties is stored a second time',
    'takes it out of its file',
  ),
  'tied-copies-differ': warning('the configuration ties a head that has values of its own'),
  'zero-adapter': warning('an adapter that changes nothing: every B is zero'),
};

/** Whether a word, such as the code of a warning, is one of ours. */
export function isFindingCode(word: string): word is FindingCode {
  return Object.hasOwn(codes, word);
}
