import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import { commandIds } from '../../extension/ids.ts';
import type { Job } from '../../extension/jobs/job.ts';
import type { Jobs } from '../../extension/jobs/jobs.ts';
import { writeFamily } from '../support/family.ts';
import { activated } from './extension.ts';
import { childrenOf, isLinux, skipped } from './processes.ts';
import { inDemo, until } from './window.ts';

/** Writes that take long enough to be stopped on the way: 300 MB of weights. */
suite('a long job', () => {
  const folder = inDemo('größer 2');
  const recipe = `${folder}/large.steer.yaml`;
  const output = `${folder}/out`;

  suiteSetup(async function () {
    this.timeout(60_000);
    await activated();
    await writeFamily(folder, { layers: 24, width: 1024 });
  });

  suiteTeardown(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  test('tells how far it is, and is cancelled where it is', async () => {
    const { jobs } = (await activated()).api;
    const shares: number[] = [];
    const listening = jobs.onDidChange((job) => shares.push(...shareOf(job)));
    const ended = jobs.start({ recipe, force: false });
    await until(() => shares.some((share) => share > 0), jobs.onDidChange);
    const id = jobs.unfinished.at(-1)?.id;
    await vscode.commands.executeCommand(commandIds.cancelJob, id);
    const { state } = await ended;
    listening.dispose();
    assert.equal(state.kind, 'cancelled');
    assert.deepEqual(
      shares,
      shares.toSorted((one, other) => one - other),
    );
    assert.ok(!existsSync(output), 'There is an output');
  });

  (isLinux ? test : test.skip)(
    `fails when the work process is killed, and run again it is done${skipped}`,
    async function () {
      this.timeout(60_000);
      const { jobs } = (await activated()).api;
      const ended = jobs.start({ recipe, force: false });
      await until(() => jobs.unfinished.flatMap(shareOf).some((share) => share > 0), jobs.onDidChange);
      process.kill(await workProcess(), 'SIGKILL');
      const { id, state } = await ended;
      assert.ok(state.kind === 'failed', state.kind);
      assert.equal(state.failure.code, 'worker-crashed');
      assert.match(state.failure.message, /^The work process has ended/);
      assert.equal(state.failure.subject, undefined);
      await jobs.again(id);
      assert.equal(stateOf(jobs, id), 'done');
      assert.ok((await readdir(output)).includes('model.safetensors'));
    },
  );
});

function shareOf(job: Job | undefined): readonly number[] {
  return job?.state.kind === 'running' ? [job.state.progress.done / job.state.progress.total] : [];
}

function stateOf(jobs: Jobs, id: number): string | undefined {
  return jobs.all.find((job) => job.id === id)?.state.kind;
}

async function workProcess(): Promise<number> {
  const [server = 0] = await childrenOf(process.pid, 'server.cjs');
  const [work] = await childrenOf(server, 'work.cjs');
  assert.ok(work);
  return work;
}
