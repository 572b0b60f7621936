import { describe, expect, test } from 'vitest';
import { rollUp } from '../../../server/analysis/rollUp.ts';
import type { AnalyzeResult, CompareResult, TensorAnalysis, WrittenOutput } from '#protocol/results.ts';
import { analyzeCsv } from '../../../server/cli/analyzeCsv.ts';
import { analyzeText } from '../../../server/cli/analyzeText.ts';
import { compareText } from '../../../server/cli/compareText.ts';
import { contrastText } from '../../../server/cli/contrast.ts';
import { initText } from '../../../server/cli/init.ts';
import { inspectText } from '../../../server/cli/inspect.ts';
import { dryRunText, writtenText } from '../../../server/cli/writeText.ts';

const folder = '/home/someone';

describe('what was written', () => {
  test('says how much changed and what rounding did', () => {
    expect(`\n${written(checkpoint)}`).toMatchInlineSnapshot(`
      "
      Wrote out/honest-k1.5: strength 1.5, 168 of 290 tensors changed; rounding keeps 99.81 % of the requested change.
        Norm of the requested change 5.98, of the realised one 5.97; cosine 0.9991.
        4.57 % of the elements with a requested change did not move.
      1.20 GB read, 988 MB written in 1.3 s.
      Device: The CPU was asked for."
    `);
  });

  test('says that nothing was asked for', () => {
    const rounding = {
      requested: 0,
      realised: 0,
      cosine: null,
      projection: null,
      unmoved: null,
      overflowed: 0,
    };
    expect(written({ ...checkpoint, strength: 0, rounding })).toContain('Nothing was requested');
  });

  test('says that nothing is left where the dtype is too small for all of it', () => {
    const rounding = { requested: 0, realised: 0, cosine: null, projection: null, unmoved: 0, overflowed: 9 };
    expect(written({ ...checkpoint, rounding })).toContain('Nothing is left of the requested change');
  });

  test('is an adapter of a rank', () => {
    expect(`\n${written(adapter)}`).toMatchInlineSnapshot(`
      "
      Wrote out/honest-k1.5: strength 1.5, an adapter of rank 64 on 168 tensors. Nothing was rounded away: its factors are float32.
        how to load it
      1.20 GB read, 988 MB written in 1.3 s.
      Device: The CPU was asked for."
    `);
  });

  test('at several strengths counts what they share once', () => {
    const text = written(checkpoint, { ...checkpoint, path: '/home/someone/out/honest-k2' });
    expect(text.match(/^Wrote/gm)).toHaveLength(2);
    expect(text).toMatch(/^1\.20 GB read, 1\.98 GB written in 1\.3 s\.\nDevice: .*$/m);
    expect(text.match(/^Device/gm)).toHaveLength(1);
  });

  test('or would be', () => {
    const planned = [
      checkpoint,
      { ...checkpoint, path: '/elsewhere/out', strength: -1, format: 'adapter' as const, rank: 8 },
    ];
    expect(`\n${dryRunText({ outputs: planned, peakMemory: 2.5e8, freeDisk: 1e11 }, folder)}`)
      .toMatchInlineSnapshot(`
      "
      would write      strength  format      rank  changed  copied    size
      out/honest-k1.5       1.5  checkpoint     –      168     122  988 MB
      /elsewhere/out         -1  adapter        8      168     122  988 MB

      Reads 1.20 GB, writes 1.98 GB of 100 GB free; takes about 250 MB of memory."
    `);
  });
});

function written(...outputs: readonly WrittenOutput[]): string {
  return writtenText(
    { outputs },
    { folder, hints: ({ format }) => (format === 'adapter' ? ['how to load it'] : []) },
  );
}

const checkpoint: WrittenOutput = {
  path: '/home/someone/out/honest-k1.5',
  strength: 1.5,
  format: 'checkpoint',
  rank: null,
  tensors: { changed: 168, copied: 122 },
  bytesRead: 1.2e9,
  bytesWritten: 9.88e8,
  seconds: 1.26,
  device: 'The CPU was asked for.',
  rounding: {
    requested: 5.98,
    realised: 5.97,
    cosine: 0.99912,
    projection: 0.9981,
    unmoved: 0.0457,
    overflowed: 0,
  },
};

const adapter: WrittenOutput = { ...checkpoint, format: 'adapter', rank: 64, rounding: null };

test('a stored direction is its size and its parts', () => {
  const tensors = { lowRank: 28, dense: 1, zero: 21 };
  const inputs = { identical: 0.412, withinOneUlp: 0.93 };
  expect(`\n${contrastText({ path: '/home/someone/w', norm: 3.46, tensors, inputs }, folder)}`)
    .toMatchInlineSnapshot(`
    "
    Stored w: ‖w‖ 3.46, 28 tensors as factors, 1 tensor in full, 21 not moved.
    Of the two fine-tunes' elements 41.2 % are identical; 93.0 % differ by at most one unit in the last place."
  `);
});

