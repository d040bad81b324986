/**
 * Places where a test may kill the process: before and after every commit, every writing statement
 * outside a transaction, and every call. They cost one comparison while none is armed. `config.fault`
 * arms one as `name` or `name#2` (its second passing); `record` names a file that notes which were
 * passed, a line each, so that a test finds new ones by itself. A point is named after what was being
 * done: the action, the reaction (`on.<event>`), the duty, or the step of a process (`checkout.pay`).
 */
import { appendFileSync } from "node:fs";
import { config } from "../config.ts";

const [armed, nth = "1"] = (config.fault.point ?? "").split("#");
const recording = config.fault.record;
let passed = 0;

export function faultPoint(name: string): void {
  if (recording !== undefined) appendFileSync(recording, `${name}\n`);
  if (name !== armed) return;
  passed += 1;
  if (passed === Number(nth)) process.kill(process.pid, "SIGKILL");
}
/** Whether names need to be put together at all. */
export const faultsInUse = armed !== "" || recording !== undefined;
