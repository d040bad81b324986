/** Runs all claims and all invariants, and says what holds. */
import { SingleBar } from "cli-progress";
import { type Finding, untilAllHold } from "../invariants/check.ts";
import type { SignedIn } from "../client/shop.ts";
import { type Claim, lastUnits, oneKey, type Proving, singleUseCoupon, STEPS } from "./claims.ts";
import { concurrently, times } from "./concurrently.ts";
import { manyRefreshes, sameWebhook } from "./doubles.ts";
import { type ProofSystem, openSystem, registered } from "./system.ts";

const BUYERS = 1_000;
/** Sign-ins at once are limited: hashing passwords takes longest. */
const AT_THE_EDGE = 32;
const SETTLE_MS = 60_000;

/** Answers the exit code: 0 when everything holds. */
export async function prove(say: (line: string) => void): Promise<number> {
  say("Starting a fresh company of its own …");
  const system = await openSystem();
  try {
    const { claims, findings } = await proven(system, say);
    const wrong = [...claims, ...findings].filter(({ holds }) => !holds).length;
    say("");
    say(wrong === 0 ? "All of it holds." : `${wrong} of these do not hold.`);
    return wrong === 0 ? 0 : 1;
  } finally {
    await system.end();
  }
}

async function proven(system: ProofSystem, say: (line: string) => void) {
  const began = performance.now();
  const bar = progress(2 * BUYERS + STEPS, say);
  const done = (steps = 1) => bar.increment(steps);
  await system.merchant.openWarehouse("PROOF");
  const buyers: SignedIn[] = await concurrently(times(BUYERS), AT_THE_EDGE, () =>
    registered(system).finally(done),
  );
  const proving: Proving = { system, buyers, done };
  const claims: Claim[] = [
    ...(await lastUnits(proving)),
    await singleUseCoupon(proving),
    await oneKey(proving),
    await sameWebhook(proving),
    await manyRefreshes(proving),
  ];
  bar.stop();
  say("");
  for (const claim of claims) say(lineOf(claim));
  const settled = await untilAllHold(system.urlOf, SETTLE_MS);
  const findings = settled.findings.map(claimOf);
  say("");
  for (const finding of findings) say(lineOf(finding));
  const seconds = (ms: number) => (ms / 1_000).toFixed(1);
  say("");
  say(
    `${seconds(performance.now() - began)} s in all; it was quiet ${seconds(settled.tookMs)} s after the last request.`,
  );
  const again = [...system.client.troubles].map(([trouble, times]) => `${times} × ${trouble}`);
  if (again.length > 0) say(`Asked again with the same key: ${again.join(", ")}.`);
  return { claims, findings };
}

const claimOf = ({ id, says, count }: Finding): Claim => ({
  says: `${id.padEnd(5)} ${says}${count === 0 ? "" : `: ${count} do not hold`}`,
  holds: count === 0,
});
const lineOf = ({ says, holds }: Claim) => `  ${holds ? "✓" : "✗"} ${says}`;

/** Shows a bar on a terminal, lines otherwise. */
function progress(total: number, say: (line: string) => void) {
  if (!process.stdout.isTTY) {
    say(`${BUYERS} buyers come …`);
    return { increment: () => {}, stop: () => {} };
  }
  const bar = new SingleBar({ format: "  {bar} {percentage} %  {duration_formatted}" });
  bar.start(total, 0);
  return bar;
}
