import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';
import type { Skip, Tally } from './tally.ts';

/** Leaves a Tally in a file. Unlike Vitest's own JSON report it knows why a test was skipped. */
export class TallyReporter implements Reporter {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const withState = (state: string) => tests.filter((test) => test.result().state === state);
    const tally: Tally = {
      passed: withState('passed').length,
      failed: [
        ...withState('failed').map(nameOf),
        ...modules.flatMap((module) => [module, ...module.children.allSuites()]).flatMap(ownErrors),
        ...unhandled.map(({ message }) => `Unhandled: ${message}`),
      ],
      skipped: withState('skipped').map(toSkip),
    };
    writeFileSync(this.#path, JSON.stringify(tally));
  }
}

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}

function toSkip(test: TestCase): Skip {
  const result = test.result();
  return { name: nameOf(test), reason: (result.state === 'skipped' ? result.note : undefined) ?? '' };
}

/** A file that did not load, or a hook that failed: an error that belongs to no test. */
function ownErrors(suite: TestModule | TestSuite): string[] {
  const name =
    suite.type === 'module' ? suite.relativeModuleId : `${suite.module.relativeModuleId} > ${suite.fullName}`;
  return suite.errors().map(({ message }) => `${name}: ${message}`);
}
