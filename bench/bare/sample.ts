/**
 * The very rows that one checkout leaves, in the databases of all services: what is new since a
 * moment, and what of the old was written again.
 */
import { Client } from "pg";
import { DOMAINS } from "../../services/registry.ts";
import type { Subject } from "../subject/subject.ts";

export interface Column {
  readonly name: string;
  readonly type: string;
}
export interface Table {
  readonly service: string;
  readonly name: string;
  /** Columns except those that the database fills in. */
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
}
/** Values as Postgres writes them, in the order of the columns. */
export type Row = readonly (string | null)[];
export interface Written {
  readonly table: Table;
  readonly inserted: readonly Row[];
  readonly updated: readonly Row[];
}

/** Rows that every change of a service writes again; one bare transaction would need none of them. */
const BOOKKEEPING = new Set(["feed_head", "feed_cursor", "migration"]);

const TABLES = `
  select c.relname as name,
    (select array_agg(k.attname::text) from pg_index i
       join pg_attribute k on k.attrelid = c.oid and k.attnum = any(i.indkey)
     where i.indrelid = c.oid and i.indisprimary) as key,
    (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
       order by a.attnum)
     from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       and a.attgenerated = '' and a.attidentity = ''
       -- Given by the sequencer, one after the other: another transaction would have others.
       and (c.relname, a.attname) <> ('event', 'position')) as columns
  from pg_class c
  where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`;

export class Databases {
  readonly #clients: ReadonlyMap<string, Client>;
  readonly #tables: readonly Table[];

  private constructor(clients: ReadonlyMap<string, Client>, tables: readonly Table[]) {
    this.#clients = clients;
    this.#tables = tables;
  }

  static async open({ urlOf }: Subject): Promise<Databases> {
    const clients = new Map<string, Client>();
    const tables: Table[] = [];
    for (const service of DOMAINS) {
      const client = new Client({ connectionString: urlOf(service) });
      await client.connect();
      clients.set(service, client);
      const { rows } = await client.query<{ name: string; key: string[]; columns: Column[] }>(
        TABLES,
      );
      for (const { name, key, columns } of rows)
        if (!BOOKKEEPING.has(name)) tables.push({ service, name, columns, primaryKey: key ?? [] });
    }
    return new Databases(clients, tables);
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) await client.end();
  }

  /** All rows of all tables as they are now. */
  async all(): Promise<Map<Table, Row[]>> {
    const found = new Map<Table, Row[]>();
    for (const table of this.#tables) found.set(table, await this.#rows(table, "true"));
    return found;
  }

  /** A moment, in each database. */
  async now(): Promise<ReadonlyMap<string, string>> {
    const moments = new Map<string, string>();
    for (const [service, client] of this.#clients) {
      const { rows } = await client.query<{ at: string }>(
        "select pg_current_xact_id()::text as at",
      );
      moments.set(service, rows[0]?.at ?? "0");
    }
    return moments;
  }

  /** Reads the rows written after `moment`; `before` says which of them existed before. */
  async since(
    moment: ReadonlyMap<string, string>,
    before: ReadonlyMap<Table, readonly Row[]>,
  ): Promise<Written[]> {
    const written: Written[] = [];
    for (const table of this.#tables) {
      const at = BigInt(moment.get(table.service) ?? "0");
      const rows = await this.#rows(table, `xmin::text::bigint > ${at % 2n ** 32n}`);
      if (rows.length === 0) continue;
      const keyOf = keyIn(table);
      const known = new Set((before.get(table) ?? []).map(keyOf));
      const updated = rows.filter((row) => known.has(keyOf(row)));
      const inserted = rows.filter((row) => !known.has(keyOf(row)));
      written.push({ table, inserted, updated });
    }
    return written;
  }

  /** Returns true once every event is consumed, and no process or provider has work left. */
  async quiet(): Promise<boolean> {
    const heads = new Map<string, string>();
    const cursors: { producer: string; position: string }[] = [];
    for (const [service, client] of this.#clients) {
      const { rows } = await client.query<{ head: string; open: string }>(
        `select (select position from feed_head) as head,
           (select count(*) from event where position is null)
           + (select count(*) from saga where ended_at is null and step not in ('pay')) as open`,
      );
      if (Number(rows[0]?.open) > 0) return false;
      heads.set(service, String(rows[0]?.head));
      const heard = await client.query<{ producer: string; position: string }>(
        "select producer, position::text from feed_cursor",
      );
      cursors.push(...heard.rows);
    }
    const calls = await this.#clients.get("payments")?.query<{ waiting: number }>(
      `select (select count(*) from simulator_webhook)::int
         + (select count(*) from psp_event where processed_at is null)::int as waiting`,
    );
    if ((calls?.rows[0]?.waiting ?? 0) > 0) return false;
    return cursors.every(({ producer, position }) => heads.get(producer) === position);
  }

  async #rows({ service, name, columns }: Table, where: string): Promise<Row[]> {
    const list = columns.map((column) => `"${column.name}"::text`).join(", ");
    const text = `select ${list} from "${name}" where ${where}`;
    const found = await this.#clients.get(service)?.query({ text, rowMode: "array" });
    return (found?.rows ?? []) as Row[];
  }
}

/** A row's primary key, or the whole row where the database counts the key by itself. */
function keyIn({ columns, primaryKey }: Table): (row: Row) => string {
  const places = primaryKey.map((name) => columns.findIndex((column) => column.name === name));
  const whole = places.length === 0 || places.includes(-1);
  return (row) => JSON.stringify(whole ? row : places.map((place) => row[place]));
}
