/**
 * Loaded ahead of every process that start.ts starts, and of no other: ends it as SIGTERM does when start.ts is gone,
 * even by `kill -9`, so that the next start finds the ports free.
 */

/** Longer than any of them takes to end by itself. */
const patienceMs = 200_000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), patienceMs).unref();
  process.kill(process.pid, 'SIGTERM');
});
// The channel itself is no reason to go on living.
process.channel?.unref();
