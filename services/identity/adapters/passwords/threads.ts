/**
 * A bounded pool of worker threads for one kind of heavy work. Whatever happens to a thread, every
 * job is answered: with its result, with an error, or with the advice to come back later.
 */
import { Worker } from "node:worker_threads";
import { failure } from "../../../../lib/contract.ts";

export const PasswordsBusy = failure<{ retryAfterSeconds: number }>("PASSWORDS_BUSY", 503, {
  en: "Too many people are signing in right now. Try again in {retryAfterSeconds} s.",
  fr: "Trop de personnes se connectent en ce moment. Réessayez dans {retryAfterSeconds} s.",
});

export interface ThreadLimits {
  readonly threads: number;
  readonly queueLimit: number;
  /** A job that has waited longer is refused, since its client has given up by then. */
  readonly maxWaitMs: number;
  /** A job that takes longer is stopped with its thread. */
  readonly maxRunMs: number;
  /** A thread that has had nothing to do for so long is ended, and its memory with it. */
  readonly idleMs: number;
}

interface Threads<Job> {
  /** @throws PasswordsBusy (503) when too many wait; Error if the job failed or its thread died. */
  readonly run: (job: Job) => Promise<unknown>;
  readonly status: () => {
    readonly threads: number;
    readonly running: number;
    readonly queued: number;
  };
  /** Refuses what waits and runs, ends every thread and takes nothing more. */
  readonly close: () => Promise<void>;
}

interface Task<Job> {
  readonly job: Job;
  readonly queuedAtMs: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Thread<Job> {
  readonly worker: Worker;
  task: Task<Job> | undefined;
  startedAtMs: number;
  /** The job's time limit while it runs, the thread's while it is idle. */
  timer: NodeJS.Timeout | undefined;
}

/** bcrypt needs some kilobytes; a thread costs the process some 10 MB, whatever it does. */
const SMALL = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };

interface Reply {
  readonly answer?: unknown;
  readonly error?: string;
}

export function threadsFor<Job>(file: URL, limits: ThreadLimits): Threads<Job> {
  const threads = new Set<Thread<Job>>();
  const queue: Task<Job>[] = [];
  let closed = false;
  let lastRunMs = 250;

  const busy = () => {
    const seconds = ((queue.length + 1) * lastRunMs) / limits.threads / 1000;
    return PasswordsBusy({ retryAfterSeconds: Math.max(1, Math.ceil(seconds)) });
  };

  function dispatch(): void {
    while (queue.length > 0) {
      // The first that is free, so that the last ones idle and end when there is less to do.
      const free = [...threads].find(({ task }) => !task);
      if (!free && threads.size >= limits.threads) return;
      const task = queue.shift();
      if (task && performance.now() - task.queuedAtMs > limits.maxWaitMs) task.reject(busy());
      else if (task) start(free ?? spawn(), task);
    }
  }

  function start(thread: Thread<Job>, task: Task<Job>): void {
    clearTimeout(thread.timer);
    thread.task = task;
    thread.startedAtMs = performance.now();
    thread.timer = setTimeout(() => void end(thread, "The job took too long."), limits.maxRunMs);
    thread.worker.ref();
    thread.worker.postMessage(task.job, []);
  }

  function finish(thread: Thread<Job>, { error, answer }: Reply): void {
    const { task } = thread;
    if (!task || !threads.has(thread)) return;
    lastRunMs = performance.now() - thread.startedAtMs;
    clearTimeout(thread.timer);
    thread.task = undefined;
    thread.timer = setTimeout(() => void end(thread), limits.idleMs).unref();
    thread.worker.unref(); // Idle threads do not keep a process alive that has nothing else to do.
    if (error === undefined) task.resolve(answer);
    else task.reject(new Error(error));
    dispatch();
  }

  /** Takes the thread out, whether it is still alive or not; a job that it had gets the error. */
  function end(thread: Thread<Job>, why = "The thread ended."): Promise<number> {
    clearTimeout(thread.timer);
    if (threads.delete(thread)) thread.task?.reject(new Error(why));
    const ended = thread.worker.terminate();
    dispatch();
    return ended;
  }

  function spawn(): Thread<Job> {
    // It inherits neither our flags nor our environment, in which the secrets are.
    const worker = new Worker(file, { execArgv: [], env: {}, resourceLimits: SMALL });
    const thread: Thread<Job> = { worker, task: undefined, startedAtMs: 0, timer: undefined };
    threads.add(thread);
    worker.on("message", (reply: Reply) => finish(thread, reply));
    worker.on("error", (error: Error) => void end(thread, `The thread failed: ${error.message}`));
    worker.on("exit", () => void end(thread));
    return thread;
  }

  async function run(job: Job): Promise<unknown> {
    const free = threads.size < limits.threads || [...threads].some(({ task }) => !task);
    if (closed || (!free && queue.length >= limits.queueLimit)) throw busy();
    return await new Promise((resolve, reject) => {
      queue.push({ job, queuedAtMs: performance.now(), resolve, reject });
      dispatch();
    });
  }

  async function close(): Promise<void> {
    closed = true;
    for (const task of queue.splice(0)) task.reject(busy());
    await Promise.all([...threads].map((thread) => end(thread, "The pool was closed.")));
  }

  const status = () => ({
    threads: threads.size,
    running: [...threads].filter(({ task }) => task).length,
    queued: queue.length,
  });
  return { run, status, close };
}
