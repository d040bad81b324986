/** Alerts: what promtool says of them, and that each can be acted on. */
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { alerts, FOLDER, RULE_FILES, TEST_FILES, yamlOf } from "./files.ts";
import { prometheusProgram, run } from "./programs.ts";

let promtool: string;
beforeAll(async () => {
  promtool = await prometheusProgram("promtool");
}, 120_000);

/** What it says, whether it is content or not. */
const ask = (...words: string[]): Promise<{ stdout: string; stderr: string; code: number }> =>
  run(promtool, words, { cwd: FOLDER }).then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    ({
      stdout = "",
      stderr = "",
      code = 1,
    }: Partial<{ stdout: string; stderr: string; code: number }>) => ({
      stdout,
      stderr,
      code,
    }),
  );

test("promtool accepts the configuration and every rule", async () => {
  const config = await ask("check", "config", "prometheus.yml");
  expect(config).toMatchObject({ code: 0 });
  const rules = await ask("check", "rules", "--lint=all", "--lint-fatal", ...RULE_FILES);
  expect(rules).toMatchObject({ code: 0, stderr: "" });
});

test("the configuration for Kubernetes is right but for what this build leaves out", async () => {
  const config = yamlOf("prometheus.k8s.yml") as {
    scrape_configs: Record<string, unknown>[];
    rule_files: string[];
  };
  const [pods] = config.scrape_configs;
  expect(pods?.kubernetes_sd_configs).toEqual([{ role: "pod" }]);
  // Debian builds Prometheus without Kubernetes; all else is checked with pods at fixed addresses.
  const { kubernetes_sd_configs: _, ...rest } = pods ?? {};
  const fixed = { ...rest, static_configs: [{ targets: ["localhost:3030"] }] };
  const folder = await mkdtemp(path.join(tmpdir(), "comptoir-test-rules-"));
  try {
    const file = path.join(folder, "prometheus.yml");
    const scrape = [fixed, ...config.scrape_configs.slice(1)];
    const files = config.rule_files.map((one) => path.join(FOLDER, one));
    await writeFile(file, stringify({ ...config, scrape_configs: scrape, rule_files: files }));
    expect(await ask("check", "config", file)).toMatchObject({ code: 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.each(TEST_FILES)("%s: alerts are quiet, then fire", async (file) => {
  expect(await ask("test", "rules", file)).toMatchObject({ code: 0 });
});

test("every alert is tried, both quiet and firing", () => {
  const tried = TEST_FILES.flatMap((file) => {
    const { tests } = yamlOf(file) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    return tests.flatMap(({ alert_rule_test }) => alert_rule_test);
  });
  const states = alerts().map(({ alert }) => {
    const of = tried.filter(({ alertname }) => alertname === alert);
    return {
      alert,
      quiet: of.some(({ exp_alerts }) => exp_alerts.length === 0),
      fires: of.some(({ exp_alerts }) => exp_alerts.length > 0),
    };
  });
  expect(states).toEqual(alerts().map(({ alert }) => ({ alert, quiet: true, fires: true })));
});

describe("every alert", () => {
  const manual = path.resolve(FOLDER, "../docs/operations.md");
  const headings = existsSync(manual)
    ? [...readFileSync(manual, "utf8").matchAll(/^#{2,4} (.+)$/gm)].map(([, title = ""]) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w\- ]/g, "")
          .replaceAll(" ", "-"),
      )
    : [];

  test.each(alerts().map((alert) => [alert.alert, alert] as const))(
    "%s says how bad it is, what it means, and where to read what to do",
    (_, { labels, annotations }) => {
      expect(["critical", "warning"]).toContain(labels.severity);
      expect(annotations.summary).toMatch(/\.$/);
      expect(annotations.description).toMatch(/\.$/);
      const [file, anchor] = (annotations.runbook_url ?? "").split("#");
      expect(file).toBe("docs/operations.md");
      expect(headings).toContain(anchor);
    },
  );

  test("has a name of its own", () => {
    const names = alerts().map(({ alert }) => alert);
    expect(names).toEqual([...new Set(names)]);
  });
});