test.each([
  ['my.steer.yaml', 'steer write my.steer.yaml'],
  ["it's mine.steer.yaml", String.raw`steer write 'it'\''s mine.steer.yaml'`],
])('after %s the next command is one that a shell understands', (name, next) => {
  const text = initText({ path: `${folder}/${name}`, base: 'base' }, folder);
  expect(text).toBe(`Wrote ${name}: the base is base.\nNext: ${next}`);
});

describe('an analysis', () => {
  test('draws a bar for each layer and lists what moves most', () => {
    const tensors = [tensor(0, 2, 10), tensor(1, 1, 20), tensor(1, 0.5, 10), tensor(null, 0.25, null)];
    expect(`\n${analyzeText(analysis(tensors))}`).toMatchInlineSnapshot(`
      "
      w: ‖w‖ 2.30, 4 tensors in 2 layers

      layer 0  ████████████████████████████████      2.00  20.0 % of the base
      layer 1  █████████████████▉                    1.12  5.00 % of the base
      others   ████                                 0.250

      part                         tensors   norm  of the base  of ‖w‖²
      all                                4   2.30            –    100 %
      without embeddings and head        3   2.29       9.35 %   98.8 %
      embeddings                         1  0.250            –   1.18 %

      tensor            norm  of the base  of ‖w‖²  rank  stable  effective  for 90 %
      layers.0.w_proj   2.00       20.0 %   75.3 %    16    1.03       4.41         1
      layers.1.w_proj   1.00       5.00 %   18.8 %    16    1.03       4.41         1
      layers.1.w_proj  0.500       5.00 %   4.71 %    16    1.03       4.41         1
      embed            0.250            –   1.18 %  full       –          –         –"
    `);
  });

  test('says what rank or energy have left out', () => {
    const truncation = [{ name: 'honest', relativeError: 0.0312, rank: 8 }];
    const text = analyzeText({ ...analysis([tensor(0, 1, null)]), truncation });
    expect(text).toContain('honest is cut to rank 8 at most, which leaves out 3.12 % of its norm.');
  });

  test('says what was projected out, and what that left alone', () => {
    const one = { direction: 'directions/other', per: 'model', coefficient: -0.5, tensors: 6 } as const;
    const cosines = { cosineBefore: 0.123, cosineAfter: 1.2e-17 };
    const removed = [
      { ...one, ...cosines, untouched: 0, leftOut: 0 },
      { ...one, ...cosines, per: 'tensor', coefficient: null, tensors: 1, untouched: 1, leftOut: 2 } as const,
    ];
    const text = analyzeText({
      ...analysis([tensor(0, 1, null)]),
      removal: [{ name: 'honest', share: 0.0151, removed }],
    });
    expect(text.split('\n').slice(1, 4)).toEqual([
      'directions/other is projected out of honest, -0.500 times on 6 tensors: cosine 0.123 before, 1.20e-17 after.',
      'directions/other is projected out of honest, tensor by tensor on 1 tensor: cosine 0.123 before, 1.20e-17 after. 1 tensor that it does not move stay; 2 tensors that it alone moves are left out.',
      'That took 1.51 % of ‖w‖² out of honest.',
    ]);
  });

  test('as a table with commas has every tensor, unrounded, and what is not known empty', () => {
    const named = { ...tensor(0, 2 / 3, null), name: 'a "b", c' };
    expect(`\n${analyzeCsv(analysis([named, tensor(null, 1, 4)]))}`).toMatchInlineSnapshot(`
      "
      name,layer,module,group,shape,norm,baseNorm,relativeNorm,share,rank,stableRank,effectiveRank,spectrum,spectrumError,largestSingularValue,vectorsFor90Percent
      "a ""b"", c",0,w_proj,attention,4x4,0.6666666666666666,,,0.3076923076923076,16,1.03,4.41,factors,,1,1
      embed,,w_proj,embeddings,4x4,1,4,0.25,0.6923076923076924,,,,,,,"
    `);
  });

  test('as a table holds no formulas', () => {
    const named = { ...tensor(0, 1, null), name: '=1+1' };
    expect(analyzeCsv(analysis([named])).split('\n')[1]).toMatch(/^'=1\+1,0,/);
  });

  test('lists ten tensors at most', () => {
    const text = analyzeText(
      analysis(Array.from({ length: 30 }, (_, layer) => tensor(layer, 1 + layer, null))),
    );
    expect(text).toContain('The 10 that move most of 30; --json and --csv have all.');
    expect(text.match(/w_proj/g)).toHaveLength(10);
  });

  test.each([
    ['nothing', []],
    ['zeros', [tensor(0, 0, 0)]],
    ['what is not finite', [tensor(0, null, null), tensor(1, 1, 1)]],
  ])('has a heading for a direction of %s', (_, tensors) => {
    expect(analyzeText(analysis(tensors))).toMatch(/^w: ‖w‖ /);
  });
});

function tensor(layer: number | null, norm: number | null, baseNorm: number | null): TensorAnalysis {
  const relativeNorm = norm === null || baseNorm === null || baseNorm === 0 ? null : norm / baseNorm;
  const name = layer === null ? 'embed' : `layers.${layer}.w_proj`;
  const isDense = layer === null;
  return {
    name,
    layer,
    module: 'w_proj',
    group: isDense ? 'embeddings' : 'attention',
    shape: [4, 4],
    norm,
    baseNorm,
    relativeNorm,
    rank: isDense ? null : 16,
    stableRank: isDense ? null : 1.03,
    effectiveRank: isDense ? null : 4.41,
    share: null,
    singularValues: isDense ? null : [1],
    energy: isDense ? null : [1],
    spectrum: isDense ? null : 'factors',
    spectrumError: null,
  };
}

function analysis(tensors: readonly TensorAnalysis[]): AnalyzeResult {
  const norm = Math.hypot(...tensors.map((each) => each.norm ?? Number.NaN));
  const none = { contrast: [], inputs: null, truncation: [] };
  const shared = tensors.map((each) => ({ ...each, share: ((each.norm ?? Number.NaN) / norm) ** 2 }));
  return {
    name: 'w',
    norm: Number.isNaN(norm) ? null : norm,
    layers: 2,
    tensors: shared,
    rollups: rollUp(shared),
    ...none,
  };
}

describe('a comparison', () => {
  const result: CompareResult = {
    onlyInA: ['lm_head.weight'],
    onlyInB: [],
    changed: [
      {
        name: 'w',
        dtype: ['F32', 'BF16'],
        shape: [
          [2, 3],
          [2, 4],
        ],
      },
    ],
    tensors: [
      {
        name: 'moved',
        norm: 5,
        relativeNorm: 0.05,
        maxAbs: 0.25,
        maxUlps: 3,
        cosine: 0.9987,
        changedShare: 0.5,
      },
      { name: 'still', norm: 0, relativeNorm: 0, maxAbs: 0, maxUlps: 0, cosine: 1, changedShare: 0 },
      {
        name: 'quantised',
        norm: null,
        relativeNorm: null,
        maxAbs: null,
        maxUlps: null,
        cosine: null,
        changedShare: 1,
      },
    ],
  };

  test('lists what differs, and counts', () => {
    expect(`\n${compareText(result, { values: true, format: 'text', top: 15 })}`).toMatchInlineSnapshot(`
      "
      only in A
      lm_head.weight

      tensor  dtype in A  dtype in B  shape in A  shape in B
      w       F32         BF16        2 × 3       2 × 4

      tensor     ‖B − A‖  of ‖A‖  max |B − A|  max ulps    cosine  changed
      moved         5.00  5.00 %        0.250         3  0.998700   50.0 %
      quantised        –       –            –         –         –    100 %

      1 tensor only in A, 0 only in B, 1 with another dtype or shape. Values: 2 tensors moved, 1 the same."
    `);
  });

  test('says that values were not looked at', () => {
    const same = { onlyInA: [], onlyInB: [], changed: [], tensors: [] };
    expect(compareText(same, { values: false, format: 'text', top: 15 })).toBe(
      'The same tensors, dtypes and shapes. Values were not compared (--values).',
    );
  });
});

test('a model is its facts and its tensors', () => {
  const text = inspectText(
    {
      kind: 'adapter',
      path: '/home/someone/honest',
      format: 'safetensors',
      parameters: 77_824,
      bytes: 311_296,
      tensors: [
        {
          name: 'q.lora_A.weight',
          dtype: 'F32',
          shape: [8, 128],
          bytes: 4096,
          file: 'adapter_model.safetensors',
        },
      ],
      config: null,
      adapter: {
        base_model_name_or_path: '../base',
        r: 8,
        lora_alpha: 4,
        target_modules: ['q', 'v'],
        modules_to_save: null,
      },
      facts: {
        library: 'peft',
        method: 'DoRA',
        initialisation: null,
        ranks: [
          { rank: 8, scale: 0.5, modules: 6 },
          { rank: 4, scale: 1, modules: 1 },
        ],
        base: '../base',
        modules: 7,
        parameters: 0,
        whole: 0,
        tokens: 3,
      },
    },
    folder,
  );
  expect(`\n${text}`).toMatchInlineSnapshot(`
    "
    honest: adapter
    1 tensor, 77,824 parameters, 311 kB, safetensors
    method: DoRA
    base: ../base
    rank: 8 (scale 0.5) on 6 modules, 4 (scale 1) on 1 module
    trained tokens: 3
    modules: q, v

    tensor           dtype  shape       size  file
    q.lora_A.weight  F32    8 × 128  4.10 kB  adapter_model.safetensors"
  `);
});
