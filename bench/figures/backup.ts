/** Compares a backup by COPY with pg_dump, on the same server and the same rows. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { ARCHIVE } from "../../operations/backup/manifest.ts";
import { backupsIn } from "../../operations/backup/folder.ts";
import { withSession } from "../../operations/backup/session.ts";
import {
  startSystemPostgres,
  type SystemPostgres,
} from "../../operations/backup/system-postgres.ts";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";
import { type Figure, median } from "../measure/figures.ts";
import { treeOf } from "../measure/processes.ts";

const ORDERS = 60_000;
const ROUNDS = 3;
const LOOK_EVERY_MS = 200;

/** Inserts the rows that this number of orders leaves. */
const FILL = `
  set session_replication_role = replica;
  insert into "order" (id, status, customer_id, currency, subtotal, discount, tax, total,
      shipping_address, pay_deadline, paid_at)
    select gen_random_uuid(), 'paid', gen_random_uuid(), 'EUR', 1000 + n, 0, 100, 1000 + n,
      jsonb_build_object('name', md5(n::text), 'street', n || ' rue ' || md5((n * 7)::text),
        'city', 'Lyon', 'country', 'FR'), now(), now()
    from generate_series(1, ${ORDERS}) n;
  insert into order_line (order_id, line, variant_id, product_id, sku, title_fr, title_en, quantity,
      unit, discount, total, tax_class, tax_basis_points, tax)
    select id, line, gen_random_uuid(), gen_random_uuid(), 'SKU-' || substr(id::text, 1, 8),
      'Théière en fonte ' || md5(id::text), 'Cast iron teapot ' || md5(id::text), 1, 500, 0, 500,
      'standard', 2000, 83 from "order", generate_series(0, 1) line;
  insert into event (id, position, name, key, data, trace_id, actor)
    select gen_random_uuid(), row_number() over (), name, id::text,
      jsonb_build_object('orderId', id, 'customerId', customer_id, 'totalMinor', total,
        'lines', jsonb_build_array(jsonb_build_object('variantId', gen_random_uuid(), 'quantity', 1))),
      md5(id::text || name), customer_id::text
    from "order", unnest(array['new-order', 'order.reserved', 'order-processed']) name;
  insert into saga (id, kind, step, state, ended_at)
    select id, 'checkout', 'done', jsonb_build_object('orderId', id, 'total', total), now() from "order";
  insert into saga_log (saga_id, step, outcome)
    select id, step, 'done' from "order",
      unnest(array['coupons', 'reserve', 'pay', 'commit', 'done']) step;
  insert into command_result (id, action, result)
    select gen_random_uuid(), 'orders.place', jsonb_build_object('orderId', id, 'status', 'paid')
    from "order"`;

export async function backup(): Promise<Figure[]> {
  const dir = temporaryFolder("bench-backup");
  const postgres = await startSystemPostgres();
  try {
    const megabytes = await fill(postgres);
    const ours: Ran[] = [];
    const theirs: Ran[] = [];
    // The first of each is only to warm up; they take turns, so that both meet the same machine.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const byPgDump = await pgDump(postgres, dir);
      const byUs = await copied(postgres, dir);
      if (round === 0) continue;
      theirs.push(byPgDump);
      ours.push(byUs);
    }
    const [backup, dump] = [ours, theirs].map((all) => median(all.map(({ seconds }) => seconds)));
    return [
      {
        name: "Speed of a backup by COPY, as a share of pg_dump's",
        value: (dump ?? NaN) / (backup ?? NaN),
        unit: "×",
        limit: { at: "least", value: 0.5 },
        notes: {
          "tables of the database, MB": megabytes,
          "backup, MB/s": megabytes / (backup ?? NaN),
          "pg_dump --format=custom, MB/s": megabytes / (dump ?? NaN),
          "backup, packed MB": (ours[0]?.bytes ?? NaN) / 1e6,
          "pg_dump, packed MB": (theirs[0]?.bytes ?? NaN) / 1e6,
          "memory of the backup at most, MB": Math.max(...ours.map(({ peakMB }) => peakMB)),
        },
      },
    ];
  } finally {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function fill(postgres: SystemPostgres): Promise<number> {
  await withSession(postgres.url("postgres"), (client) => client.query("create database orders"));
  return withSession(postgres.url("orders"), async (client) => {
    await client.query("set search_path = public");
    for (const file of globSync([
      "lib/migrations/*.sql",
      "services/orders/migrations/*.sql",
    ]).sort())
      await client.query(readFileSync(file, "utf8"));
    await client.query(FILL);
    await client.query("vacuum analyze");
    const { rows } = await client.query<{ bytes: number }>(
      "select sum(pg_table_size(oid))::float8 as bytes from pg_class where relkind = 'r'",
    );
    return (rows[0]?.bytes ?? NaN) / 1e6;
  });
}

interface Ran {
  readonly seconds: number;
  readonly bytes: number;
  readonly peakMB: number;
}

async function pgDump(postgres: SystemPostgres, dir: string): Promise<Ran> {
  const file = path.join(dir, "orders.dump");
  const words = [`--dbname=${postgres.url("orders")}`, "--format=custom", `--file=${file}`];
  const ran = await timed(spawn(postgres.pgDump, words, { stdio: "ignore" }));
  return { ...ran, bytes: statSync(file).size };
}

async function copied(postgres: SystemPostgres, dir: string): Promise<Ran> {
  const into = path.join(dir, "backups");
  rmSync(into, { recursive: true, force: true });
  const from = ["--from", postgres.url("{service}"), "--only", "orders", "--with", "copy"];
  const words = ["operations/backup.ts", "--into", into, ...from];
  const ran = await timed(spawn(process.execPath, words, { stdio: "ignore" }));
  const [made] = await backupsIn(into);
  return { ...ran, bytes: statSync(path.join(made?.folder ?? "", ARCHIVE)).size };
}

async function timed(child: ChildProcess): Promise<Omit<Ran, "bytes">> {
  const began = performance.now();
  let peakMB = 0;
  const look = setInterval(() => {
    const [used] = treeOf([child.pid ?? 0]);
    peakMB = Math.max(peakMB, used?.peakMb ?? 0);
  }, LOOK_EVERY_MS);
  const [code] = (await once(child, "exit")) as [number | null];
  clearInterval(look);
  if (code !== 0) throw new Error(`${child.spawnargs.join(" ")} ended with ${code}.`);
  return { seconds: (performance.now() - began) / 1_000, peakMB };
}
