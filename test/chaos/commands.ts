import { Client } from "pg";
import { commandId } from "../../lib/idempotency.ts";

type UrlOf = (service: string) => string;

/**
 * Commands that were carried out under an id that no step of any process gives. Callees know an
 * order when they see it again, so most of these do no harm; but one that comes late, when all is
 * over, is only known by its id.
 */
export async function strayCommands(urlOf: UrlOf): Promise<string[]> {
  const steps = await rows<{ id: string; step: string }>(
    urlOf("orders"),
    "select id, step from saga union select saga_id, step from saga_log",
  );
  const held = await rows<{ id: string }>(
    urlOf("inventory"),
    "select order_id as id from reservation",
  );
  const known = new Set([
    ...steps.map(({ id, step }) => commandId(id, step)),
    // Inventory's own, for what nobody came back to.
    ...held.map(({ id }) => commandId(id, "abandoned")),
  ]);
  const carriedOut = [
    ...(await rows<Command>(urlOf("inventory"), KEPT)),
    ...(await rows<Command>(urlOf("pricing"), KEPT)),
    ...(await rows<Command>(urlOf("payments"), REFUNDS)),
  ];
  return carriedOut.filter(({ id }) => !known.has(id)).map(({ id, action }) => `${action} ${id}`);
}
interface Command {
  id: string;
  action: string;
}
const KEPT = "select id, action from command_result";
const REFUNDS =
  "select command_id as id, 'payments.refundOrder' as action from refund where command_id is not null";

async function rows<R extends object>(url: string, query: string): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(query)).rows;
  } finally {
    await client.end();
  }
}
