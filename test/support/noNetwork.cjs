// Preloaded with `node --require`, into child processes and threads too: whatever would use the network throws, and leaves its name
// as a line of the file that REPORT_NETWORK names.
const { appendFileSync } = require('node:fs');
const dgram = require('node:dgram');
const dns = require('node:dns');
const http = require('node:http');
const http2 = require('node:http2');
const https = require('node:https');
const net = require('node:net');
const tls = require('node:tls');

/** @param {string} name */
const refused = (name) =>
  function refuse() {
    appendFileSync(process.env.REPORT_NETWORK, `${name}\n`);
    throw new Error(`${name} would use the network.`);
  };

/** @param {string} name @param {object} object @param {readonly string[]} functions */
function close(name, object, functions) {
  for (const key of functions) {
    const value = refused(`${name}.${key}`);
    Object.defineProperty(object, key, { value, writable: true, configurable: true });
  }
}

/** @param {object} module */
const lookups = (module) => Object.keys(module).filter((key) => /^(?:lookup|resolve|reverse)/.test(key));

close('net.Socket', net.Socket.prototype, ['connect']);
close('net.Server', net.Server.prototype, ['listen']);
close('tls', tls, ['connect']);
close('http', http, ['request', 'get']);
close('https', https, ['request', 'get']);
close('http2', http2, ['connect']);
close('dgram', dgram, ['createSocket']);
close('dns', dns, lookups(dns));
close('dns', dns.promises, lookups(dns.promises));
close('globalThis', globalThis, ['fetch', 'WebSocket', 'EventSource']);
