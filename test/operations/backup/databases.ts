/** Databases of their own for a test, on the server of the test run. */
import { randomUUID } from "node:crypto";
import { Client, escapeIdentifier } from "pg";

export interface Databases {
  /** Makes one, empty; answers its address for the superuser. */
  make(name: string): Promise<string>;
  /** One that somebody else makes, to be removed as well. */
  note(name: string): string;
  end(): Promise<void>;
}

export const server = (): string => {
  const url = process.env.TEST_POSTGRES;
  if (url === undefined) throw new Error("TEST_POSTGRES is not set: run tests with npm test.");
  return url;
};

export function databases(): Databases {
  const run = randomUUID().slice(0, 8);
  const made: string[] = [];
  const note = (name: string): string => {
    made.push(`b_${run}_${name}`);
    return `b_${run}_${name}`;
  };
  return {
    note,
    make: async (name) => {
      const full = note(name);
      await asked(
        `${server()}/postgres`,
        `create database ${escapeIdentifier(full)} template template0`,
      );
      return `${server()}/${full}`;
    },
    end: async () => {
      for (const name of made)
        await asked(
          `${server()}/postgres`,
          `drop database if exists ${escapeIdentifier(name)} with (force)`,
        );
    },
  };
}

export async function asked<R extends object>(url: string, query: string): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const answer = await client.query<R>(query);
    return answer.rows;
  } finally {
    await client.end();
  }
}
