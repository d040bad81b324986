/**
 * The whole of it, once: a company of its own is busy, is backed up amid that, is destroyed with all
 * it had, restored from the backup, and goes on as if its power had been cut.
 */
import { open } from "node:fs/promises";
import path from "node:path";
import { broken } from "../../invariants/check.ts";
import { backupsIn } from "../folder.ts";
import { ARCHIVE } from "../manifest.ts";
import { withSession } from "../session.ts";
import { atRest, type Company, company, type Ran } from "./company.ts";
import type { LoadGenerator } from "./load.ts";

const PEOPLE = 12;
const BEFORE = 30;
const AMID = 20;

type Say = (line: string) => void;

/** Tells whether all went as it should; each step is a line. */
export async function trial(say: Say): Promise<boolean> {
  let good = true;
  const step = (holds: boolean, line: string): void => {
    good &&= holds;
    say(`  ${holds ? "✓" : "✗"} ${line}`);
  };
  const one = await company("backup-trial");
  try {
    await one.node.start();
    const paid = await backedUpAmidWork(one, step);
    const [backup] = await backupsIn(one.backups);
    if (!backup) return false;
    await refusals(one, backup.folder, step);
    await one.destroy();
    await back(one, { folder: backup.folder, paid }, step);
    await damaged(one, backup.folder, step);
  } catch (error) {
    step(false, (error as Error).message);
  } finally {
    await one.end();
  }
  return good;
}

type Step = (holds: boolean, line: string) => void;

/** Answers the orders that somebody was told are paid, before the backup began. */
async function backedUpAmidWork(one: Company, step: Step): Promise<readonly string[]> {
  const load = await one.open(PEOPLE);
  await load.until(BEFORE);
  const paid = [...load.paid];
  const made = await one.run("operations/backup.ts", "--into", one.backups);
  step(made.code === 0, `A backup was made while ${PEOPLE} people were buying: ${lineOf(made, 0)}`);
  await load.until(paid.length + AMID);
  await load.leave();
  const verified = await one.run("operations/backup.ts", "--verify", "--into", one.backups);
  step(verified.code === 0, `It was verified: ${lineOf(verified)}`);
  return paid;
}

async function refusals(one: Company, folder: string, step: Step): Promise<void> {
  const running = await one.run("operations/restore.ts", "--force", folder);
  step(
    running.code !== 0 && running.output.includes("in use"),
    `Restoring under a company that runs is refused: ${lineOf(running)}`,
  );
}

async function back(
  one: Company,
  { folder, paid }: { folder: string; paid: readonly string[] },
  step: Step,
): Promise<void> {
  const restored = await one.run("operations/restore.ts", folder);
  step(restored.code === 0, `All was destroyed, and restored: ${lineOf(restored)}`);
  const again = await one.run("operations/restore.ts", folder);
  step(
    again.code !== 0 && again.output.includes("--force"),
    `Restoring over it is refused without --force: ${lineOf(again)}`,
  );
  await one.node.start();
  await holds(one, "What was under way has come to its end", step);
  const saved = await paidOf(one, paid);
  step(saved === paid.length, `${paid.length} orders were paid before the backup; ${saved} are`);

  const load: LoadGenerator = await one.open(PEOPLE);
  await load.until(BEFORE);
  await load.leave();
  step(true, `The company goes on: ${load.paid.length} more orders were paid`);
  await holds(one, "And all that was told was heard, once", step);
}

async function holds(one: Company, line: string, step: Step): Promise<void> {
  const findings = await atRest(one);
  const bad = broken(findings).map(({ id, says, count }) => `${id} ${says}: ${count}`);
  step(bad.length === 0, `${line}: ${bad.join("; ") || `${findings.length} invariants hold`}`);
}

async function paidOf(one: Company, orders: readonly string[]): Promise<number> {
  const urlOf = await one.urlOf();
  const { rows } = await withSession(urlOf("orders"), (client) =>
    client.query<{ n: number }>(
      `select count(*)::int as n from public."order" where id = any($1) and status = 'paid'`,
      [orders],
    ),
  );
  return rows[0]?.n ?? 0;
}

/** One bit of the archive turns over. */
async function damaged(one: Company, folder: string, step: Step): Promise<void> {
  const file = await open(path.join(folder, ARCHIVE), "r+");
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, 5_000);
    byte[0] = (byte[0] ?? 0) ^ 1;
    await file.write(byte, 0, 1, 5_000);
  } finally {
    await file.close();
  }
  const verified = await one.run("operations/backup.ts", "--verify", folder);
  step(verified.code !== 0, `A bit that turned over is seen: ${lineOf(verified)}`);
}

const lineOf = ({ output }: Ran, n = -1): string => output.trim().split("\n").at(n) ?? "";
