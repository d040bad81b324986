import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * A new folder for the data of a company that is thrown away. Others may pass through it (not look into
 * it): a Postgres that runs as another user would otherwise have to keep its data somewhere else.
 */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `comptoir-${name}-`));
  chmodSync(folder, 0o711);
  return folder;
}
