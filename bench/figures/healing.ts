/** Measures how long clients notice that a node was killed, without a proxy before the gateways. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../../operations/client/api-client.ts";
import type { Figure } from "../measure/figures.ts";
import { startUsual } from "../subject/cluster.ts";
import { stockUp } from "../subject/subject.ts";

const MOST_S = 5;
/** All that is read is read so often, from each gateway. */
const EVERY_MS = 100;
/** A while longer than it may take, so that a figure beyond the limit is one. */
const WATCHED_MS = 8_000;

interface Read {
  /** When it was begun, after the kill; its answer may have come much later. */
  readonly ms: number;
  readonly tookMs: number;
  /** The first unexpected result, if any. */
  readonly trouble?: string;
}

/**
 * Kills each node of a usual cluster once, with SIGKILL, and has it started again by what watches
 * over them. A figure is the moment, after the kill, at which the last read was begun that failed.
 */
export async function healing(): Promise<Figure> {
  const subject = await startUsual();
  const doors = subject.ports.map((port) => new ApiClient(`http://127.0.0.1:${port}`));
  try {
    const [sku] = await stockUp(subject, { count: 1, units: 1_000 });
    if (!sku) throw new Error("Nothing is on sale.");
    const token = subject.adminToken;
    const look = () => everyService(sku.variantId);
    const seen = new Map<string, Read[]>();
    for (const { name } of subject.nodes) {
      await untilAllAnswer(doors, look, token);
      const pid = subject.nodes.find((one) => one.name === name)?.pid;
      if (pid === undefined) throw new Error(`${name} is not there.`);
      process.kill(pid, "SIGKILL");
      seen.set(name, await watched(doors, look, token));
    }
    const worst = [...seen].map(([name, reads]) => ({ name, ...lastTrouble(reads) }));
    const all = [...seen.values()].flat();
    return {
      name: `Reads fail after a kill -9 of any of ${seen.size} nodes for`,
      value: Math.max(...worst.map(({ seconds }) => seconds)),
      unit: "s",
      limit: { at: "most", value: MOST_S },
      notes: {
        reads: all.length,
        failed: all.filter(({ trouble }) => trouble !== undefined).length,
        "longest answer, ms": Math.max(...all.map(({ tookMs }) => tookMs)),
        ...Object.fromEntries(worst.map(({ name, said }) => [name, said])),
      },
    };
  } finally {
    for (const door of doors) door.close();
    await subject.end();
  }
}

/** Requests that each service answers from its database, and no node from its cache. */
const everyService = (variantId: string): string[] => [
  "/users/me",
  `/search?q=${randomBytes(4).toString("hex")}`,
  `/prices/${variantId}/history`,
  `/availability?variantIds=${variantId}`,
  "/carts/current",
  "/orders?limit=1",
  "/payment?limit=1",
  "/admin/nodes",
];

type Look = () => string[];

async function watched(doors: readonly ApiClient[], look: Look, token: string): Promise<Read[]> {
  const began = performance.now();
  const reads: Promise<Read>[] = [];
  for (let next = 0; next < WATCHED_MS; next += EVERY_MS) {
    await sleep(Math.max(0, began + next - performance.now()));
    for (const door of doors)
      for (const path of look()) reads.push(read(door, path, { token, began }));
  }
  return Promise.all(reads);
}

async function read(
  door: ApiClient,
  path: string,
  { token, began }: { token: string; began: number },
): Promise<Read> {
  const asked = performance.now();
  const trouble = await door.get(path, token).then(
    // The administrator has no cart: that too is an answer.
    ({ status }) => (status === 200 || status === 404 ? undefined : String(status)),
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error),
  );
  const times = { ms: asked - began, tookMs: performance.now() - asked };
  return { ...times, ...(trouble !== undefined && { trouble }) };
}

function lastTrouble(reads: readonly Read[]): { seconds: number; said: string } {
  const failed = reads.filter(({ trouble }) => trouble !== undefined);
  const last = failed.at(-1);
  if (!last) return { seconds: 0, said: "no read failed" };
  const kinds = [...new Set(failed.map(({ trouble }) => trouble))];
  const seconds = last.ms / 1_000;
  return { seconds, said: `${failed.length} for ${seconds.toFixed(1)} s: ${kinds.join(", ")}` };
}

const CALM_ROUNDS = 5;
const CALM_WITHIN_MS = 30_000;
/** Each kill finds a cluster in which all is well again. @throws Error that names what is not */
async function untilAllAnswer(
  doors: readonly ApiClient[],
  look: Look,
  token: string,
): Promise<void> {
  const began = performance.now();
  for (let calm = 0; calm < CALM_ROUNDS; await sleep(EVERY_MS)) {
    const asked = doors.flatMap((door) => look().map((path) => read(door, path, { token, began })));
    const troubles = (await Promise.all(asked)).flatMap(({ trouble }) => trouble ?? []);
    calm = troubles.length === 0 ? calm + 1 : 0;
    if (performance.now() - began > CALM_WITHIN_MS)
      throw new Error(`Reads fail: ${troubles.join(", ")}`);
  }
}
