import { globSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { counting, FEED, type Invariant } from "../../lib/invariants.ts";
import { DOMAINS } from "../../services/manifests.ts";
import { ACROSS } from "./across.ts";
import { copyAll } from "./copies.ts";
import { countLag, LAG } from "./lag.ts";

export interface Finding {
  readonly id: string;
  readonly says: string;
  /** Violations; 0 is well. */
  readonly count: number;
}
type UrlOf = (service: string) => string;

const SERVICES = path.join(import.meta.dirname, "../../services");

/** What each service says of its own database, by the service. */
async function ownInvariants(): Promise<[service: string, Invariant][]> {
  const own: [string, Invariant][] = DOMAINS.map((service) => [service, FEED]);
  for (const file of globSync("*/invariants.ts", { cwd: SERVICES })) {
    const module = (await import(path.join(SERVICES, file))) as { INVARIANTS: Invariant[] };
    for (const one of module.INVARIANTS) own.push([path.dirname(file), one]);
  }
  return own;
}

/** Asks every invariant once. `urlOf` gives each service's database; nothing in them is changed. */
export async function checkInvariants(urlOf: UrlOf): Promise<Finding[]> {
  const clients = new Map<string, Client>();
  const on = async (service: string): Promise<Client> => {
    const client = clients.get(service) ?? new Client({ connectionString: urlOf(service) });
    if (!clients.has(service)) await client.connect();
    clients.set(service, client);
    return client;
  };
  const found = new Map<string, Finding>();
  const add = ({ id, rule }: Pick<Invariant, "id" | "rule">, n: number) =>
    found.set(id, { id, says: rule, count: (found.get(id)?.count ?? 0) + n });
  try {
    await copyAll(await on("orders"), urlOf);
    const across = ACROSS.map((one): [string, Invariant] => ["orders", one]);
    for (const [service, invariant] of [...(await ownInvariants()), ...across]) {
      const { rows } = await (await on(service)).query<{ n: number }>(...counting(invariant));
      add(invariant, rows[0]?.n ?? 0);
    }
    add(LAG, await countLag(on));
    return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  } finally {
    for (const client of clients.values()) await client.end();
  }
}

/** Asks until all hold, at most `withinMs`: what is under way needs a moment. Answers the last findings. */
export async function untilAllHold(
  urlOf: UrlOf,
  withinMs: number,
): Promise<{ findings: Finding[]; tookMs: number }> {
  const began = performance.now();
  for (;;) {
    const findings = await checkInvariants(urlOf);
    const tookMs = performance.now() - began;
    if (findings.every(({ count }) => count === 0) || tookMs > withinMs)
      return { findings, tookMs };
    await sleep(500);
  }
}

export const broken = (findings: readonly Finding[]) => findings.filter(({ count }) => count !== 0);
