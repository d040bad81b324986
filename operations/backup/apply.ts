/** Making a schema again from its statements. */
import type { Client } from "pg";

/** "There is no such …": a later statement may make it. */
const MISSING = /^(42P01|42883|42703|42704|3F000|42P02)$/;

/**
 * Runs `statements` in the open transaction of `client`. One that needs what a later one makes is
 * tried again after it, so that their order need not be perfect. @throws Error with the first
 * statement that cannot be done
 */
export async function apply(client: Client, statements: readonly string[]): Promise<void> {
  let left = [...statements];
  // As a rule all of them go, in one go.
  if (left.length === 0 || (await tried(client, left.join(";\n"))) === undefined) return;
  while (left.length > 0) {
    const postponed: string[] = [];
    let cause: unknown;
    for (const statement of left) {
      const error = await tried(client, statement);
      if (error === undefined) continue;
      if (!MISSING.test((error as { code?: string }).code ?? "")) throw failed(statement, error);
      cause ??= error;
      postponed.push(statement);
    }
    if (postponed.length === left.length) throw failed(postponed[0] ?? "", cause);
    left = postponed;
  }
}

/** Answers why it could not be done; then nothing of it was. */
async function tried(client: Client, text: string): Promise<unknown> {
  await client.query("savepoint one");
  try {
    await client.query(text);
    await client.query("release savepoint one");
    return undefined;
  } catch (error) {
    await client.query("rollback to savepoint one");
    return error ?? new Error("unknown");
  }
}

const failed = (statement: string, cause: unknown): Error =>
  new Error(
    `This could not be made again: ${statement.slice(0, 300)}\n${(cause as Error).message}`,
    { cause },
  );
