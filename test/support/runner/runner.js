/**
 * Runs files of tests in a few processes whose modules they share, as Node loads them. What runs one file
 * is jest-light-runner's; its pool of processes loses a message now and then when several begin at once
 * (a worker takes the answer to another's question), and a run then never ends. A worker ends with Jest.
 */
import { fork } from "node:child_process";
import { once } from "node:events";

const WORKER = new URL("worker.js", import.meta.url);

export default class SharedModulesRunner {
  #config;

  constructor(globalConfig) {
    this.#config = globalConfig;
  }

  async runTests(tests, watcher, onStart, onResult, onFailure) {
    const waiting = [...tests];
    const work = async () => {
      let worker;
      for (let test; !watcher.isInterrupted() && (test = waiting.shift());) {
        worker ??= this.#worker(test);
        await onStart(test);
        try {
          await onResult(test, await resultOf(worker, test.path));
        } catch (error) {
          worker.kill("SIGKILL");
          worker = undefined;
          await onFailure(test, error);
        }
      }
      if (!worker) return;
      const gone = once(worker, "exit");
      worker.disconnect();
      await gone;
    };
    await Promise.all(Array.from({ length: this.#config.maxWorkers }, work));
  }

  #worker({ context }) {
    const worker = fork(WORKER, { serialization: "advanced" });
    worker.send({ globalConfig: this.#config, projectConfig: context.config });
    return worker;
  }
}

async function resultOf(worker, path) {
  const over = new AbortController();
  const { signal } = over;
  worker.send(path);
  const [{ result, error }] = await Promise.race([
    once(worker, "message", { signal }),
    once(worker, "exit", { signal }).then(([code, by]) => {
      throw new Error(`The process of the tests has ended with ${code ?? by}.`);
    }),
  ]).finally(() => over.abort());
  if (error) throw error;
  return result;
}
