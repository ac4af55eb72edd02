/** Ours, as it runs for everybody, but for the limits per client: one client asks for all of them here. */
import { readConfig } from '../../../bff/env.ts';
import { createLog } from '../../../bff/log.ts';
import { defaultLimits, startServer } from '../../../bff/server.ts';

const config = readConfig();
await startServer(config, createLog(config.logLevel), {
  ...defaultLimits,
  loginsPerMinute: 1e9,
  requestsPerMinute: 1e9,
  streams: { perNetwork: 100, inAll: 100 },
});
console.log('listening');
process.once('SIGTERM', () => process.exit(0));
