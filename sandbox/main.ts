/** Runs the sandbox as a process of its own. */
import { readEnvironment } from './env.ts';
import { startSandbox, type Sandbox } from './server.ts';

try {
  const config = readEnvironment();
  const sandbox = await startSandbox(config).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw new Error(`Port ${config.port} is in use. Set SANDBOX_PORT to another one.`);
    throw error;
  });
  stopOnSignal(sandbox);
  console.log(`sandbox: a small Discord at ${sandbox.url}`);
} catch (error) {
  console.error(`sandbox: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function stopOnSignal(sandbox: Sandbox): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void sandbox.close());
}
