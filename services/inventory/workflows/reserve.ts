import { runAs } from "../../../lib/group-commit.ts";
import type { Sql, Tx } from "../../../lib/sql.ts";
import { allocate, type Allotment } from "../domain/allocate.ts";
import { ReserveStock, StockReserved } from "../inventory.contract.ts";
import {
  allocationsOf,
  insertReservations,
  lockReservations,
} from "../store/reservations.store.ts";
import { changeStock, holdStock } from "../store/stock.store.ts";
import type { InventoryDb, Reserve, Reserved } from "../inventory.types.ts";
import { answersOf, inRounds, saveAnswers } from "./once.ts";

/**
 * Carries out a group of holds in one transaction: first come, first served. The statements are the
 * same few for one order and for 500.
 */
export const reserveGroup = (
  db: InventoryDb,
  commands: readonly Reserve[],
): Promise<(Reserved | Error)[]> =>
  inRounds(commands, (round) => db.transaction((tx) => reserveRound(db, tx, round)));

async function reserveRound(
  db: InventoryDb,
  tx: Tx,
  commands: readonly Reserve[],
): Promise<Map<Reserve, Reserved>> {
  const sql = db.in(tx);
  const answers = await knownAnswers(sql, commands);
  const fresh = commands.filter((command) => !answers.has(command));
  if (fresh.length === 0) return answers;

  const stand = await holdStock(
    sql,
    fresh.flatMap(({ lines }) => lines.map(({ variantId }) => variantId)),
  );
  const unlimited = new Set(
    [...stand.known].filter(([, stocked]) => !stocked).map(([variantId]) => variantId),
  );
  const allotments = allocate(fresh, { unlimited, shelves: stand.shelves });
  const held = allotments.flatMap((allotment, i) => heldBy(fresh[i], allotment));
  const lines = held.flatMap(({ orderId, allocations }) =>
    allocations.map((allocation) => ({ ...allocation, orderId })),
  );
  await insertReservations(
    sql,
    held.map(({ orderId }) => ({ orderId, state: "held" })),
    lines,
  );
  await changeStock(
    db,
    tx,
    stand,
    lines.map((line) => ({ ...line, onHand: 0, reserved: line.quantity })),
  );
  for (const { command, orderId, allocations } of held)
    runAs(command, () => db.publish(tx, StockReserved, { orderId, allocations }, orderId));
  await saveAnswers(
    sql,
    ReserveStock.name,
    fresh.map(({ commandId }, i) => ({ id: commandId, result: allotments[i] as Allotment })),
  );
  for (const [i, command] of fresh.entries()) answers.set(command, allotments[i] as Allotment);
  return answers;
}

const heldBy = (command: Reserve | undefined, allotment: Allotment) =>
  command && allotment.outcome === "reserved"
    ? [{ command, orderId: command.orderId, allocations: allotment.allocations }]
    : [];

/**
 * Commands that were answered before, and those of orders that hold something already or were
 * released before they held anything.
 */
async function knownAnswers(
  sql: Sql,
  commands: readonly Reserve[],
): Promise<Map<Reserve, Reserved>> {
  const before = await answersOf<Reserved>(sql, commands);
  const states = await lockReservations(
    sql,
    commands.map(({ orderId }) => orderId),
  );
  const allocations = await allocationsOf(sql, [...states.keys()]);
  const answers = new Map<Reserve, Reserved>();
  for (const command of commands) {
    const given = before.get(command.commandId);
    const state = states.get(command.orderId);
    if (given) answers.set(command, given);
    else if (state === "released" || state === "tombstone")
      answers.set(command, { outcome: "rejected" });
    else if (state)
      answers.set(command, {
        outcome: "reserved",
        allocations: allocations.get(command.orderId) ?? [],
      });
  }
  return answers;
}
