/**
 * `npm run backup`: writes one moment of all databases, and the media, into a folder of `backups`, and
 * removes old ones. With `--verify`, every backup is read again, restored aside and judged.
 */
import { parseArgs } from "node:util";
import { config } from "../config.ts";
import { writeMetrics } from "./backup/metrics.ts";
import { removeOld, USUAL_FOLDER } from "./backup/folder.ts";
import { makeBackup } from "./backup/make.ts";
import { asCalled, findSources, mediaFolder, type Sources } from "./backup/sources.ts";
import { verifyAll } from "./backup/verify.ts";
import { shown } from "./backup/session.ts";
import { reportingErrors } from "./backup/reporting-errors.ts";
import { textfileTrouble } from "./textfile.ts";
import { UserError } from "./client/api-client.ts";

const USAGE = `npm run backup                     all databases, as of one moment
npm run backup -- --verify [DIR…]  reads backups again, restores them aside and judges what is in them
npm run backup -- --databases      only shows which databases there are
npm run backup -- --trial          tries all of it on a company that is thrown away

  --into FOLDER     where all backups are (${USUAL_FOLDER})
  --keep N          how many are kept, the newest; 14 if not said
  --days N          and none that are older, but for the newest
  --only A,B        databases of these services
  --containers      of the containers of this machine, if they hold some
  --project NAME    of this project of Docker Compose
  --from URL        of this address, with {service} in it; also BACKUP_DATABASE_URL, and for
                    a single service ORDERS_BACKUP_DATABASE_URL and the like
  --metrics FILE    tells node_exporter of the new one: a .prom file in its textfile folder
  --with copy|pg_dump   one of the two ways; else pg_dump where one is new enough
  --clean           with --verify: removes old ones, counting only those that are good`;
const USUAL_KEEP = 14;
const say = (line: string) => void process.stdout.write(`${line}\n`);

await reportingErrors(async () => {
  const { values, positionals } = wanted();
  if (values.help) return say(USAGE);
  const into = values.into === undefined ? USUAL_FOLDER : asCalled(values.into);
  const keep = count("--keep", values.keep) ?? USUAL_KEEP;
  const days = count("--days", values.days);
  const metrics = values.metrics === undefined ? undefined : asCalled(values.metrics);
  const trouble = metrics === undefined ? undefined : textfileTrouble(metrics);
  if (trouble !== undefined) throw new UserError(trouble);
  const limits = { keep, ...(days !== undefined && { days }) };
  if (values.verify) {
    const good = await verifyAll(into, positionals.map(asCalled), {
      say,
      ...(values.clean && { limits }),
    });
    if (!good) process.exitCode = 1;
    return;
  }
  if (positionals.length > 0) throw new UserError(USAGE);
  if (values.trial) {
    const { trial } = await import("./backup/trial/trial.ts");
    if (!(await trial(say))) process.exitCode = 1;
    return;
  }
  const sources = await found(values);
  try {
    if (values.databases) return show(sources);
    const way = values.with ?? "auto";
    if (way !== "auto" && way !== "copy" && way !== "pg_dump") throw new UserError(USAGE);
    const media = await mediaFolder();
    const whole = values.only === undefined;
    const began = performance.now();
    const folder = await makeBackup({ sources: sources.all, whole, into, media, way, say });
    const seconds = (performance.now() - began) / 1_000;
    if (whole && metrics !== undefined) await writeMetrics(metrics, { folder, seconds });
    // Only after a good one: what there is, is not removed before there is something newer.
    for (const name of await removeOld(into, limits)) say(`Removed ${name}, which was old.`);
  } finally {
    await sources.end();
  }
});

function wanted() {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const places = { into: text, only: text, project: text, from: text, with: text, metrics: text };
  const flags = {
    help: flag,
    verify: flag,
    clean: flag,
    databases: flag,
    trial: flag,
    containers: flag,
  };
  const options = { ...places, keep: text, days: text, ...flags };
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function count(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new UserError(`${name} must be a whole number from 1 on, not "${value}".`);
}

function found({ containers, project, from, only }: ReturnType<typeof wanted>["values"]) {
  const services = only === undefined ? {} : { only: only.split(",") };
  return findSources(
    { project, databases: from, ...(containers && { containers }), ...services },
    say,
  );
}

function show({ kind, all }: Sources): void {
  const where = {
    embedded: `embedded, in ${config.dataDir}`,
    addresses: "by their addresses",
    containers: "in containers",
  };
  say(`${all.length} databases, ${where[kind]}:`);
  for (const source of all) {
    const container = "container" in source ? `  ${String(source.container)}` : "";
    say(`  ${source.service.padEnd(14)} ${shown(source.url)}${container}`);
  }
}
