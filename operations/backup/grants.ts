/** Who may do what in a database, besides the owner of each thing. */
import { ours } from "./statements.ts";

/**
 * An object on which nothing was ever granted has no list, and
 * its defaults come by themselves; where there is one, it is made from nothing.
 */
const GRANTED = `
  select 'table' as word, c.oid::regclass::text as name, null as part, relacl as list,
    relowner as owner, c.oid
  from pg_class c ${ours("pg_class", "relnamespace", "c")} and relkind in ('r', 'v') and relacl is not null
  union all select 'sequence', c.oid::regclass::text, null, relacl, relowner, c.oid
  from pg_class c ${ours("pg_class", "relnamespace", "c")} and relkind = 'S' and relacl is not null
  union all select 'table', c.oid::regclass::text, quote_ident(attname), attacl, relowner, c.oid
  from pg_class c join pg_attribute a on attrelid = c.oid and attnum > 0 and attacl is not null
  ${ours("pg_class", "relnamespace", "c")} and relkind in ('r', 'v')
  union all select 'routine', p.oid::regprocedure::text, null, proacl, proowner, p.oid
  from pg_proc p ${ours("pg_proc", "pronamespace", "p")} and proacl is not null
  union all select 'schema', quote_ident(n.nspname), null, nspacl, nspowner, n.oid
  from pg_namespace n where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and nspacl is not null`;

export const GRANTS = `
  with granted as (${GRANTED})
  select 'public' as role, format('revoke all on %s %s from public', word, name) as statement
  from granted where part is null
  union all
  select case grantee when 0 then 'public' else pg_get_userbyid(grantee) end,
    format('grant %s%s on %s %s to %s%s', string_agg(privilege_type || ' (' || part || ')', ', '),
      case when part is null then string_agg(privilege_type, ', ') end, word, name,
      case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
      case when is_grantable then ' with grant option' end)
  from granted, aclexplode(list) where grantee <> owner
  group by word, name, part, grantee, is_grantable, granted.oid
  order by 1, 2 desc`;
