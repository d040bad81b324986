/**
 * Takes files over, batch by batch. A batch and the progress it makes are one transaction; whoever
 * goes on after a kill reads the file again and passes over what is done.
 */
import type { Db } from "./database.ts";
import { bytesOf } from "./import-files.ts";
import type { AnyImportKind } from "./import-kind.ts";
import {
  endJob,
  type ImportFault,
  type ImportJob,
  leaveJob,
  noteProgress,
  renewLease,
  type Taken,
  takeJob,
} from "./imports.ts";
import { isPassing, isUniqueViolation, type Tx } from "./sql.ts";

interface Watch {
  readonly onProgress: (job: ImportJob) => void;
  readonly onTrouble: (text: string, error: unknown) => void;
}

export const LEASE_MS = 10_000;
const BATCH = 1_000;
const BATCH_ITEMS = 250;
const MAX_FAULTS = 1_000;
const PAUSE_MS = 1_000;
/** Reading the part that is done already may take longer than a lease. */
const RENEW_EVERY_MS = 2_000;

class Elsewhere extends Error {}
const NOTHING: Taken = { created: 0, updated: 0, unchanged: 0, faults: [] };

export class ImportRunner {
  readonly #db: Db;
  readonly #kinds: ReadonlyMap<string, AnyImportKind>;
  readonly #watch: Watch;
  #leaving = false;

  constructor(db: Db, kinds: readonly AnyImportKind[], watch: Watch) {
    this.#db = db;
    this.#kinds = new Map(kinds.map((kind) => [kind.kind, kind]));
    this.#watch = watch;
  }

  /** No batch is begun any more; the job is free for another node at once. */
  leave(): void {
    this.#leaving = true;
  }

  /** Runs the oldest job that nobody has in hand; false if there is none. */
  async runNext(): Promise<boolean> {
    if (this.#leaving) return false;
    const job = await takeJob(this.#db.sql, LEASE_MS);
    if (!job) return false;
    const kind = this.#kinds.get(job.kind);
    try {
      if (!kind) throw new Error(`Nobody here knows how to take over ${job.kind}.`);
      const whole = await this.#run(kind, job);
      if (whole) this.#tell(await endJob(this.#db.sql, job));
      else await leaveJob(this.#db.sql, job);
    } catch (error) {
      await this.#stumbled(job, error);
    }
    return true;
  }

  async #stumbled(job: ImportJob, error: unknown): Promise<void> {
    if (error instanceof Elsewhere) return;
    if (isPassing(error)) {
      this.#watch.onTrouble("An import pauses.", error);
      await leaveJob(this.#db.sql, job, PAUSE_MS).catch(() => undefined);
      return;
    }
    this.#watch.onTrouble("An import failed.", error);
    const text = error instanceof Error ? error.message : String(error);
    this.#tell(await endJob(this.#db.sql, job, text));
  }

  /** True when the file came to its end; false when this node is leaving. */
  async #run(kind: AnyImportKind, begun: ImportJob): Promise<boolean> {
    let job = begun;
    let batch: (object | ImportFault)[] = [];
    let weight = 0;
    let passed = 0;
    let renewedAt = Date.now();
    const flush = async () => {
      if (batch.length > 0) job = await this.#takeBatch(kind, job, batch);
      renewedAt = Date.now();
      batch = [];
      weight = 0;
    };
    for await (const item of kind.read(() => this.#bytes(begun))) {
      if (this.#leaving) return false;
      passed += 1;
      if (passed <= begun.items) continue;
      batch.push(item);
      weight += kind.isFault(item)
        ? BATCH / MAX_FAULTS
        : Math.max(BATCH / BATCH_ITEMS, kind.weightOf(item));
      if (weight >= BATCH) await flush();
      else if (Date.now() - renewedAt > RENEW_EVERY_MS) {
        await this.#renew(job);
        renewedAt = Date.now();
      }
    }
    await flush();
    return true;
  }

  async *#bytes(job: ImportJob): AsyncGenerator<Uint8Array> {
    let renewedAt = Date.now();
    for await (const bytes of bytesOf(this.#db.sql, job.id)) {
      if (Date.now() - renewedAt > RENEW_EVERY_MS) {
        await this.#renew(job);
        renewedAt = Date.now();
      }
      yield bytes;
    }
  }

  async #renew(job: ImportJob): Promise<void> {
    if (!(await renewLease(this.#db.sql, job, LEASE_MS))) throw new Elsewhere();
  }

  async #takeBatch(
    kind: AnyImportKind,
    job: ImportJob,
    batch: readonly (object | ImportFault)[],
  ): Promise<ImportJob> {
    const items = batch.filter((item) => !kind.isFault(item));
    try {
      const ready = items.length > 0 ? await kind.prepare(items, job) : undefined;
      return await this.#commit(kind, job, batch, async (tx) =>
        items.length > 0 ? kind.take(tx, items, ready, job) : NOTHING,
      );
    } catch (error) {
      if (error instanceof Elsewhere || isPassing(error)) throw error;
      return this.#smaller(kind, job, batch, error);
    }
  }

  /** One item spoils a batch: halves, until it stands alone and goes into the report. */
  async #smaller(
    kind: AnyImportKind,
    job: ImportJob,
    batch: readonly (object | ImportFault)[],
    error: unknown,
  ): Promise<ImportJob> {
    const [only] = batch;
    if (batch.length === 1 && only) {
      if (kind.isFault(only)) throw error;
      this.#watch.onTrouble("Something of an import could not be taken.", error);
      const taken = { ...NOTHING, faults: [kind.failed(only, error)] };
      return this.#commit(kind, job, batch, () => Promise.resolve(taken));
    }
    const half = Math.ceil(batch.length / 2);
    const after = await this.#takeBatch(kind, job, batch.slice(0, half));
    return this.#takeBatch(kind, after, batch.slice(half));
  }

  async #commit(
    kind: AnyImportKind,
    job: ImportJob,
    batch: readonly (object | ImportFault)[],
    work: (tx: Tx) => Promise<Taken>,
  ): Promise<ImportJob> {
    const read = batch.filter((item): item is ImportFault => kind.isFault(item));
    const lines = batch.map((item) => (kind.isFault(item) ? item.line : kind.lineOf(item)));
    const commit = () =>
      this.#db.transaction(async (tx) => {
        const taken = await work(tx);
        const faults = [...read, ...taken.faults].sort((a, b) => a.line - b.line);
        const items = job.items + batch.length;
        const progress = { ...taken, faults, items, line: Math.max(...lines) };
        const noted = await noteProgress(this.#db.in(tx), job, progress, LEASE_MS);
        if (!noted) throw new Elsewhere();
        return noted;
      });
    // Somebody else may write the same thing at this moment: then it is there the next time.
    const again = (error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      return commit();
    };
    const after = await commit().catch(again).catch(again);
    this.#tell(after);
    return after;
  }

  #tell(job: ImportJob | undefined): void {
    if (job) this.#watch.onProgress(job);
  }
}
