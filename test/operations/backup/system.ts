/** Databases of all services, with their tables, under names of a test's own; found by one address. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { escapeIdentifier } from "pg";
import { makeBackup } from "../../../operations/backup/make.ts";
import { restore } from "../../../operations/backup/restoring.ts";
import { findSources } from "../../../operations/backup/sources.ts";
import { findTargets, removeReplaced, type Targets } from "../../../operations/backup/targets.ts";
import { DOMAINS } from "../../../services/registry.ts";
import { giveDatabase } from "../../support/test-databases.ts";
import { asked, databases, server } from "./databases.ts";

export interface System {
  readonly dir: string;
  /** With {service} in it. */
  readonly address: string;
  urlOf(service: string): string;
  sql<R extends object>(service: string, query: string): Promise<R[]>;
  /** Answers the folder of the backup. */
  backup(only?: readonly string[]): Promise<string>;
  /** Answers what it has said. */
  restore(
    folder: string,
    options?: { force?: boolean; only?: readonly string[] },
  ): Promise<string[]>;
  /** Names of all databases of this house that there are, without the part that is its own. */
  there(): Promise<string[]>;
  drop(service: string): Promise<void>;
  forget(): Promise<string[]>;
  end(): Promise<void>;
}

const ADMIN = () => `${server()}/postgres`;

export async function system(): Promise<System> {
  const all = databases();
  const dir = await mkdtemp(path.join(tmpdir(), "comptoir-restore-"));
  const address = `${server()}/${all.note("{service}")}`;
  const nameOf = (service: string) => path.basename(address).replace("{service}", service);
  const urlOf = (service: string) => address.replace("{service}", service);
  for (const service of DOMAINS) {
    const given = new URL(await giveDatabase(service)).pathname.slice(1);
    // It is found by its address only.
    delete process.env[`${service.toUpperCase()}_DATABASE_URL`];
    const name = all.note(service);
    await asked(
      ADMIN(),
      `alter database ${escapeIdentifier(given)} rename to ${escapeIdentifier(name)}`,
    );
  }
  const prefix = nameOf("");
  const there = async () => {
    const rows = await asked<{ datname: string }>(
      ADMIN(),
      `select datname from pg_database where starts_with(datname, '${prefix}') order by 1`,
    );
    return rows.map(({ datname }) => datname.slice(prefix.length));
  };
  const drop = (service: string) =>
    asked(
      ADMIN(),
      `drop database if exists ${escapeIdentifier(prefix + service)} with (force)`,
    ).then(() => undefined);
  const backup = async (only?: readonly string[]) => {
    const sources = await findSources({ databases: address, ...(only && { only }) }, () => {});
    return makeBackup({
      sources: sources.all,
      whole: only === undefined,
      into: path.join(dir, "backups"),
      media: undefined,
      way: "copy",
      say: () => undefined,
    });
  };
  const withTargets = async <T>(work: (targets: Targets) => Promise<T>): Promise<T> => {
    const targets = await findTargets({ databases: address }, () => undefined);
    try {
      return await work(targets);
    } finally {
      await targets.end();
    }
  };
  return {
    dir,
    address,
    urlOf,
    sql: (service, query) => asked(urlOf(service), query),
    backup,
    restore: async (folder, { force = false, only = [] } = {}) => {
      const output: string[] = [];
      const say = (line: string) => void output.push(line);
      await withTargets((targets) => restore({ folder, targets, only, force, say }));
      return output;
    },
    there,
    drop,
    forget: () => withTargets(removeReplaced),
    end: async () => {
      for (const name of await there()) await drop(name);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
