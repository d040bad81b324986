/**
 * The last box on the shelf: how many holds of one SKU a node answers in a second, to 1,000 callers
 * at once, each durable (stock, reservation, answer and event). The limit it is measured against is
 * the same rows written one order after the other over one bare connection, in the same run.
 *
 *   node bench/reserve.ts [seconds=5] [callers=1000]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { v7 } from "uuid";
import { startPostgres } from "../runtime/postgres/embedded.ts";

const [seconds = 5, callers = 1_000] = process.argv.slice(2).map(Number);
const PIECES = 100_000_000;

const dir = await mkdtemp(path.join(tmpdir(), "comptoir-bench-"));
process.env.DATA_DIR = dir;
process.env.NODE_ENV ??= "production";
process.env.JWT_SECRET ??= v7().repeat(2);
process.env.LOG_LEVEL ??= "error";
const postgres = await startPostgres({ dir, durable: true });
async function measure(): Promise<void> {
  await query("postgres", "create database inventory");
  process.env.INVENTORY_DATABASE_URL = postgres.url("inventory");
  const { ServiceBroker } = await import("moleculer");
  const { brokerOptions } = await import("../moleculer.config.ts");
  const { default: inventory } = await import("../services/inventory/inventory.service.ts");
  const { call } = await import("../lib/bus.ts");
  const { ReserveStock } = await import("../services/inventory/inventory.contract.ts");

  const broker = new ServiceBroker(brokerOptions({ metrics: { enabled: false } }));
  broker.createService(inventory);
  await broker.start();
  try {
    const [storeId, variantId] = [v7(), v7()];
    await stockUp(storeId, variantId);
    const bare = await perSecond(1, await bareLoop(storeId, variantId));
    const reserve = () =>
      call(broker, ReserveStock, {
        commandId: v7(),
        orderId: v7(),
        lines: [{ line: 0, variantId, quantity: 1 }],
      });
    await perSecond(callers, reserve, 1);
    const alone = await perSecond(1, reserve);
    const grouped = await perSecond(callers, reserve);
    await prove(grouped.done);
    tell("one bare connection, a transaction per order", bare, bare.rate);
    tell("inventory.reserve, 1 caller", alone, bare.rate);
    tell(`inventory.reserve, ${callers} callers`, grouped, bare.rate);
  } finally {
    await broker.stop();
    await closeBare();
  }
}

interface Rate {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly done: number;
}
/** Lets `hands` do `work` again and again; answers how often a second, and how long each waited. */
async function perSecond(
  hands: number,
  work: () => Promise<unknown>,
  during = seconds,
): Promise<Rate> {
  const waits: number[] = [];
  const begin = performance.now();
  const until = begin + during * 1_000;
  const hand = async () => {
    while (performance.now() < until) {
      const asked = performance.now();
      await work();
      waits.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: hands }, hand));
  const rate = (waits.length * 1_000) / (performance.now() - begin);
  waits.sort((a, b) => a - b);
  const at = (share: number) => waits[Math.floor(waits.length * share)] ?? 0;
  return { rate, p50: at(0.5), p99: at(0.99), done: waits.length };
}

function tell(what: string, { rate, p50, p99 }: Rate, limit: number): void {
  const figures = `p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms`;
  const ratio = `${(rate / limit).toFixed(2)} × bare`;
  console.log(`${what.padEnd(48)} ${rate.toFixed(0).padStart(7)}/s  ${ratio}  ${figures}`);
}

async function stockUp(storeId: string, variantId: string): Promise<void> {
  await query(
    "inventory",
    "insert into location (id, code, name, kind) values ($1, 'BENCH', 'Bench', 'store')",
    [storeId],
  );
  await query("inventory", "insert into stocked_variant values ($1, 'BENCH', true)", [variantId]);
  await query(
    "inventory",
    "insert into stock (location_id, variant_id, on_hand) values ($1, $2, $3)",
    [storeId, variantId, PIECES],
  );
}

let bareClient: Client | undefined;
const closeBare = () => bareClient?.end();

/** The rows of a hold, in one transaction over one connection, by prepared statements. */
async function bareLoop(storeId: string, variantId: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: postgres.url("inventory") });
  bareClient = client;
  await client.connect();
  const run = (name: string, text: string, values: unknown[]) =>
    client.query({ name, text, values });
  return async () => {
    const [orderId, commandId] = [v7(), v7()];
    const result = JSON.stringify({ outcome: "reserved", orderId });
    await client.query("begin");
    const { rowCount } = await run(
      "stock",
      `update stock set reserved = reserved + 1
       where location_id = $1 and variant_id = $2 and on_hand - reserved >= 1`,
      [storeId, variantId],
    );
    if (rowCount !== 1) throw new Error("The bench has run out of stock.");
    await run("reservation", "insert into reservation (order_id, state) values ($1, 'held')", [
      orderId,
    ]);
    await run("line", "insert into reservation_line values ($1, 0, $2, $3, 1)", [
      orderId,
      storeId,
      variantId,
    ]);
    await run(
      "result",
      "insert into command_result (id, action, result) values ($1, 'inventory.reserve', $2)",
      [commandId, result],
    );
    await run(
      "event",
      "insert into event (id, name, key, data) values ($1, 'stock.reserved', $2, $3)",
      [v7(), orderId, result],
    );
    await client.query("commit");
  };
}

/** The reservations in the database prove that the measured work was done. */
async function prove(atLeast: number): Promise<void> {
  const { rows } = await query(
    "inventory",
    "select (select sum(reserved) from stock)::int as reserved, (select count(*) from reservation)::int as held",
  );
  const [{ reserved, held } = { reserved: 0, held: 0 }] = rows as {
    reserved: number;
    held: number;
  }[];
  if (reserved !== held || held < atLeast)
    throw new Error(`${reserved} are reserved for ${held} orders: the books are wrong.`);
}

async function query(database: string, text: string, values: unknown[] = []) {
  const client = new Client({ connectionString: postgres.url(database) });
  await client.connect();
  try {
    return await client.query(text, values);
  } finally {
    await client.end();
  }
}

try {
  await measure();
} finally {
  await postgres.stop();
  await rm(dir, { recursive: true, force: true });
}
