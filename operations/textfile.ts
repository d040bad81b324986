/** Figures of what runs once and ends, for Prometheus: through node_exporter's textfile collector. */
import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import path from "node:path";

export interface TextMetric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels?: string; readonly value: number }[];
}

/**
 * Writes `file` (`….prom`, in the collector's folder) as a whole: it never reads half of one.
 * https://github.com/prometheus/node_exporter#textfile-collector
 * @throws Error ENOENT when there is no such folder
 */
export async function writeTextfile(file: string, metrics: readonly TextMetric[]): Promise<void> {
  const lines = metrics.flatMap(({ name, help, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...samples.map(({ labels = "", value }) => `${name}${labels} ${value}`),
  ]);
  const part = `${file}.${process.pid}`;
  await writeFile(part, `${lines.join("\n")}\n`, { mode: 0o644 });
  await rename(part, file);
}

/** A sentence where the folder of `file` is not there: better before the work than after it. */
export const textfileTrouble = (file: string): string | undefined =>
  existsSync(path.dirname(path.resolve(file)))
    ? undefined
    : `--metrics: there is no folder ${path.dirname(path.resolve(file))}. Make it first.`;
