/**
 * What a database consists of, as the statements that make it again: asked of Postgres' own catalogue,
 * so that it is what is there and not what some file says. What stands before the rows is apart from
 * what comes after them: constraints are then checked over all rows at once, and triggers find
 * nothing to do. https://www.postgresql.org/docs/18/catalogs.html
 */
import type { Client } from "pg";
import { GRANTS } from "./grants.ts";
import { AFTER, BEFORE, COMMENTS, POSITIONS } from "./statements.ts";

export interface Schema {
  /** Schemas, types, functions, sequences, tables. */
  readonly before: readonly string[];
  /** Keys, checks, indexes, triggers, views. */
  readonly after: readonly string[];
  /** Where each sequence stands. */
  readonly positions: readonly string[];
  readonly grants: readonly Grant[];
}
export interface Grant {
  readonly role: string;
  readonly statement: string;
}
export interface Extension {
  readonly name: string;
  readonly schema: string;
}
export interface Table {
  /** With its schema, each part as it is written: `audit.entry`. */
  readonly name: string;
  /** Both quoted as SQL wants it. */
  readonly quoted: string;
  /** `(a, b)` of those that are written down; of a table without any: nothing. */
  readonly columns: string;
  /** About; without indexes. */
  readonly bytes: number;
}

/** @throws Error that names what a COPY dump cannot carry, if there is such a thing. */
export async function schemaOf(client: Client): Promise<Schema> {
  await refuseUnknown(client);
  const list = async (queries: readonly string[]): Promise<string[]> => {
    const all: { oid: number; statement: string }[] = [];
    for (const query of queries)
      all.push(...(await client.query<{ oid: number; statement: string }>(query)).rows);
    // What was made first did not need what came later, as a rule.
    return all.sort((a, b) => a.oid - b.oid).map(({ statement }) => statement);
  };
  return {
    before: await list(BEFORE),
    after: await list(AFTER),
    positions: await positionsOf(client),
    grants: await grantsOf(client),
  };
}

export const positionsOf = (client: Client): Promise<string[]> => statementsOf(client, POSITIONS);
export const commentsOf = (client: Client): Promise<string[]> => statementsOf(client, COMMENTS);

async function statementsOf(client: Client, query: string): Promise<string[]> {
  const { rows } = await client.query<{ statement: string }>(query);
  return rows.map(({ statement }) => statement);
}

export const grantsOf = async (client: Client): Promise<Grant[]> =>
  (await client.query<Grant>(GRANTS)).rows;

/** Of the server, as 180004. */
export async function versionOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  return rows[0]?.version ?? 0;
}

/** Those that somebody has added, in an order in which they can be. */
export async function extensionsOf(client: Client): Promise<Extension[]> {
  const { rows } = await client.query<Extension>(
    `select extname as name, nspname as schema from pg_extension e
     join pg_namespace n on n.oid = e.extnamespace where extname <> 'plpgsql' order by e.oid`,
  );
  return rows;
}

export async function tablesOf(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select n.nspname || '.' || c.relname as name, c.oid::regclass::text as quoted,
       (select coalesce('(' || string_agg(quote_ident(attname), ', ' order by attnum) || ')', '')
        from pg_attribute a where a.attrelid = c.oid and attnum > 0 and not attisdropped
          and attgenerated = '') as columns,
       pg_table_size(c.oid)::float8 as bytes
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass
                       and d.objid = c.oid and d.deptype = 'e')
     order by c.oid`,
  );
  return rows;
}

/** Kinds of things that our statements do not make. Losing them in silence would be worse than refusing. */
const UNKNOWN = `
  with mine as (select oid, nspname from pg_namespace
    where nspname !~ '^pg_' and nspname <> 'information_schema'),
  extra as (select classid, objid from pg_depend where deptype = 'e')
  select kind, name from (
    select case relkind when 'p' then 'partitioned table' when 'f' then 'foreign table'
             when 'm' then 'materialized view' when 'c' then 'composite type' end as kind,
           c.oid::regclass::text as name, 'pg_class'::regclass as class, c.oid
    from pg_class c join mine on mine.oid = relnamespace where relkind in ('p', 'f', 'm', 'c')
    union all select 'inherited table', inhrelid::regclass::text, 'pg_class'::regclass, inhrelid
    from pg_inherits join pg_class c on c.oid = inhrelid and c.relkind = 'r'
    union all select 'type', typname, 'pg_type'::regclass, t.oid
    from pg_type t join mine on mine.oid = typnamespace where typtype in ('r', 'b') and typcategory <> 'A'
    union all select 'aggregate', p.oid::regprocedure::text, 'pg_proc'::regclass, p.oid
    from pg_proc p join mine on mine.oid = pronamespace where prokind = 'a'
    union all select 'operator', o.oid::regoperator::text, 'pg_operator'::regclass, o.oid
    from pg_operator o join mine on mine.oid = oprnamespace
    union all select 'collation', collname, 'pg_collation'::regclass, c.oid
    from pg_collation c join mine on mine.oid = collnamespace
    union all select 'text search dictionary', dictname, 'pg_ts_dict'::regclass, d.oid
    from pg_ts_dict d join mine on mine.oid = dictnamespace
    union all select 'statistics object', stxname, 'pg_statistic_ext'::regclass, s.oid
    from pg_statistic_ext s join mine on mine.oid = stxnamespace
    union all select 'rule', rulename, 'pg_rewrite'::regclass, r.oid
    from pg_rewrite r join pg_class c on c.oid = ev_class join mine on mine.oid = c.relnamespace
    where rulename <> '_RETURN'
    union all select 'policy', polname, 'pg_policy'::regclass, oid from pg_policy
    union all select 'publication', pubname, 'pg_publication'::regclass, oid from pg_publication
    union all select 'event trigger', evtname, 'pg_event_trigger'::regclass, oid from pg_event_trigger
    union all select 'large object', oid::text, 'pg_largeobject'::regclass, oid
    from pg_largeobject_metadata
  ) things where not exists (select 1 from extra where classid = class and objid = things.oid)
  order by 1, 2 limit 5`;

async function refuseUnknown(client: Client): Promise<void> {
  const { rows } = await client.query<{ kind: string; name: string }>(UNKNOWN);
  if (rows.length === 0) return;
  const { database } = client;
  throw new Error(
    `The database ${database ?? ""} holds what a dump by COPY cannot carry: ` +
      `${rows.map(({ kind, name }) => `${kind} ${name}`).join(", ")}. Install a pg_dump that is as ` +
      "new as the server, and it will be used.",
  );
}
