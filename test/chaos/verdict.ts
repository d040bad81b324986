/** Says what happened and whether it was right. */
import type { Article } from "../../operations/client/merchant.ts";
import type { ApiClient } from "../../operations/client/api-client.ts";
import type { Finding } from "../../operations/invariants/check.ts";
import type { Claim } from "../../operations/proof/claims.ts";
import type { Breaker } from "./breaker.ts";
import { strayCommands } from "./commands.ts";
import { SCARCE, STOCKED } from "./furnish.ts";
import { KINDS } from "./plan.ts";
import { keptPromises, noneTwice, soldOut, statuses, unitsReckoned } from "./reckoning.ts";
import type { Rest, Say } from "./run.ts";
import type { Answered } from "./shoppers.ts";

interface Case {
  readonly urlOf: (service: string) => string;
  readonly answered: readonly Answered[];
  /** How it came to rest after the faults. */
  readonly healed: Rest;
  /** What holds in the very end. */
  readonly findings: readonly Finding[];
  readonly breaker: Breaker;
  /** Nodes that ended though nobody killed them. */
  readonly fallen: readonly string[];
  readonly scarce: readonly Article[];
  readonly client: ApiClient;
  readonly seed: number;
}

/** Answers the exit code. */
export async function verdict(of: Case, say: Say): Promise<number> {
  const { urlOf, answered: published, healed, breaker, client, seed } = of;
  say("");
  say(`  told     ${listed(counted(published.map(({ end }) => end.replace(/:.*/s, ""))))}`);
  say(`  orders   ${listed(Object.entries(await statuses(urlOf)))}`);
  say(`  faults   ${listed(KINDS.map((kind) => [kind, breaker.kills.get(kind) ?? 0]))}`);
  say(`  again    ${listed([...client.troubles])}`);
  say(
    `  at rest  ${(healed.tookMs / 1_000).toFixed(1)} s after the last fault and the last shopper`,
  );
  say("");
  const claims = await claimsOf(of);
  for (const { says, holds } of claims) say(`  ${holds ? "✓" : "✗"} ${says}`);
  const wrong = claims.filter(({ holds }) => !holds).length;
  for (const { habit, end } of published.filter(isUnanswered).slice(0, 10))
    say(`    ${habit}: ${end}`);
  say("");
  say(wrong === 0 ? "All of it holds." : `${wrong} of these do not hold. The seed is ${seed}.`);
  return wrong === 0 ? 0 : 1;
}

async function claimsOf(of: Case) {
  const { urlOf, answered: published, healed, findings, breaker, fallen, scarce, client } = of;
  const unanswered = published.filter(isUnanswered).length;
  const unexpected = [...client.troubles].filter(([trouble]) => trouble.startsWith("500"));
  const errors = unexpected.reduce((sum, [, n]) => sum + n, 0);
  const { troubles } = breaker;
  const claims: Claim[] = [
    {
      says: `${healed.open} processes and ${wrongIn(healed.findings)} invariants were not at rest a minute after the faults`,
      holds: healed.open === 0 && wrongIn(healed.findings) === 0,
    },
    { says: `${unanswered} checkouts without a final answer`, holds: unanswered === 0 },
    { says: `${errors} answers with status 500`, holds: errors === 0 },
    {
      says: `${fallen.length} nodes ended by themselves${fallen.length > 0 ? `: ${fallen.join(", ")}` : ""}`,
      holds: fallen.length === 0,
    },
    {
      says: ["what was killed or paused came back", ...troubles].join("; "),
      holds: troubles.length === 0,
    },
    await keptPromises(urlOf, published),
    await noneTwice(urlOf, published),
    await unitsReckoned(urlOf, STOCKED),
  ];
  const stray = await strayCommands(urlOf);
  claims.push({ says: `${stray.length} commands that no process gave`, holds: stray.length === 0 });
  for (const { sku, variantId } of scarce)
    claims.push(await soldOut(urlOf, { sku, variantId }, SCARCE.units));
  for (const { id, says, count } of findings) {
    const left = count === 0 ? "" : `: ${count} do not hold`;
    claims.push({ says: `${id.padEnd(5)} ${says}${left}`, holds: count === 0 });
  }
  return claims;
}

const isUnanswered = ({ end }: Answered) => end.startsWith("failed");
const wrongIn = (findings: readonly Finding[]) => findings.filter(({ count }) => count > 0).length;
const listed = (all: readonly (readonly [string, number])[]) =>
  all.map(([name, n]) => `${n} ${name}`).join(", ") || "none";

function counted(all: readonly string[]): [string, number][] {
  const times = new Map<string, number>();
  for (const one of all) times.set(one, (times.get(one) ?? 0) + 1);
  return [...times].toSorted(([, a], [, b]) => b - a);
}
