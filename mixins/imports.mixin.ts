import { createHash } from "node:crypto";
import type { ServiceSchema } from "moleculer";
import { runInContext } from "../lib/request-context.ts";
import { mixin } from "../lib/bus.ts";
import type { AnyImportKind } from "../lib/import-kind.ts";
import { ImportRunner } from "../lib/import-runner.ts";
import {
  beginJob,
  CHUNK_BYTES,
  dropJob,
  dropStalled,
  saveChunk,
  sealJob,
} from "../lib/import-files.ts";
import { ImportEmpty, type ImportJob, ImportTooLarge } from "../lib/imports.ts";
import { singleFlight } from "../lib/single-flight.ts";
import { isPassing, isUniqueViolation } from "../lib/sql.ts";
import type { DatabaseService } from "./database.mixin.ts";

export interface Imports {
  /**
   * Keeps a file, piece by piece as it comes, and lets it be taken over. Answers the job; of a file
   * that is in work already, that one. What does not come whole leaves nothing.
   * @throws ImportTooLarge (413), ImportEmpty (422)
   */
  receive(
    file: AsyncIterable<Uint8Array>,
    about: { kind: string; source: string; actor: string | undefined },
  ): Promise<string>;
}
export type ImportsService = { imports: Imports };
type Self = DatabaseService &
  ImportsService & {
    importRunner: ImportRunner;
    runImports: () => Promise<void>;
    importTimers: NodeJS.Timeout[];
  };

const LOOK_EVERY_MS = 1_000;
const SWEEP_EVERY_MS = 60_000;
const SHOW_EVERY_MS = 500;
const MAX_BYTES = 200_000_000;

/**
 * Gives a service import jobs: `service.imports` takes files in, and a runner on every node takes
 * them over, one at a time each; another node goes on where a killed one was. `make` gets the
 * service, because kinds need its database and bus.
 */
export function ImportJobs<S>(
  make: (service: S) => readonly AnyImportKind[],
): Partial<ServiceSchema> {
  return mixin({
    created(this: Self) {
      const kinds = make(this as S);
      this.importRunner = new ImportRunner(this.db, kinds, {
        onProgress: progressOf(this),
        onTrouble: (text, error) =>
          isPassing(error) ? this.logger.debug(text, error) : this.logger.error(text, error),
      });
      this.runImports = singleFlight(async () => {
        try {
          const action = `${this.name}.importing`;
          while (await runInContext({ action }, () => this.importRunner.runNext()));
        } catch (error) {
          if (!isPassing(error)) this.logger.error("Imports could not be taken over.", error);
        }
      });
      this.imports = { receive: (file, about) => receive(this, file, about) };
    },
    started(this: Self) {
      this.importTimers = [
        setInterval(() => void this.runImports(), LOOK_EVERY_MS),
        setInterval(() => void sweep(this), SWEEP_EVERY_MS),
      ];
    },
    async stopped(this: Self) {
      for (const timer of this.importTimers) clearInterval(timer);
      this.importRunner.leave();
      await this.runImports();
    },
  });
}

async function receive(
  service: Self,
  file: AsyncIterable<Uint8Array>,
  about: { kind: string; source: string; actor: string | undefined },
): Promise<string> {
  const { sql } = service.db;
  const id = await beginJob(sql, about);
  try {
    const sha256 = await keep(service, id, file);
    // A concurrent upload of the same file may win; the second try then finds its job.
    const jobId = await sealJob(sql, id, sha256).catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      return sealJob(sql, id, sha256);
    });
    void service.runImports();
    return jobId;
  } catch (error) {
    await dropJob(sql, id).catch(() => undefined);
    throw error;
  }
}

/** In pieces of one size, whatever the size of those that come. Answers the file's SHA-256. */
async function keep(service: Self, id: string, file: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  let held: Uint8Array[] = [];
  let size = 0;
  let total = 0;
  let n = 0;
  const put = async (bytes: Buffer) => {
    await saveChunk(service.db.sql, id, n, bytes);
    n += 1;
  };
  for await (const piece of file) {
    total += piece.length;
    if (total > MAX_BYTES) throw ImportTooLarge({ maxBytes: MAX_BYTES });
    hash.update(piece);
    held.push(piece);
    size += piece.length;
    if (size < CHUNK_BYTES) continue;
    const whole = Buffer.concat(held);
    let from = 0;
    for (; whole.length - from >= CHUNK_BYTES; from += CHUNK_BYTES)
      await put(whole.subarray(from, from + CHUNK_BYTES));
    const rest = Buffer.from(whole.subarray(from));
    held = [rest];
    size = rest.length;
  }
  if (size > 0) await put(Buffer.concat(held));
  if (total === 0) throw ImportEmpty({});
  return hash.digest("hex");
}

/** Pushes a job's progress to watchers, at a limited rate; its end always. */
function progressOf(service: Self): (job: ImportJob) => void {
  let pushedAt = 0;
  return (job) => {
    const ended = job.state === "done" || job.state === "failed";
    if (!ended && Date.now() - pushedAt < SHOW_EVERY_MS) return;
    pushedAt = Date.now();
    const { id, kind, state, line, created, updated, unchanged, errors, warnings } = job;
    const data = { importId: id, kind, state, line, created, updated, unchanged, errors, warnings };
    const at = new Date().toISOString();
    const pushed = { name: "import.progress", data, rooms: ["admin"], at };
    void service.broker.broadcast("realtime.push", { events: [pushed] });
  };
}

async function sweep({ db, logger }: Self): Promise<void> {
  await dropStalled(db.sql).catch((error: unknown) =>
    logger.warn("Files that did not come whole could not be forgotten.", error),
  );
}
