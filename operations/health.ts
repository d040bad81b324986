/**
 * Asks the node on this machine whether it is ready for requests, and says so by the exit code: for
 * container engines, which have no other program in the image to ask with.
 */
import { config } from "../config.ts";

const { port } = config.metrics;
try {
  const answer = await fetch(`http://127.0.0.1:${port}/ready`, {
    signal: AbortSignal.timeout(4_000),
  });
  process.stdout.write(`${await answer.text()}\n`);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  const { cause, message } = error as Error;
  process.stderr.write(`Nobody answers on port ${port}: ${(cause as Error)?.message ?? message}\n`);
  process.exitCode = 1;
}
