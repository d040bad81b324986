/**
 * `npm run restore -- DIR`: puts a backup in the place of the present databases, when nothing runs on
 * them. `--list` shows which backups there are.
 */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { config } from "../config.ts";
import { backupsIn, USUAL_FOLDER } from "./backup/folder.ts";
import { deleteSavedAnswers } from "./backup/saved-answers.ts";
import { restoreMedia } from "./backup/media.ts";
import { sized } from "./backup/progress.ts";
import { restore } from "./backup/restoring.ts";
import { asCalled } from "./backup/sources.ts";
import { findTargets, removeReplaced } from "./backup/targets.ts";
import { reportingErrors } from "./backup/reporting-errors.ts";
import { UserError } from "./client/api-client.ts";

const USAGE = `npm run restore -- --list          which backups there are
npm run restore -- DIR             restores one where there is no data yet
npm run restore -- --force DIR     replaces what is there; it is kept under another name
npm run restore -- --forget        removes what was replaced and kept

  --from FOLDER     where all backups are (${USUAL_FOLDER}), for --list
  --only A,B        databases of these services only
  --containers      into containers of this machine
  --project NAME    of this project of Docker Compose
  --to URL          to this address, with {service} in it; also BACKUP_DATABASE_URL, and for
                    a single service ORDERS_BACKUP_DATABASE_URL and the like`;
const say = (line: string) => void process.stdout.write(`${line}\n`);

await reportingErrors(async () => {
  const { values, positionals } = wanted();
  if (values.help) return say(USAGE);
  if (values.list) return list(values.from === undefined ? USUAL_FOLDER : asCalled(values.from));
  const [folder] = positionals.map(asCalled);
  if ((folder === undefined) !== (values.forget === true) || positionals.length > 1)
    throw new UserError(USAGE);
  const { containers, project, to } = values;
  const place = { project, databases: to, ...(containers && { containers }) };
  const targets = await findTargets(place, say);
  try {
    if (folder === undefined) {
      for (const name of await removeReplaced(targets)) say(`Removed ${name}.`);
      return;
    }
    const only = values.only?.split(",") ?? [];
    const force = values.force === true;
    const manifest = await restore({ folder, targets, only, force, say });
    if (only.length === 0) await restoreMedia(folder, manifest, say);
    // The demo company is for those who have none.
    const marker = path.join(config.dataDir, "seeded");
    if (targets.kind === "embedded" && !existsSync(marker)) writeFileSync(marker, manifest.at);
    await deleteSavedAnswers(say);
    say(`Restored as of ${manifest.at}. Start the nodes; what was under way then goes on.`);
  } finally {
    await targets.end();
  }
});

function wanted() {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const texts = { from: text, only: text, project: text, to: text };
  const flags = { help: flag, list: flag, force: flag, forget: flag, containers: flag };
  try {
    return parseArgs({ allowPositionals: true, options: { ...texts, ...flags } });
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function list(folder: string): Promise<void> {
  const all = await backupsIn(folder);
  if (all.length === 0) say(`There are no backups in ${folder}.`);
  for (const { name, manifest, problem } of all) {
    const about = manifest
      ? `${manifest.at}  ${sized(manifest.archive.bytes).padStart(8)}  ` +
        `${manifest.databases.length} databases, version ${manifest.version}`
      : `not whole: ${problem}`;
    say(`  ${path.join(folder, name)}  ${about}`);
  }
}
