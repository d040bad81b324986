/** Takes a person's words and addresses out of orders; what was ordered, and when, stays. */
import type { Sql } from "../../../lib/sql.ts";
import { cancelOf } from "../sagas/cancel.ts";
import { CANCELLED } from "../domain/status.ts";

/** May be repeated. Saved answers of idempotency keys are the person's own, or contain notes. */
export async function erasePerson(sql: Sql, personId: string): Promise<void> {
  const orders = await sql.rows<{ id: string }>(
    `select id from "order" where customer_id = $1 and not tombstone`,
    [personId],
  );
  const ids = orders.map(({ id }) => id);
  await sql.run(
    `update idempotency set answer = jsonb_set(answer, '{text}', '"…"')
     where answer->>'kind' = 'note' and (principal = $1 or answer->>'text' in (
       select text from order_event where kind = 'note' and order_id = any($2::uuid[])))`,
    [personId, ids],
  );
  await sql.run("select erase_notes($1)", [personId]);
  await sql.run("select erase_details($1::uuid[])", [[...ids, ...ids.map(cancelOf)]]);
  await sql.run(
    `update "order" set shipping_address = null,
       reason = case when reason ~ '^[A-Z_]+$' then reason else $2 end
     where id = any($1::uuid[])
       and (shipping_address is not null or reason !~ '^[A-Z_]+$')`,
    [ids, CANCELLED],
  );
}
