/** Secrets as Docker Compose takes them: a file each. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { savedIn, PASSWORD, secretsFrom } from "./secrets.ts";

/**
 * Writes each value of each secret to `<folder>/compose/<secret>.<key>`, and returns how many.
 * Compose mounts the files themselves, whose readers in the containers are other users than the one
 * who wrote them: so all may read the files, but only their owner may enter `folder`.
 */
export async function writeForCompose(folder: string): Promise<number> {
  const items = await secretsFrom(folder, "comptoir");
  const grafana = savedIn(path.join(folder, "grafana"), PASSWORD);
  const texts = new Map([["grafana.password", grafana]]);
  for (const { metadata, stringData, data } of items)
    for (const [key, text] of Object.entries({ ...data, ...stringData }))
      texts.set(`${metadata.name}.${key}`, text);
  const made = path.join(folder, "compose");
  mkdirSync(made, { recursive: true });
  for (const [name, text] of texts) {
    const file = path.join(made, name);
    writeFileSync(`${file}.new`, text, { mode: 0o644 });
    renameSync(`${file}.new`, file);
  }
  return texts.size;
}
