import { stat } from "node:fs/promises";
import path from "node:path";
import { writeTextfile } from "../textfile.ts";
import { ARCHIVE } from "./manifest.ts";

/** What Prometheus learns of the last good backup, in `file`. */
export async function writeMetrics(
  file: string,
  { folder, seconds, now = new Date() }: { folder: string; seconds: number; now?: Date },
): Promise<void> {
  const { size } = await stat(path.join(folder, ARCHIVE));
  const one = (name: string, help: string, value: number) => ({
    name: `comptoir_backup_${name}`,
    help,
    samples: [{ value }],
  });
  await writeTextfile(file, [
    one("last_success_timestamp_seconds", "When the last whole backup was done.", +now / 1_000),
    one("last_size_bytes", "How large it is.", size),
    one("last_duration_seconds", "How long it took.", seconds),
  ]);
}
