/** Faults that only the runner can see fail the test, or the file, in which they are. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

const HERE = import.meta.dirname;
const ROOT = path.resolve(HERE, "../../..");

/** Runs a file of tests by the runner, as Jest does, and answers Jest's report. */
async function ran(tests: string): Promise<Report> {
  // Inside the project, so that it finds its packages.
  const folder = await mkdtemp(path.join(HERE, "trial-"));
  const file = path.join(folder, "trial.spec.ts");
  const report = path.join(folder, "report.json");
  const config = {
    rootDir: folder,
    testMatch: [file],
    extensionsToTreatAsEsm: [".ts"],
    runner: path.join(HERE, "runner.js"),
    setupFilesAfterEnv: [path.join(HERE, "../deadlines.ts")],
  };
  try {
    await writeFile(file, tests);
    const jest = [path.join(ROOT, "node_modules/jest/bin/jest.js"), "-w", "1"];
    const written = ["--json", `--outputFile=${report}`, "--config", JSON.stringify(config)];
    // A red run ends with 1: what it found is in its report.
    await new Promise((resolve) =>
      execFile(process.execPath, [...jest, ...written], { cwd: ROOT }, resolve),
    );
    return JSON.parse(await readFile(report, "utf8")) as Report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
const statuses = ({ testResults }: Report) =>
  testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ title, status }) => `${title}: ${status}`),
  );

test("a rejection that nobody awaits fails its test, and one that is awaited later does not", async () => {
  const report = await ran(`
    test("lost", () => void Promise.reject(new Error("lost")));
    test("late", async () => {
      const late = Promise.reject(new Error("late"));
      await new Promise((resolve) => setTimeout(resolve, 10));
      await expect(late).rejects.toThrow("late");
    });
    test("well", () => undefined);
  `);
  expect(statuses(report)).toEqual(["lost: failed", "late: passed", "well: passed"]);
});

test("a process that ends in the middle fails its file", async () => {
  const report = await ran(`test("ends", () => process.exit(3));`);
  expect(report.success).toBe(false);
  expect(report.testResults[0]?.message).toContain("The process of the tests has ended with 3.");
});
