/** Events that their consumers have not reacted to yet, though they will. */
import { globSync } from "node:fs";
import path from "node:path";
import type { Client } from "pg";
import { DOMAINS, EVENTS } from "../../services/registry.ts";

export const LAG = { id: "I25b", rule: "Every consumer has reacted to every event that it wants." };

/** The names that `service` reacts to, by producer: each has a file. Its cursor passes others lazily. */
function wantedBy(service: string): Map<string, string[]> {
  const cwd = path.join(import.meta.dirname, "../../services", service, "reactions");
  const files = new Set(globSync("*.ts", { cwd }));
  const wanted = EVENTS.filter(({ name }) => files.has(`${name}.ts`));
  return new Map(
    [...Map.groupBy(wanted, ({ producer }) => producer)].map(([producer, events]) => [
      producer,
      events.map(({ name }) => name),
    ]),
  );
}

/** How many events wait for a reaction, over all consumers. */
export async function countLag(on: (service: string) => Promise<Client>): Promise<number> {
  let count = 0;
  for (const consumer of DOMAINS) {
    const { rows: cursors } = await (
      await on(consumer)
    ).query<{ producer: string; position: string }>("select producer, position from feed_cursor");
    for (const [producer, names] of wantedBy(consumer)) {
      const position = cursors.find((cursor) => cursor.producer === producer)?.position ?? 0;
      const { rows } = await (
        await on(producer)
      ).query<{ n: number }>(
        "select count(*)::int as n from event where position > $1 and name = any($2)",
        [position, names],
      );
      count += rows[0]?.n ?? 0;
    }
  }
  return count;
}
