import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { copyAll } from "./copies.ts";
import { INVARIANTS } from "./invariants.ts";

export interface Finding {
  readonly id: string;
  readonly says: string;
  /** Violations; 0 is well. */
  readonly count: number;
}
type UrlOf = (service: string) => string;

/** Asks every invariant once. `urlOf` gives each service's database; nothing in them is changed. */
export async function checkInvariants(urlOf: UrlOf): Promise<Finding[]> {
  const scratch = new Client({ connectionString: urlOf("orders") });
  await scratch.connect();
  const asked = new Map<string | undefined, Client>([[undefined, scratch]]);
  try {
    await copyAll(scratch, urlOf);
    const findings: Finding[] = [];
    for (const { id, says, service, query } of INVARIANTS) {
      const client = asked.get(service) ?? new Client({ connectionString: urlOf(service ?? "") });
      if (!asked.has(service)) await client.connect();
      asked.set(service, client);
      const { rows } = await client.query<{ n: number }>(query);
      findings.push({ id, says, count: Number(rows[0]?.n) });
    }
    return findings;
  } finally {
    for (const client of asked.values()) await client.end();
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
