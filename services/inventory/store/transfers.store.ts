/** The rows of transfers and their lines. */
import { loads } from "../../../lib/access.ts";
import type { Sql } from "../../../lib/sql.ts";
import type { RowOf } from "../../../lib/table.ts";
import type { Transfer, TransferHead, TransferLine } from "../inventory.contract.ts";
import type { VisibleStores } from "./levels.store.ts";
import type { InventoryService } from "../inventory.types.ts";
import { Transfers } from "./tables.ts";

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
  return withLines(sql, await Transfers.find(sql, transferId));
}

/** Held until the transaction ends: of two that receive it, the second sees what the first did. */
export async function lockTransfer(sql: Sql, transferId: string): Promise<Transfer | undefined> {
  return withLines(sql, await Transfers.lock(sql, transferId));
}

const withLines = async (sql: Sql, row: RowOf<typeof Transfers> | undefined) =>
  row && { ...Transfers.shown(row), lines: await linesOf(sql, row.id) };

interface TransferFilter {
  readonly visible: VisibleStores;
  readonly storeId?: string | undefined;
  readonly state?: string | undefined;
  readonly limit: number;
}
type Totals = Pick<TransferHead, "lineCount" | "sent" | "received" | "lost" | "returned">;

/** The newest first, after `key` (id); one more than the limit. */
export async function listTransfers(
  sql: Sql,
  filter: TransferFilter,
  key: readonly unknown[] | undefined,
): Promise<TransferHead[]> {
  const stores = filter.storeId === undefined ? filter.visible : [filter.storeId];
  const rows = await sql.rows<Totals>(
    `select ${Transfers.columns}, totals.* from (${stores ? AT_STORES : ALL}) as t
     cross join lateral (
       select count(*) as "lineCount", sum(sent) as sent, sum(received) as received,
         sum(lost) as lost, sum(returned) as returned
       from transfer_line where transfer_id = t.id
     ) as totals order by id desc`,
    [filter.state ?? null, key?.[0] ?? null, filter.limit + 1, ...(stores ? [stores] : [])],
  );
  return rows.map(({ lineCount, sent, received, lost, returned, ...row }) => ({
    ...Transfers.shown(Transfers.read(row)),
    lineCount,
    sent,
    received,
    lost,
    returned,
  }));
}
const FILTERED = "($1::text is null or state = $1) and ($2::uuid is null or id < $2)";
const ALL = `select * from transfer where ${FILTERED} order by id desc limit $3`;
/** The newest of each store in both directions, so that one with few does not look through all. */
const AT_STORES = `select * from (
    select sent.* from unnest($4::uuid[]) as store cross join lateral (
      select * from transfer where from_location = store and ${FILTERED} order by id desc limit $3
    ) as sent
    union
    select due.* from unnest($4::uuid[]) as store cross join lateral (
      select * from transfer where to_location = store and ${FILTERED} order by id desc limit $3
    ) as due
  ) as either order by id desc limit $3`;

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

async function linesOf(sql: Sql, transferId: string): Promise<TransferLine[]> {
  const lines = await sql.rows<Omit<TransferLine, "lostReason"> & { lost_reason: string | null }>(
    `select l.variant_id as "variantId", sku, sent, received, lost, returned, lost_reason
     from transfer_line l join stocked_variant v on v.variant_id = l.variant_id
     where transfer_id = $1 order by sku, l.variant_id`,
    [transferId],
  );
  return lines.map(({ lost_reason, ...line }) => ({
    ...line,
    ...(lost_reason !== null && { lostReason: lost_reason }),
  }));
}

/** Loads the two stores of a transfer: it belongs to both. */
export const transferLoader = loads(
  ({ db }: InventoryService, id) => Transfers.find(db.sql, id),
  ({ fromStoreId, toStoreId }) => ({ storeIds: [fromStoreId, toStoreId] }),
);
