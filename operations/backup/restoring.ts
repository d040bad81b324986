/**
 * Restoring: everything is made aside, in new databases, and compared with what the backup says. Only
 * when all of it is there do the new ones take the places of the old, which are kept under another
 * name. Until that moment whatever fails has changed nothing.
 */
import { escapeIdentifier } from "pg";
import { UserError } from "../client/api-client.ts";
import { fitCursors } from "./feeds.ts";
import { feedOf } from "./dump.ts";
import { freeName } from "./folder.ts";
import { load } from "./load.ts";
import { checkHashes, type DatabaseManifest, type Manifest, readManifest } from "./manifest.ts";
import { makeLike } from "./mirror.ts";
import { progressOf } from "./progress.ts";
import { withSession } from "./session.ts";
import { migrationsOf } from "./sources.ts";
import { type Exchange, swap } from "./swap.ts";
import { connectedTo, hasData, type Target, type Targets } from "./targets.ts";

export interface Restoring {
  readonly folder: string;
  readonly targets: Targets;
  /** Names of services; none: all, and those that the backup does not know become empty. */
  readonly only: readonly string[];
  /** Whether what is there may be replaced. */
  readonly force: boolean;
  readonly say: (line: string) => void;
}
/** One database that changes. */
interface Change {
  readonly target: Target;
  /** Undefined: the service is younger than the backup, and begins anew. */
  readonly database: DatabaseManifest | undefined;
  readonly restored: string;
}

/** Answers what was restored. @throws UserError, or Error; then nothing has changed */
export async function restore(restoring: Restoring): Promise<Manifest> {
  const { folder, targets, say } = restoring;
  const manifest = await readManifest(folder);
  await checkHashes(folder, manifest);
  const changes = changesFor(restoring, manifest);
  refuseNewer(manifest);
  await refuseInUse(changes);
  const full = await withData(changes);
  if (full.length > 0 && !restoring.force) throw new UserError(FULL(full));
  const untouched = targets.all.filter(
    (target) => !changes.some((change) => change.target === target),
  );
  if (untouched.length > 0) say(WARNING(untouched));
  try {
    await makeAside(restoring, manifest, changes);
    await fitToOthers(changes, untouched);
    await refuseInUse(changes);
    for (const { target, before } of await exchange(changes, untouched)) {
      if (full.includes(target)) say(`What ${target.service} had is kept as ${before}.`);
      else await target.admin.query(`drop database ${escapeIdentifier(before)} with (force)`);
    }
    return manifest;
  } finally {
    for (const { target, restored } of changes)
      await target.admin
        .query(`drop database if exists ${escapeIdentifier(restored)} with (force)`)
        .catch(() => undefined);
  }
}

const WARNING = (untouched: readonly Target[]): string =>
  `Only a part goes back: ${untouched.map(({ service }) => service).join(", ")} stay as they are, and ` +
  "may know of things that the others then have forgotten. Look at `npm run verify` afterwards.";

const FULL = (full: readonly Target[]): string =>
  `There is data already: ${full.map(({ service }) => service).join(", ")}. To replace it, say so with ` +
  "--force; it is then kept under another name.";

function changesFor({ targets, only }: Restoring, manifest: Manifest): Change[] {
  const inBackup = new Map(manifest.databases.map((database) => [database.service, database]));
  const missing = only.filter((service) => !inBackup.has(service));
  if (missing.length > 0) throw new UserError(`The backup has nothing of ${missing.join(", ")}.`);
  const homeless = [...inBackup.keys()].filter(
    (service) => !targets.all.some((target) => target.service === service),
  );
  if (homeless.length > 0)
    throw new UserError(`There is no database here for ${homeless.join(", ")}.`);
  const whole = only.length === 0 && manifest.whole;
  return targets.all
    .filter(
      ({ service }) => whole || (only.length > 0 ? only.includes(service) : inBackup.has(service)),
    )
    .map((target) => ({
      target,
      database: inBackup.get(target.service),
      restored: `${target.database}_restoring`,
    }));
}

