// llamaCpp.cjs FOLDER REQUEST: asks llama.cpp, by the package node-llama-cpp installed in a folder, what follows a
// text; REQUEST is a file with JSON, { ids, greedy, runs: [{ model, adapter?, scale? }] }. One thread, since several
// spin where others have work to do. Prints, for each run, the
// probability of every token after each of the ids, and the next tokens when the likeliest is taken.
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const [, , folder, request] = process.argv;

async function main() {
  const entry = createRequire(path.join(folder, 'package.json')).resolve('node-llama-cpp');
  const { getLlama } = await import(pathToFileURL(entry).href);
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error', maxThreads: 1 });
  const { ids, greedy, runs } = JSON.parse(readFileSync(request, 'utf8'));
  const answers = [];
  for (const run of runs) answers.push(await answer(llama, run, { ids, greedy }));
  process.stdout.write(`\n${JSON.stringify(answers)}\n`, () => process.exit(0));
}

function asked(id) {
  return [id, { generateNext: { probabilities: true } }];
}

async function answer(llama, { model: modelPath, adapter, scale }, { ids, greedy }) {
  const model = await llama.loadModel({ modelPath });
  const lora = adapter === undefined ? {} : { lora: { adapters: [{ filePath: adapter, scale }] } };
  const context = await model.createContext({ contextSize: 64, ...lora });
  const sequence = context.getSequence();
  const probabilities = (await sequence.controlledEvaluate(ids.map(asked))).map(({ next }) =>
    byToken(next.probabilities),
  );
  const tokens = [];
  for (let last = likeliest(probabilities.at(-1)); tokens.length < greedy;) {
    tokens.push(last);
    const [{ next }] = await sequence.controlledEvaluate([asked(last)]);
    last = likeliest(byToken(next.probabilities));
  }
  await context.dispose();
  await model.dispose();
  return { probabilities, tokens };
}

function asked(id) {
  return [id, { generateNext: { probabilities: true } }];
}

function byToken(probabilities) {
  const list = Array.from({ length: probabilities.size }, () => 0);
  for (const [token, probability] of probabilities) list[token] = probability;
  return list;
}

function likeliest(probabilities) {
  return probabilities.indexOf(Math.max(...probabilities));
}

void main();
