/** What verifying finds: in bytes, in rows, and in what databases say of each other. */
import { open, readdir } from "node:fs/promises";
import path from "node:path";
import { ARCHIVE } from "../../../operations/backup/manifest.ts";
import { verifyAll } from "../../../operations/backup/verify.ts";
import { type System, system } from "./system.ts";

const ORDER = "01a1f7ef-09ad-7377-a81a-eb684e1bf39a";

let one: System;
beforeAll(async () => {
  one = await system();
}, 60_000);
afterAll(() => one.end(), 60_000);

async function verified(keep: number) {
  const output: string[] = [];
  const say = (line: string) => void output.push(line);
  const good = await verifyAll(path.join(one.dir, "backups"), [], { say, limits: { keep } });
  return { good, output };
}

test("good ones, torn ones, damaged ones; and only good ones count when old ones go", async () => {
  const first = await one.backup();
  const second = await one.backup();
  // As in a backup that has caught orders after, and payments before a payment.
  await one.sql(
    "orders",
    `begin;
     insert into "order" (id, status, currency, customer_id, subtotal, discount, tax, total, pay_deadline,
         paid_at)
       values ('${ORDER}', 'paid', 'EUR', '${ORDER}', 500, 0, 0, 500, now(), now());
     insert into order_line (order_id, line, variant_id, product_id, sku, title_fr, title_en, quantity,
         unit, discount, total, tax_class, tax_basis_points, tax)
       values ('${ORDER}', 0, '${ORDER}', '${ORDER}', 'S', 'S', 'S', 1, 500, 0, 500, 'standard', 2000, 0);
     commit`,
  );
  const torn = await one.backup();
  await one.sql("carts", "insert into feed_cursor (producer, position) values ('catalog', 0)");
  const part = await one.backup(["carts", "payments"]);
  const damaged = await one.backup();
  const file = await open(path.join(damaged, ARCHIVE), "r+");
  await file.write(Buffer.from([0]), 0, 1, 1_000);
  await file.close();

  const { good, output } = await verified(1);
  expect(good).toBe(false);
  const lineOf = (folder: string) => output.find((line) => line.includes(path.basename(folder)));
  expect(lineOf(second)).toMatch(/^✓ .*: 7 databases, \d+ rows as they were, \d+ checks hold\.$/);
  expect(lineOf(torn)).toMatch(
    /^✗ .*these do not hold: .*M2 \(what orders call paid, payments have captured\): 1/,
  );
  expect(lineOf(part)).toMatch(/^✓ .*: 2 databases, .*Without catalog, .*cannot be judged\.$/);
  expect(lineOf(damaged)).toMatch(/^✗ .*comptoir\.tar\.gz in .* is damaged/);
  // A part takes no place of a whole one; bad ones are left for somebody to look at.
  const left = await readdir(path.join(one.dir, "backups"));
  const names = [second, torn, part, damaged].map((folder) => path.basename(folder));
  expect(left.sort()).toEqual(names.sort());
  expect(output.at(-1)).toBe(`Removed ${path.basename(first)}, which was old.`);
}, 180_000);
