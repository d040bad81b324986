/** A process that starts the Postgres in the folder it is given, says which, and stays: to be killed. */
import { startPostgres } from "../../../runtime/postgres/embedded.ts";

const [, , dir = "", uid] = process.argv;
if (uid !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
const postgres = await startPostgres({ dir, durable: false });
process.stdout.write(`${JSON.stringify({ pid: postgres.pid, url: postgres.url("postgres") })}\n`);
process.stdin.once("end", () => void postgres.stop().then(() => process.exit(0))).resume();
