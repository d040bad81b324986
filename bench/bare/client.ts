/**
 * The baseline of the checkout: one client program on 64 connections that writes the rows of a
 * checkout in one transaction, by prepared statements, without any logic.
 */
import { Client } from "pg";
import { filled, type Template } from "./template.ts";

export interface Start {
  readonly url: string;
  readonly connections: number;
  readonly templates: readonly Template[];
}
export interface Turn {
  readonly count: number;
}

/**
 * The rows are as they were in the end, which triggers would not let them be from the start. Nor are
 * references checked so: what we are compared with is the faster for it.
 */
const WITHOUT_TRIGGERS = "-c session_replication_role=replica";

let clients: Client[] = [];
let templates: readonly Template[] = [];

async function begin(start: Start): Promise<void> {
  ({ templates } = start);
  clients = Array.from(
    { length: start.connections },
    () => new Client({ connectionString: start.url, options: WITHOUT_TRIGGERS }),
  );
  // The server is ended before we are.
  for (const client of clients) client.on("error", () => undefined);
  await Promise.all(clients.map((client) => client.connect()));
}

async function turn({ count }: Turn): Promise<void> {
  let next = 0;
  await Promise.all(
    clients.map(async (client) => {
      for (let n = next++; n < count; n = next++) await write(client, n % templates.length);
    }),
  );
}

async function write(client: Client, which: number): Promise<void> {
  const template = templates[which];
  if (!template) return;
  const values = filled(template);
  await client.query("begin");
  for (const [i, { name, text }] of template.statements.entries())
    await client.query({ name, text, values: values[i] ?? [] });
  await client.query("commit");
}

process.on("message", (message: Start | Turn) => {
  void ("url" in message ? begin(message) : turn(message)).then(
    () => process.send?.({}),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
