/** What `infrastructure/backup/test-backup.sh` tries: back up amid work, lose everything, restore, go on. */
import { trial } from "../../../operations/backup/trial/trial.ts";

test("a company that is backed up amid work and loses everything goes on from its backup", async () => {
  const output: string[] = [];
  const good = await trial((line) => output.push(line));
  expect({ good, wrong: output.filter((line) => line.includes("✗")) }).toEqual({
    good: true,
    wrong: [expect.stringContaining("A bit that turned over is seen: ✗") as string],
  });
  expect(output).toHaveLength(10);
}, 400_000);
