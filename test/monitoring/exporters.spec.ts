/** What comes from others, asked of the real exporters with the files that they are given. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { connect } from "node:tls";
import { parse } from "yaml";
import { writeMetrics } from "../../operations/backup/metrics.ts";
import { ARCHIVE } from "../../operations/backup/manifest.ts";
import { writeTextfile } from "../../operations/textfile.ts";
import { freePort } from "../../runtime/servers/servers.ts";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";
import { type Nginx, startNginx } from "../nginx/support/nginx.ts";
import { eventually } from "../support/stage.ts";
import { FOREIGN } from "./files.ts";
import { type Program, prometheusProgram } from "./programs.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Answers its address, once it answers. */
async function exporter(name: Program, words: readonly string[]): Promise<string> {
  const at = `127.0.0.1:${await freePort()}`;
  const program = await prometheusProgram(name);
  const child: ChildProcess = spawn(program, [...words, `--web.listen-address=${at}`], {
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  closing.push(() => {
    child.kill("SIGTERM");
    return ended;
  });
  await eventually(async () => expect((await fetch(`http://${at}/`)).status).toBe(200), 20_000);
  return `http://${at}`;
}
const metricsAt = async (url: string) => (await fetch(url)).text();

test("the machine's exporter tells of its disks, and of the last backup", async () => {
  const folder = temporaryFolder("textfile");
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const [backup, figures] = [path.join(folder, "backup"), path.join(folder, "figures")];
  await mkdir(backup);
  await mkdir(figures);
  await writeFile(path.join(backup, ARCHIVE), "x".repeat(1_000));
  const now = new Date("2026-01-02T03:04:05Z");
  await writeMetrics(path.join(figures, "backup.prom"), { folder: backup, seconds: 2, now });

  await writeTextfile(path.join(figures, "invariants.prom"), [
    {
      name: "comptoir_verify_violations",
      help: "As npm run verify writes it.",
      samples: [{ labels: '{invariant="I01"}', value: 0 }],
    },
  ]);

  const at = await exporter("prometheus-node-exporter", [
    `--collector.textfile.directory=${figures}`,
  ]);
  const output = await metricsAt(`${at}/metrics`);
  const moment = /^comptoir_backup_last_success_timestamp_seconds (\S+)$/m.exec(output)?.[1];
  expect(Number(moment)).toBe(now.getTime() / 1_000);
  expect(output).toContain("node_textfile_scrape_error 0");
  const ours = Object.entries(FOREIGN).filter(([name]) =>
    /^(node|comptoir_backup|comptoir_verify)_/.test(name),
  );
  for (const [name, labels] of ours) {
    const sample = new RegExp(`^${name}(?:{(.*)})? `, "m").exec(output);
    expect([name, sample === null]).toEqual([name, false]);
    for (const label of labels) expect(sample?.[1]).toContain(`${label}="`);
  }
}, 90_000);

test("the door's certificate, which nobody has signed, is asked for its end", async () => {
  const nginx: Nginx = await startNginx({ gateways: ["127.0.0.1:1"] });
  closing.push(() => nginx.stop());
  const at = await exporter("prometheus-blackbox-exporter", [
    "--config.file=monitoring/blackbox.yml",
  ]);
  const { scrape_configs: jobs } = parse(readFileSync("monitoring/prometheus.yml", "utf8")) as {
    scrape_configs: { job_name: string; params?: { module: string[] } }[];
  };
  const [module = ""] = jobs.find(({ job_name: n }) => n === "certificates")?.params?.module ?? [];
  const target = `127.0.0.1:${nginx.ports.https}`;
  const output = await metricsAt(`${at}/probe?module=${module}&target=${target}`);
  expect(output).toContain("probe_success 1");
  const end = /^probe_ssl_earliest_cert_expiry (\S+)$/m.exec(output)?.[1];
  expect(Number(end) * 1_000).toBe(Date.parse(await validTo(nginx.ports.https)));
}, 90_000);

async function validTo(port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { valid_to: end } = socket.getPeerCertificate();
  socket.destroy();
  return end;
}
