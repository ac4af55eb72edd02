/** Runs the sandbox as a process of its own. */
import { readEnvironment } from './env.ts';
import { startSandbox, type Sandbox } from './server.ts';

/** EX_CONFIG of sysexits.h: a wrong variable or a taken port does not go away by starting again. */
const configurationExitCode = 78;

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
  process.exitCode = configurationExitCode;
}

function stopOnSignal(sandbox: Sandbox): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void sandbox.close());
}
