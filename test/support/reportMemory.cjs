// Preloaded with `node --require`: leaves the process's largest resident size, in bytes, in the file that
// REPORT_MEMORY names. What ends without an exit (a signal) leaves nothing.
const { writeFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const path = process.env.REPORT_MEMORY;
if (isMainThread && path !== undefined) {
  process.on('exit', () => writeFileSync(path, String(process.resourceUsage().maxRSS * 1024)));
}
