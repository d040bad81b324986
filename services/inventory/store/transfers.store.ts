/** The rows of transfers and their lines. */
import { loads } from "../../../lib/access.ts";
import type { Sql } from "../../../lib/sql.ts";
import type { Transfer, TransferLine, TransferState } from "../inventory.contract.ts";
import type { Reach } from "./levels.store.ts";
import type { InventoryService } from "./tables.ts";

interface TransferRow {
  id: string;
  number: number;
  from_location: string;
  to_location: string;
  state: TransferState;
  note: string | null;
  drafted_at: Date;
  shipped_at: Date | null;
  ended_at: Date | null;
}
const COLUMNS =
  "id, number, from_location, to_location, state, note, drafted_at, shipped_at, ended_at";

export async function insertTransfer(
  sql: Sql,
  { id, fromStoreId, toStoreId, note }: Pick<Transfer, "id" | "fromStoreId" | "toStoreId" | "note">,
  { lines, by }: { lines: readonly { variantId: string; quantity: number }[]; by: string },
): Promise<void> {
  await sql.run(
    `insert into transfer (id, from_location, to_location, state, note, drafted_by)
     values ($1, $2, $3, 'draft', $4, $5)`,
    [id, fromStoreId, toStoreId, note ?? null, by],
  );
  await sql.run(
    `insert into transfer_line (transfer_id, variant_id, sent)
     select $1, variant_id, sent from unnest($2::uuid[], $3::int[]) as l (variant_id, sent)`,
    [id, lines.map(({ variantId }) => variantId), lines.map(({ quantity }) => quantity)],
  );
}

export async function findTransfer(sql: Sql, transferId: string): Promise<Transfer | undefined> {
  const row = await sql.row<TransferRow>(`select ${COLUMNS} from transfer where id = $1`, [
    transferId,
  ]);
  return row && (await withLines(sql, [row]))[0];
}

/** Held until the transaction ends: of two that receive it, the second sees what the first did. */
export async function lockTransfer(sql: Sql, transferId: string): Promise<Transfer | undefined> {
  const held = await sql.row("select id from transfer where id = $1 for update", [transferId]);
  return held && findTransfer(sql, transferId);
}

/** The newest first, after `key` (id); one more than the limit. */
export async function listTransfers(
  sql: Sql,
  filter: { reach: Reach; storeId?: string | undefined; state?: string | undefined; limit: number },
  key: readonly unknown[] | undefined,
): Promise<Transfer[]> {
  const rows = await sql.rows<TransferRow>(
    `select ${COLUMNS} from transfer
     where ($1::uuid[] is null or from_location = any($1) or to_location = any($1))
       and ($2::uuid is null or from_location = $2 or to_location = $2)
       and ($3::text is null or state = $3) and ($4::uuid is null or id < $4)
     order by id desc limit $5`,
    [filter.reach, filter.storeId ?? null, filter.state ?? null, key?.[0], filter.limit + 1],
  );
  return withLines(sql, rows);
}

/** Writes where the transfer and each of its lines stand. Locked by `lockTransfer` before. */
export async function updateTransfer(
  sql: Sql,
  { id, state, lines }: Pick<Transfer, "id" | "state" | "lines">,
): Promise<void> {
  const moved = await sql.run(
    `update transfer set state = $2,
       shipped_at = case when $2 = 'shipped' then coalesce(shipped_at, now()) else shipped_at end,
       ended_at = case when $2 in ('received', 'cancelled') then now() end
     where id = $1`,
    [id, state],
  );
  const counted = await sql.run(
    `update transfer_line l set received = n.received, lost = n.lost, returned = n.returned,
       lost_reason = n.lost_reason
     from unnest($2::uuid[], $3::int[], $4::int[], $5::int[], $6::text[])
       as n (variant_id, received, lost, returned, lost_reason)
     where l.transfer_id = $1 and l.variant_id = n.variant_id`,
    [
      id,
      lines.map(({ variantId }) => variantId),
      lines.map(({ received }) => received),
      lines.map(({ lost }) => lost),
      lines.map(({ returned }) => returned),
      lines.map(({ lostReason }) => lostReason ?? null),
    ],
  );
  if (moved !== 1 || counted !== lines.length) throw new Error("A transfer changed is not there.");
}

async function withLines(sql: Sql, rows: readonly TransferRow[]): Promise<Transfer[]> {
  const lines = await sql.rows<
    Omit<TransferLine, "lostReason"> & { transfer_id: string; lost_reason: string | null }
  >(
    `select transfer_id, l.variant_id as "variantId", sku, sent, received, lost, returned,
       lost_reason
     from transfer_line l join stocked_variant v on v.variant_id = l.variant_id
     where transfer_id = any($1::uuid[]) order by sku, l.variant_id`,
    [rows.map(({ id }) => id)],
  );
  const byTransfer = Map.groupBy(lines, ({ transfer_id }) => transfer_id);
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    fromStoreId: row.from_location,
    toStoreId: row.to_location,
    state: row.state,
    ...(row.note !== null && { note: row.note }),
    lines: (byTransfer.get(row.id) ?? []).map(({ transfer_id: _id, lost_reason, ...line }) => ({
      ...line,
      ...(lost_reason !== null && { lostReason: lost_reason }),
    })),
    draftedAt: row.drafted_at.toISOString(),
    ...(row.shipped_at && { shippedAt: row.shipped_at.toISOString() }),
    ...(row.ended_at && { endedAt: row.ended_at.toISOString() }),
  }));
}

/** How the two stores of a transfer are found: it belongs to both. */
export const transferLoader = loads(
  ({ db }: InventoryService, id) =>
    db.sql.row<{ from: string; to: string }>(
      `select from_location as "from", to_location as "to" from transfer where id = $1`,
      [id],
    ),
  ({ from, to }) => ({ storeIds: [from, to] }),
);
