/** `npm run dev`, as package.json has it: what it does when a file changes, and when it is ended. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { freePort } from "../../runtime/postgres/launch.ts";
import { eventually } from "../support/stage.ts";
import { copiedProject } from "../tools/copied-project.ts";

const DEADLINE_MS = 240_000;
const within = <T>(check: () => T | Promise<T>) => eventually(check, DEADLINE_MS / 3);
const copy = copiedProject("dev");
const email = "admin@dev.example";
const password = "a password of development";
let base: string;
let child: ChildProcess;
let output = "";

beforeAll(async () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
    scripts: { dev: string };
  };
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  const [, ...args] = scripts.dev.split(" ");
  child = spawn(process.execPath, args, {
    cwd: copy,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      DATA_DIR: path.join(copy, ".data"),
      PORT: String(port),
      DEMO: "0",
      METRICS_PORT: "0",
      MONITORING_PORT: "0",
      ADMIN_EMAIL: email,
      ADMIN_PASSWORD: password,
    },
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (part: Buffer) => (output += part.toString()));
});
afterAll(() => child.kill("SIGTERM"));

const signIn = async () => {
  const answer = await fetch(`${base}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  expect({ status: answer.status, output }).toMatchObject({ status: 200 });
};

test(
  "a changed file restarts it with its data, and SIGINT leaves nothing running",
  async () => {
    await within(signIn);
    const postmaster = path.join(copy, ".data/postgres/data/postmaster.pid");

    appendFileSync(
      path.join(copy, "services/orders/orders.service.ts"),
      `process.stdout.write("As it is now.\\n");\n`,
    );
    await within(() => expect(output).toContain("As it is now."));
    expect(output).toContain("Stopped. Everything is kept.");
    await within(signIn);

    const pid = Number(readFileSync(postmaster, "utf8").split("\n")[0]);
    const ended = once(child, "exit");
    child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
    expect(existsSync(postmaster)).toBe(false);
    await within(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"));
    await expect(fetch(base)).rejects.toThrow();
  },
  DEADLINE_MS,
);
