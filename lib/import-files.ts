/** Files as they come in and are read again: in pieces, in the database, for nodes share no disk. */
import { v7 } from "uuid";
import type { Sql } from "./sql.ts";

export const CHUNK_BYTES = 262_144;
/** An upload without data for this long is abandoned. */
const SILENT = "2 minutes";

export const beginJob = async (
  sql: Sql,
  { kind, source, actor }: { kind: string; source: string; actor: string | undefined },
): Promise<string> => {
  const id = v7();
  await sql.run(
    "insert into import_job (id, kind, state, source, actor) values ($1, $2, 'receiving', $3, $4)",
    [id, kind, source, actor ?? null],
  );
  return id;
};

export async function saveChunk(sql: Sql, jobId: string, n: number, bytes: Buffer): Promise<void> {
  await sql.run("insert into import_chunk (job_id, n, bytes) values ($1, $2, $3)", [
    jobId,
    n,
    bytes,
  ]);
  await sql.run(
    "update import_job set bytes = bytes + $2, touched_at = now() where id = $1 and state = 'receiving'",
    [jobId, bytes.length],
  );
}

/** The job that now waits for its turn: this one, or the one that is at the same file already. */
export async function sealJob(sql: Sql, jobId: string, sha256: string): Promise<string> {
  const [same] = await sql.rows<{ id: string }>(
    `select other.id from import_job other join import_job mine on mine.id = $1
     where other.kind = mine.kind and other.sha256 = $2 and other.state in ('waiting', 'running')`,
    [jobId, sha256],
  );
  if (same) {
    await dropJob(sql, jobId);
    return same.id;
  }
  await sql.run(
    `update import_job set state = 'waiting', sha256 = $2, touched_at = now()
     where id = $1 and state = 'receiving'`,
    [jobId, sha256],
  );
  return jobId;
}

/** Forgets a file that did not come whole. */
export const dropJob = (sql: Sql, jobId: string): Promise<number> =>
  sql.run("delete from import_job where id = $1 and state = 'receiving'", [jobId]);

export const dropStalled = (sql: Sql): Promise<number> =>
  sql.run(
    `delete from import_job where state = 'receiving' and touched_at < now() - interval '${SILENT}'`,
  );

/** The file's bytes, piece by piece. */
export async function* bytesOf(sql: Sql, jobId: string): AsyncGenerator<Uint8Array> {
  for (let n = 0; ; n += 1) {
    const chunk = await sql.row<{ bytes: Buffer }>(
      "select bytes from import_chunk where job_id = $1 and n = $2",
      [jobId, n],
    );
    if (!chunk) return;
    yield chunk.bytes;
  }
}
