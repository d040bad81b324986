import { config } from "../../config.ts";

/** Runs a script's work. What goes wrong is a sentence; with LOG_LEVEL=debug also where it did. */
export async function reportingErrors(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { message, stack } = error as Error;
    process.stderr.write(`${config.log.level === "debug" ? stack : message}\n`);
    process.exitCode = 1;
  }
}
