import { runAs } from "../../../lib/group-commit.ts";
import type { Sql, Tx } from "../../../lib/sql.ts";
import { CUSTOMER } from "../domain/places.ts";
import { type Settling, settling } from "../domain/settle.ts";
import {
  type Allocation,
  CommitStock,
  ReleaseStock,
  StockCommitted,
  StockReleased,
} from "../inventory.contract.ts";
import {
  allocationsOf,
  insertReservations,
  lockReservations,
  moveReservations,
} from "../store/reservations.store.ts";
import { changeStock, holdStock, insertMovements } from "../store/stock.store.ts";
import type { InventoryDb, Settle, Settled } from "../inventory.types.ts";
import { answersOf, inRounds, saveAnswers } from "./once.ts";

interface Decided {
  readonly command: Settle;
  readonly settling: Settling;
}
interface Ending {
  readonly command: Settle;
  readonly state: "committed" | "released";
  readonly allocations: Allocation[];
}

/** Carries out a group of commits and releases in one transaction. */
export const settleGroup = (
  db: InventoryDb,
  commands: readonly Settle[],
): Promise<(Settled | Error)[]> =>
  inRounds(commands, (round) => db.transaction((tx) => settleRound(db, tx, round)));

async function settleRound(
  db: InventoryDb,
  tx: Tx,
  commands: readonly Settle[],
): Promise<Map<Settle, Settled | Error>> {
  const sql = db.in(tx);
  const answers = new Map<Settle, Settled | Error>();
  const decided: Decided[] = [];
  const before = await answersOf<Settled>(sql, commands);
  const states = await lockReservations(
    sql,
    commands.map(({ orderId }) => orderId),
  );
  for (const command of commands) {
    const { kind, commandId, orderId } = command;
    const given = before.get(commandId);
    const next = settling(kind, orderId, states.get(orderId));
    if (given) answers.set(command, given);
    else if (next instanceof Error) answers.set(command, next);
    else decided.push({ command, settling: next });
  }
  await executeEndings(db, tx, await endingsOf(sql, decided));
  await insertReservations(sql, buriedBy(decided), []);

  for (const [kind, { name }] of KINDS) {
    const done = decided.filter(({ command }) => command.kind === kind);
    const results = done.map(({ command }) => ({
      id: command.commandId,
      result: RESULTS[command.kind],
    }));
    await saveAnswers(sql, name, results);
  }
  for (const { command } of decided) answers.set(command, RESULTS[command.kind]);
  return answers;
}

const KINDS = [
  ["commit", CommitStock],
  ["release", ReleaseStock],
] as const;
const RESULTS: Readonly<Record<Settle["kind"], Settled>> = {
  commit: { outcome: "committed" },
  release: { outcome: "released" },
};

const buriedBy = (decided: readonly Decided[]) =>
  decided
    .filter(({ settling }) => settling.does === "bury")
    .map(({ command }) => ({ orderId: command.orderId, state: "tombstone" as const }));

async function endingsOf(sql: Sql, decided: readonly Decided[]): Promise<Ending[]> {
  const ending = decided.flatMap(({ command, settling }) =>
    settling.does === "end" ? [{ command, state: settling.state }] : [],
  );
  const allocations = await allocationsOf(
    sql,
    ending.map(({ command }) => command.orderId),
  );
  return ending.map(({ command, state }) => ({
    command,
    state,
    allocations: allocations.get(command.orderId) ?? [],
  }));
}

/** Committed stock moves from its store to the customer; released stock is available again. */
async function executeEndings(db: InventoryDb, tx: Tx, endings: readonly Ending[]): Promise<void> {
  if (endings.length === 0) return;
  const sql = db.in(tx);
  const parts = endings.flatMap(({ command, state, allocations }) =>
    allocations.map((part) => ({ ...part, ...command, leaves: state === "committed" })),
  );
  const stand = await holdStock(
    sql,
    parts.map(({ variantId }) => variantId),
  );
  const changes = parts.map(({ storeId, variantId, quantity, leaves }) => ({
    storeId,
    variantId,
    onHand: leaves ? -quantity : 0,
    reserved: -quantity,
  }));
  await changeStock(db, tx, stand, changes);
  await insertMovements(
    sql,
    parts
      .filter(({ leaves }) => leaves)
      .map(({ commandId, variantId, storeId, quantity, orderId }) => ({
        commandId,
        variantId,
        from: storeId,
        to: CUSTOMER,
        quantity,
        reason: "sale",
        reference: orderId,
      })),
  );
  await moveReservations(
    sql,
    endings.map(({ command, state }) => ({ orderId: command.orderId, state })),
  );
  for (const { command, state, allocations } of endings) {
    const published = state === "committed" ? StockCommitted : StockReleased;
    const { orderId } = command;
    runAs(command, () => db.publish(tx, published, { orderId, allocations }, orderId));
  }
}
