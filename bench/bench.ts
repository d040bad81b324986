/**
 * `npm run bench`: measures what the product promises of speed and memory, against limits that are
 * measured in the same run on the same machine. Words after it choose: idle, nodes, pages, checkout,
 * boxes, cluster, healing, backup. All figures are also in bench/results/latest.json. The exit code is 1
 * when one is missed.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { temporaryFolder } from "../runtime/servers/temporary-folder.ts";

// Before anything reads the settings: every company that is measured is a new one.
process.env.DATA_DIR = temporaryFolder("bench");
process.env.JWT_SECRET = randomBytes(48).toString("hex");
process.env.LOG_LEVEL = "warn";
process.env.ADMIN_EMAIL = "bench@comptoir.example";
process.env.ADMIN_PASSWORD = randomBytes(18).toString("base64url");
// Goods of its own are all that a cluster needs; the embedded company says otherwise for itself.
process.env.DEMO = "0";
const { measure, PARTS } = await import("./parts.ts");
const { holds, lineOf, notesOf } = await import("./measure/figures.ts");

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(PARTS as readonly string[]).includes(name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}; there are ${PARTS.join(", ")}.`);
  process.exit(2);
}
const began = new Date().toISOString();
console.log(`  Comptoir on ${cpus().length} × ${cpus()[0]?.model ?? "?"}, Node ${process.version}`);
try {
  const figures = await measure(chosen.length > 0 ? chosen : PARTS, (figure) => {
    console.log(lineOf(figure));
    for (const note of notesOf(figure)) console.log(note);
  });
  const folder = path.join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version };
  writeFileSync(
    path.join(folder, "latest.json"),
    `${JSON.stringify({ began, machine, figures }, null, 2)}\n`,
  );
  process.exitCode = figures.every(holds) ? 0 : 1;
} finally {
  rmSync(process.env.DATA_DIR, { recursive: true, force: true });
}
