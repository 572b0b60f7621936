import { openStaging } from '../../../server/bytes/staging.ts';

/** A process that opens a staging folder, records one unit, says so, and lives until it is killed. */
const [, , destination = ''] = process.argv;
const staging = await openStaging(destination, { plan: 'plan' });
await staging.create('data', 4);
await staging.record([0], { note: 'from another process' });
process.stdout.write('recorded\n');
setInterval(() => {}, 1000);