/** Programs go forward with their databases, never back. */
function refuseNewer({ databases, version }: Manifest): void {
  for (const { service, migrations } of databases) {
    const known = new Set(migrationsOf(service));
    const unknown = migrations.find((name) => !known.has(name));
    if (unknown !== undefined)
      throw new UserError(
        `The backup was made by version ${version}, whose ${service} had ${unknown}: this program ` +
          "does not know it. Restore it with that version or a later one.",
      );
  }
}

async function refuseInUse(changes: readonly Change[]): Promise<void> {
  for (const { target } of changes) {
    const who = await connectedTo(target);
    if (who !== "")
      throw new UserError(
        `Somebody is at work in ${target.service}: ${who}. Stop all nodes first, then try again.`,
      );
  }
}

async function withData(changes: readonly Change[]): Promise<Target[]> {
  const full: Target[] = [];
  for (const { target } of changes) if (await hasData(target)) full.push(target);
  return full;
}

async function makeAside(
  { folder }: Restoring,
  manifest: Manifest,
  changes: readonly Change[],
): Promise<void> {
  const services = new Set(changes.map(({ target }) => target.service));
  const bytes = manifest.entries
    .filter(({ name }) => services.has(name.slice(0, name.indexOf("/"))))
    .reduce((sum, entry) => sum + entry.bytes, 0);
  const progress = progressOf("Restore", bytes);
  for (const { target, database, restored } of changes) {
    await makeLike(target.admin, restored, target.facts);
    if (!database) continue;
    const role = await ownerFor(target, database);
    const url = target.urlOf(restored);
    await load({ folder, manifest, database, url, role, onBytes: progress.add });
  }
  progress.end();
}

/** As it was, if there is such a role here; else whoever owns the database. */
async function ownerFor({ admin, facts }: Target, { owner }: DatabaseManifest): Promise<string> {
  const { rows } = await admin.query<{ owner: string }>(
    `select coalesce((select rolname from pg_roles where rolname = $1), $2, current_user) as owner`,
    [owner, facts?.owner ?? null],
  );
  return rows[0]?.owner ?? owner;
}

/** What is restored must not believe that it has heard more than others have told. */
async function fitToOthers(
  changes: readonly Change[],
  untouched: readonly Target[],
): Promise<void> {
  const heads = new Map<string, number>();
  for (const { service, database, urlOf, facts } of untouched)
    if (facts) heads.set(service, (await withSession(urlOf(database), feedOf)).head);
  for (const { target, restored } of changes)
    await withSession(target.urlOf(restored), (client) => fitCursors(client, heads));
}

/** Answers what was replaced, and under which name it still is there. */
async function exchange(
  changes: readonly Change[],
  untouched: readonly Target[],
): Promise<{ target: Target; before: string }[]> {
  const stamp = await freeName(async (name) => {
    const asked = changes.map(({ target: { admin, database } }) =>
      admin.query("select 1 from pg_database where datname = $1", [`${database}_before_${name}`]),
    );
    return (await Promise.all(asked)).some(({ rowCount }) => rowCount === 1);
  });
  const exchanges = changes.map(({ target, restored }): Exchange & { target: Target } => {
    const { admin, database, facts } = target;
    const before = facts && `${database}_before_${stamp}`;
    return { target, admin, database, restored, before };
  });
  const heads = changes.map(({ target, database }): [string, number] => [
    target.service,
    database?.head ?? 0,
  ]);
  await swap(exchanges, async () => {
    for (const { database, urlOf, facts } of untouched)
      if (facts) await withSession(urlOf(database), (client) => fitCursors(client, new Map(heads)));
  });
  return exchanges.flatMap(({ target, before }) =>
    before === undefined ? [] : [{ target, before }],
  );
}
