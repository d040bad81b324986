import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const PASSING = `
  import { faultPoint, faultsInUse } from "./lib/fault.ts";
  for (const name of ["a", "b", "a", "c"]) faultPoint(name);
  process.exit(faultsInUse ? 10 : 11);
`;

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), "comptoir-fault-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** How a process ends that passes a, b, a and c. */
async function ending(environment: Record<string, string>) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", PASSING], {
    env: { ...process.env, ...environment },
    stdio: "inherit",
  });
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return signal ?? code;
}

test("without a fault every point is passed, and nothing needs names", async () => {
  expect(await ending({})).toBe(11);
});

test("the armed point kills the process at the passing that was asked for, and no other", async () => {
  expect(await ending({ FAULT_POINT: "b" })).toBe("SIGKILL");
  expect(await ending({ FAULT_POINT: "a#2" })).toBe("SIGKILL");
  expect(await ending({ FAULT_POINT: "a#3" })).toBe(10);
  expect(await ending({ FAULT_POINT: "d" })).toBe(10);
});

test("what was passed is on record, up to the moment of death", async () => {
  const record = path.join(folder, "passed");
  expect(await ending({ FAULT_RECORD: record, FAULT_POINT: "a#2" })).toBe("SIGKILL");
  expect(await readFile(record, "utf8")).toBe("a\nb\na\n");
});
