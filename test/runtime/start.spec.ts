/** `npm start` where it cannot start: what it says, and that it can be stopped. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";

const SECRET = "x".repeat(64);

function starting(environment: Readonly<Record<string, string>>) {
  const env = { PATH: process.env.PATH, DATA_DIR: temporaryFolder("start"), ...environment };
  const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
  return spawn(process.execPath, ["runtime/start.ts"], { env, stdio });
}

const waitingForItsBus = () =>
  starting({
    JWT_SECRET: SECRET,
    SERVICES: "monitoring",
    NATS_URL: "nats://127.0.0.1:1",
    METRICS_PORT: "0",
  });

test("a setting that is refused came with a stack: now it is one sentence", async () => {
  const child = starting({ NODE_ENV: "production", JWT_SECRET: "short" });
  const [output, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect(code).toBe(1);
  expect(output).toMatch(/^JWT_SECRET must have at least 64 characters[^\n]*\n$/);
});

test("SIGTERM while a node waits for its bus ended nothing: now it ends the node", async () => {
  const child = waitingForItsBus();
  const ended = once(child, "exit");
  await new Promise<void>((resolve) =>
    child.stdout.on("data", (output: Buffer) => output.includes("NATS") && resolve()),
  );
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

test("a reader that had gone away broke the leaving: now the node ends in order", async () => {
  const child = waitingForItsBus();
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  child.stdout.destroy();
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});
