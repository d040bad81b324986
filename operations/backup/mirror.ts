/** New databases that are as those whose place they take: same owner, language, settings and rights. */
import { type Client, escapeIdentifier, escapeLiteral } from "pg";

export interface Facts {
  readonly owner: string;
  readonly encoding: string;
  readonly comment: string | null;
  readonly grants: readonly string[] | null;
  readonly settings: readonly Setting[] | null;
  /** The row of pg_database: its columns differ between versions. */
  readonly row: Readonly<Record<string, string | number | boolean | null>>;
}

interface Setting {
  readonly role: string | null;
  /** As the server writes it: `search_path=public, pg_temp`. */
  readonly setting: string;
}

/** What `database` is like, and undefined where there is none. */
export async function factsOf(client: Client, database: string): Promise<Facts | undefined> {
  const { rows } = await client.query<Facts>(
    `select pg_get_userbyid(datdba) as owner, pg_encoding_to_char(encoding) as encoding,
       shobj_description(d.oid, 'pg_database') as comment, to_jsonb(d) - 'datacl' as row,
       (select array_agg(format('grant %s on database %%I to %s', privilege_type,
          case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end))
        from aclexplode(datacl)) as grants,
       (select jsonb_agg(jsonb_build_object('setting', one, 'role',
          case setrole when 0 then null else pg_get_userbyid(setrole) end))
        from pg_db_role_setting s, unnest(setconfig) one where setdatabase = d.oid) as settings
     from pg_database d where datname = $1`,
    [database],
  );
  return rows[0];
}

/** Makes `name` like `facts`, empty; one of that name that somebody left half made is removed. */
export async function makeLike(client: Client, name: string, facts?: Facts): Promise<void> {
  const quoted = escapeIdentifier(name);
  await client.query(`drop database if exists ${quoted} with (force)`);
  await client.query(`create database ${quoted} template template0 ${facts ? terms(facts) : ""}`);
  for (const statement of facts ? settings(name, facts) : []) await client.query(statement);
}

/** https://www.postgresql.org/docs/18/sql-createdatabase.html */
function terms({ owner, encoding, row }: Facts): string {
  const text = (name: string) => escapeLiteral(String(row[name] ?? ""));
  const locale = "datlocale" in row ? "datlocale" : "daticulocale";
  const provider = {
    b: ` locale_provider builtin builtin_locale ${text(locale)}`,
    i: ` locale_provider icu icu_locale ${text(locale)}`,
  }[String(row.datlocprovider)];
  return (
    `owner ${escapeIdentifier(owner)} encoding ${escapeLiteral(encoding)} ` +
    `lc_collate ${text("datcollate")} lc_ctype ${text("datctype")}${provider ?? ""}`
  );
}

function settings(name: string, { grants, settings, comment, row }: Facts): string[] {
  const quoted = escapeIdentifier(name);
  return [
    ...(grants
      ? [`revoke all on database ${quoted} from public`].concat(
          grants.map((grant) => grant.replace("%I", quoted)),
        )
      : []),
    ...(settings ?? []).map((one) => setting(quoted, one)),
    `alter database ${quoted} connection limit ${Number(row.datconnlimit)}`,
    ...(comment === null ? [] : [`comment on database ${quoted} is ${escapeLiteral(comment)}`]),
  ];
}

function setting(quoted: string, { role, setting }: Setting): string {
  const key = setting.slice(0, setting.indexOf("="));
  const value = setting.slice(key.length + 1);
  // A list is kept as it is written; quoted, it would be one name.
  const written = key === "search_path" ? value : escapeLiteral(value);
  const whom = role === null ? "database" : `role ${escapeIdentifier(role)} in database`;
  return `alter ${whom} ${quoted} set ${escapeIdentifier(key)} to ${written}`;
}
