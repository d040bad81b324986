/** Ends the Postgres of a test run and removes its files, as Jest's globalTeardown. */
import { DOWN } from "./postgres.up.ts";

export default async function down(): Promise<void> {
  const end = (globalThis as { [DOWN]?: () => Promise<void> })[DOWN];
  await end?.();
}
