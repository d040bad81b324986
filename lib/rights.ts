/**
 * Rights of the role that serves requests on tables of another role: read and write rows, no more.
 * The triggers of `append_only()` name the tables whose rows may only be added, so a migration
 * declares that once. https://www.postgresql.org/docs/18/ddl-priv.html
 */
import { QueryTypes, type Sequelize, type Transaction } from "sequelize";
import type { Run } from "./migrate.ts";

/** The only columns of a table that may be changed: the sequencer numbers events. */
const CHANGING: Readonly<Record<string, string>> = { event: "position" };
const READ_ONLY = ["migration"];

/** The intended and the present rights of `$1` on each table, view and sequence. */
const GRANTS = `
  with kept as (
    select tgrelid as oid, bit_or(tgtype::int) as moments
    from pg_trigger join pg_proc on pg_proc.oid = tgfoid
    where proname = 'append_only' group by tgrelid
  ), relation as (
    select c.oid, c.relname as name, c.relkind as kind, c.relacl as acl, c.relowner as owner,
           coalesce(kept.moments, 0) as moments
    from pg_class c left join kept on kept.oid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
      -- Not what belongs to an extension, or to an identity column.
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('e', 'i')
                        and d.classid = 'pg_class'::regclass)
  )
  select name, kind, owner = app.oid as owned,
    array_remove(case
      when kind = 'S' then array['USAGE']
      when kind in ('v', 'm') or name = any($2::text[]) then array['SELECT']
      else array[
        -- Bits of tgtype: 8 delete, 16 update.
        case when moments & 8 = 0 then 'DELETE' end, 'INSERT', 'SELECT',
        case when moments & 16 = 0 and not name = any($3::text[]) then 'UPDATE' end]
    end, null) as wanted,
    array(select privilege_type from aclexplode(acl) where grantee = app.oid order by 1) as granted,
    array(select attname || '' from pg_attribute a, aclexplode(a.attacl) x
          where a.attrelid = relation.oid and x.grantee = app.oid and x.privilege_type = 'UPDATE'
          order by 1) as columns
  from relation, (select oid from pg_roles where rolname = $1) as app
  order by name`;

interface Grant {
  readonly name: string;
  readonly kind: string;
  /** True if the role owns it. */
  readonly owned: boolean;
  readonly wanted: string[];
  readonly granted: string[];
  readonly columns: string[];
}

/**
 * Compares what `role` may do in the database of `sequelize` with what it should. `owner`: it owns
 * some table, and may do everything with it.
 */
export async function rightsOf(
  sequelize: Sequelize,
  role: string,
): Promise<"right" | "wrong" | "owner"> {
  const grants = await grantsOf(sequelize, role);
  if (grants.some(({ owned }) => owned)) return "owner";
  return grants.length > 0 && grants.every(isRight) ? "right" : "wrong";
}

/**
 * Grants `role` exactly its intended rights, as the owner of the tables; a database of the owner's
 * is closed to all other roles. Must not run concurrently in two transactions: Postgres would fail
 * one.
 */
export async function giveRights(
  sequelize: Sequelize,
  role: string,
  { transaction, run }: { transaction: Transaction; run: Run },
): Promise<void> {
  const name = quoted(role);
  const closing = await openDatabase(sequelize, transaction);
  if (closing !== undefined) {
    await run(`revoke connect, temporary on database ${quoted(closing)} from public`);
    await run(`grant connect, temporary on database ${quoted(closing)} to ${name}`);
  }
  const wrong = (await grantsOf(sequelize, role, transaction)).filter((it) => !isRight(it));
  for (const it of wrong) {
    const on = `on ${it.kind === "S" ? "sequence" : "table"} ${quoted(it.name)}`;
    await run(`revoke all ${on} from ${name}`);
    if (it.wanted.length > 0) await run(`grant ${it.wanted.join(", ")} ${on} to ${name}`);
    for (const column of changingOf(it))
      await run(`grant update (${quoted(column)}) ${on} to ${name}`);
  }
}

const grantsOf = (
  sequelize: Sequelize,
  role: string,
  transaction?: Transaction,
): Promise<Grant[]> =>
  sequelize.query<Grant>(GRANTS, {
    type: QueryTypes.SELECT,
    bind: [role, READ_ONLY, Object.keys(CHANGING)],
    ...(transaction && { transaction }),
  });

/** The name of this database, if every role may connect to it and we may change that. */
async function openDatabase(
  sequelize: Sequelize,
  transaction: Transaction,
): Promise<string | undefined> {
  const [found] = await sequelize.query<{ name: string }>(
    `select datname as name from pg_database where datname = current_database()
       and pg_get_userbyid(datdba) = current_user
       and has_database_privilege('public', oid, 'connect')`,
    { type: QueryTypes.SELECT, transaction },
  );
  return found?.name;
}

const changingOf = ({ name }: Grant): string[] => {
  const column = CHANGING[name];
  return column === undefined ? [] : [column];
};
const isRight = (it: Grant): boolean =>
  same(it.wanted, it.granted) && same(changingOf(it), it.columns);
const same = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join();

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
