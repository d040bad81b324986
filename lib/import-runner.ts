/**
 * Imports files batch by batch. A batch and its progress are one transaction; after a crash the
 * file is read again and finished batches are skipped.
 */
import type { Db } from "./database.ts";
import { bytesOf } from "./import-files.ts";
import type { AnyImportKind } from "./import-kind.ts";
import {
  finishJob,
  type ImportIssue,
  type ImportJob,
  releaseJob,
  saveProgress,
  renewLease,
  type AppliedBatch,
  claimJob,
} from "./imports.ts";
import { isPassing, isUniqueViolation, type Tx } from "./sql.ts";

interface Watch {
  readonly onProgress: (job: ImportJob) => void;
  readonly onTrouble: (text: string, error: unknown) => void;
}

const LEASE_MS = 10_000;
const BATCH = 1_000;
const BATCH_ITEMS = 250;
const MAX_ISSUES = 1_000;
const PAUSE_MS = 1_000;
/** Reading the part that is done already may take longer than a lease. */
const RENEW_EVERY_MS = 2_000;

class Elsewhere extends Error {}
const NOTHING: AppliedBatch = { created: 0, updated: 0, unchanged: 0, issues: [] };

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

  /** Runs the oldest unclaimed job; false if there is none. */
  async runNext(): Promise<boolean> {
    if (this.#leaving) return false;
    const job = await claimJob(this.#db.sql, LEASE_MS);
    if (!job) return false;
    const kind = this.#kinds.get(job.kind);
    try {
      if (!kind) throw new Error(`Nobody here knows how to take over ${job.kind}.`);
      const whole = await this.#run(kind, job);
      if (whole) this.#notify(await finishJob(this.#db.sql, job));
      else await releaseJob(this.#db.sql, job);
    } catch (error) {
      await this.#stumbled(job, error);
    }
    return true;
  }

  async #stumbled(job: ImportJob, error: unknown): Promise<void> {
    if (error instanceof Elsewhere) return;
    if (isPassing(error)) {
      this.#watch.onTrouble("An import pauses.", error);
      await releaseJob(this.#db.sql, job, PAUSE_MS).catch(() => undefined);
      return;
    }
    this.#watch.onTrouble("An import failed.", error);
    const text = error instanceof Error ? error.message : String(error);
    this.#notify(await finishJob(this.#db.sql, job, text));
  }

  /** True when the file came to its end; false when this node is leaving. */
  async #run(kind: AnyImportKind, begun: ImportJob): Promise<boolean> {
    let job = begun;
    let batch: (object | ImportIssue)[] = [];
    let weight = 0;
    let passed = 0;
    let renewedAt = Date.now();
    const flush = async () => {
      if (batch.length > 0) job = await this.#applyBatch(kind, job, batch);
      renewedAt = Date.now();
      batch = [];
      weight = 0;
    };
    for await (const item of kind.read(() => this.#bytes(begun))) {
      if (this.#leaving) return false;
      passed += 1;
      if (passed <= begun.items) continue;
      batch.push(item);
      weight += kind.isError(item)
        ? BATCH / MAX_ISSUES
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

  async #applyBatch(
    kind: AnyImportKind,
    job: ImportJob,
    batch: readonly (object | ImportIssue)[],
  ): Promise<ImportJob> {
    const items = batch.filter((item) => !kind.isError(item));
    try {
      const ready = items.length > 0 ? await kind.prepare(items, job) : undefined;
      return await this.#commit(kind, job, batch, async (tx) =>
        items.length > 0 ? kind.apply(tx, items, ready, job) : NOTHING,
      );
    } catch (error) {
      if (error instanceof Elsewhere || isPassing(error)) throw error;
      return this.#smaller(kind, job, batch, error);
    }
  }

  /** Halves a batch that fails, until the failing item is alone and goes into the report. */
  async #smaller(
    kind: AnyImportKind,
    job: ImportJob,
    batch: readonly (object | ImportIssue)[],
    error: unknown,
  ): Promise<ImportJob> {
    const [only] = batch;
    if (batch.length === 1 && only) {
      if (kind.isError(only)) throw error;
      this.#watch.onTrouble("Something of an import could not be taken.", error);
      const taken = { ...NOTHING, issues: [kind.failed(only, error)] };
      return this.#commit(kind, job, batch, () => Promise.resolve(taken));
    }
    const half = Math.ceil(batch.length / 2);
    const after = await this.#applyBatch(kind, job, batch.slice(0, half));
    return this.#applyBatch(kind, after, batch.slice(half));
  }

  async #commit(
    kind: AnyImportKind,
    job: ImportJob,
    batch: readonly (object | ImportIssue)[],
    work: (tx: Tx) => Promise<AppliedBatch>,
  ): Promise<ImportJob> {
    const read = batch.filter((item): item is ImportIssue => kind.isError(item));
    const lines = batch.map((item) => (kind.isError(item) ? item.line : kind.lineOf(item)));
    const commit = () =>
      this.#db.transaction(async (tx) => {
        const taken = await work(tx);
        const issues = [...read, ...taken.issues].sort((a, b) => a.line - b.line);
        const items = job.items + batch.length;
        const progress = { ...taken, issues, items, line: Math.max(...lines) };
        const noted = await saveProgress(this.#db.in(tx), job, progress, LEASE_MS);
        if (!noted) throw new Elsewhere();
        return noted;
      });
    // Another transaction may insert the same row at this moment; the second try then finds it.
    const again = (error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      return commit();
    };
    const after = await commit().catch(again).catch(again);
    this.#notify(after);
    return after;
  }

  #notify(job: ImportJob | undefined): void {
    if (job) this.#watch.onProgress(job);
  }
}
