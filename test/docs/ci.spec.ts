/** What runs for every change, and what Artillery is given: both are only files here. */
import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { ACTIONS } from "../../services/registry.ts";
import { routesOf } from "../../lib/contract.ts";
import { commands } from "./commands.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly "runs-on": string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: unknown;
  readonly strategy?: { readonly matrix: { readonly node: readonly number[] } };
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}
const workflow = parse(readFileSync(".github/workflows/ci.yml", "utf8")) as Workflow;
const jobs = Object.values(workflow.jobs);
const steps = jobs.flatMap((job) => job.steps);
const lines = steps.map(({ run }) => run ?? "").join("\n");

test("a job may read, ends in time, keeps no credentials, and uses only GitHub's own actions", () => {
  expect(workflow.permissions).toEqual({ contents: "read" });
  expect(Object.keys(workflow.on).sort()).toEqual(["pull_request", "push", "schedule"]);
  for (const job of jobs) {
    expect(job.permissions).toBeUndefined();
    expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
    expect(job.steps[0]).toMatchObject({ with: { "persist-credentials": false } });
  }
  for (const step of steps) expect("uses" in step).not.toBe("run" in step);
  const foreign = steps.filter(
    ({ uses }) => uses && !/^actions\/[\w-]+@(v\d+|[\da-f]{40})$/.test(uses),
  );
  expect(foreign).toEqual([]);
  // What a stranger writes into a pull request's title is never put into a command.
  expect(lines).not.toMatch(/\$\{\{\s*github\.(event|head_ref)/);
});

test("all that must hold is run, by commands that exist", () => {
  const known = commands();
  const wanted = [
    ".ci/run",
    "npm run test:cluster",
    "npm run proof",
    "npm run check:supply",
    "npm audit --audit-level=high",
  ];
  for (const it of [...wanted, "docker compose build", "--exit-code-from operator"])
    expect(lines).toContain(it);
  const named = [...lines.matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
  const files = [...lines.matchAll(/(?:^|\s)((?:\.ci|runtime|operations|tools|nginx)\/[\w./-]+)/g)];
  expect(files.map(([, file = ""]) => file).filter((file) => !existsSync(file))).toEqual([]);
  expect(workflow.jobs.start?.strategy?.matrix.node).toEqual([20, 22, 24]);
});

interface Flow {
  readonly loop?: readonly Flow[];
  readonly [method: string]: unknown;
}
test("the load test asks for routes that exist, and fails when it is answered otherwise", () => {
  const load = parse(readFileSync("load-test.yml", "utf8"), { merge: true }) as {
    config: { ensure: { maxErrorRate: number; thresholds: object[] } };
    scenarios: { weight: number; flow: Flow[] }[];
  };
  expect(load.config.ensure.maxErrorRate).toBeLessThanOrEqual(1);
  expect(load.config.ensure.thresholds).not.toEqual([]);
  expect(load.scenarios.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
  const known = new Set(
    ACTIONS.flatMap((action) =>
      routesOf(action).map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ":")}`),
    ),
  );
  const all = load.scenarios.flatMap(({ flow }) => flow).flatMap((it) => it.loop ?? [it]);
  const asked = all.flatMap((it) =>
    ["get", "post"].flatMap((method) => {
      const request = it[method] as { url: string; expect?: object[] } | undefined;
      if (!request) return [];
      expect(request).toMatchObject({ expect: [{ statusCode: expect.anything() }] });
      const path = request.url.replace(/\?.*/, "").replace(/\{\{.+?\}\}/g, ":");
      return [`${method.toUpperCase()} ${path}`];
    }),
  );
  expect(asked.length).toBeGreaterThan(15);
  expect(asked.filter((it) => !known.has(it))).toEqual([]);
});
