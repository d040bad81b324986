import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Armoury } from "../support/armoury.ts";

const PASSING = `
  import { failpoint, failpointsInUse } from "./lib/failpoint.ts";
  for (const name of ["a", "b/c", "a", "d"]) failpoint(name);
  process.exit(failpointsInUse ? 10 : 11);
`;

let armoury: Armoury;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "comptoir-fault-"));
  armoury = new Armoury(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** How a process ends that passes a, b/c, a and d. */
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

test("an armed point sends its signal to the first that passes, once, and no other point does", async () => {
  armoury.arm("elsewhere");
  armoury.arm("b/c");
  expect(await ending(armoury.environment)).toBe("SIGKILL");
  expect(armoury.armed).toEqual(["elsewhere"]);
  expect(await ending(armoury.environment)).toBe(10);
  armoury.arm("d", "SIGTERM");
  expect(await ending(armoury.environment)).toBe("SIGTERM");
});

test("what was disarmed in time does nothing, and who disarms too late is told so", async () => {
  armoury.arm("a");
  expect(armoury.disarm("a")).toBe(true);
  expect(await ending(armoury.environment)).toBe(10);
  armoury.arm("a");
  expect(await ending(armoury.environment)).toBe("SIGKILL");
  expect(armoury.disarm("a")).toBe(false);
});

test("what was passed is on record, up to the moment of death", async () => {
  armoury.arm("b/c");
  expect(await ending(armoury.environment)).toBe("SIGKILL");
  expect(armoury.recorded()).toBe("a\nb/c\n");
});
