import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Takes 200 MB for what only a start needs, and forgets it. */
const STARTING = `
  import { giveBackMemory } from "./lib/memory.ts";
  const megabytes = () => process.memoryUsage().rss / 1_048_576;
  let needed = Array.from({ length: 2_000_000 }, (_, n) => ({ n, text: "n" + n }));
  const most = megabytes();
  needed = undefined;
  giveBackMemory();
  console.log(JSON.stringify({ most, now: megabytes(), n: needed }));
`;

test("what only the start needed goes back to the system", async () => {
  const words = ["--no-warnings", "--input-type=module", "--eval", STARTING];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const { most, now } = JSON.parse(stdout) as { most: number; now: number };
  expect(most).toBeGreaterThan(150);
  expect(now).toBeLessThan(most / 2);
});
