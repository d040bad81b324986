/** What Prometheus learns of the last good backup, through node_exporter's textfile collector. */
import { rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { ARCHIVE } from "./manifest.ts";

/**
 * Writes `file` (`….prom`, in the collector's folder) as a whole: it never reads half of one.
 * https://github.com/prometheus/node_exporter#textfile-collector
 * @throws Error ENOENT when there is no such folder
 */
export async function tellFigures(
  file: string,
  { folder, seconds, now = new Date() }: { folder: string; seconds: number; now?: Date },
): Promise<void> {
  const { size } = await stat(path.join(folder, ARCHIVE));
  const text = [
    ["last_success_timestamp_seconds", "When the last whole backup was done.", +now / 1_000],
    ["last_size_bytes", "How large it is.", size],
    ["last_duration_seconds", "How long it took.", seconds],
  ].map(([name, help, value]) => {
    const metric = `comptoir_backup_${name}`;
    return `# HELP ${metric} ${help}\n# TYPE ${metric} gauge\n${metric} ${value}\n`;
  });
  const part = `${file}.${process.pid}`;
  await writeFile(part, text.join(""), { mode: 0o644 });
  await rename(part, file);
}
