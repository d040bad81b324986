/** Log lines: for machines with the words that operators know, for people as text, and kept 30 days. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import pino from "pino";
import { runInContext } from "../../lib/request-context.ts";
import { dailyFiles, pinoOptions, readable } from "../../lib/log.ts";
import { readableLine } from "../../lib/log-line.ts";
import { eventually } from "../support/stage.ts";

/** What a logger of ours writes, line by line. */
function logger() {
  const lines: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line) as object as never) };
  return { lines, log: pino({ ...pinoOptions, level: "trace" }, stream) };
}
const plain = (line: object): string | undefined => {
  const text = readableLine(JSON.stringify(line));
  return text === undefined ? undefined : stripVTControlCharacters(text);
};

test("levels have the five names that operators know", () => {
  const { lines, log } = logger();
  for (const level of ["trace", "debug", "info", "warn", "error", "fatal"] as const)
    log[level]("x");
  const levels = lines.map(({ level }) => level);
  expect(levels).toEqual(["DEBUG", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]);
});

test("each line says under which trace, in which action and in whose name it was written", () => {
  const { lines, log } = logger();
  const around = { traceId: "01-trace", action: "orders.place", actor: "somebody" };
  runInContext(around, () => log.info("inside"));
  log.info("outside");
  expect(lines).toEqual([
    expect.objectContaining({ msg: "inside", ...around }),
    expect.not.objectContaining({ traceId: expect.anything() as unknown }),
  ]);
});

test("secrets are not written, an error that comes second is", () => {
  const { lines, log } = logger();
  log.info({ password: "p", user: { token: "t", name: "ana" } });
  (log.error as (text: string, error: Error) => void)("It failed.", new Error("why"));
  expect(JSON.stringify(lines[0])).not.toMatch(/"[pt]"/);
  expect(lines[0]).toMatchObject({ user: { name: "ana" } });
  expect(lines[1]).toMatchObject({ msg: "It failed.", err: { message: "why" } });
});

describe("for people", () => {
  const time = "2026-03-01T09:30:00.000Z";

  test("a line has time, level, where, and what; no braces", () => {
    const line = { level: "WARNING", time, node: "n", svc: "orders", msg: "Slow.", table: "stock" };
    const text = plain(line);
    expect(text).toMatch(/^\d\d:\d\d:\d\d WARNING {2}orders {7}Slow\. table=stock$/);
  });

  test("an error has its stack below it", () => {
    const err = { type: "Error", message: "why", stack: "Error: why\n    at place" };
    expect(plain({ level: "ERROR", time, svc: "orders", msg: "Failed.", err })).toMatch(
      /Failed\.\n {4}Error: why\n {8}at place$/,
    );
  });

  test.each(["Service 'orders' started.", "API Gateway listening on http://127.0.0.1:3000"])(
    "what the banner says better is left out: %s",
    (msg) => {
      expect(plain({ level: "INFO", time, msg })).toBeUndefined();
      expect(plain({ level: "ERROR", time, msg })).toContain(msg);
    },
  );

  test("what is no JSON stays as it is", () => {
    const written: string[] = [];
    const stream = readable((text) => void written.push(text));
    stream.write("something else\n");
    stream.write('"text"\n');
    expect(written).toEqual(["something else\n", '"text"\n']);
  });
});

test("of daily files 30 are kept, also those of earlier starts, and no others are touched", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "comptoir-test-log-"));
  const day = (n: number) => new Date(Date.UTC(2026, 0, n)).toISOString().slice(0, 10);
  const old = Array.from({ length: 40 }, (_, i) => `orders.${day(i + 1)}.1.log`);
  const others = ["carts.2026-01-01.1.log", "orders-notes.txt"];
  await Promise.all([...old, ...others].map((name) => writeFile(path.join(folder, name), "")));
  const stream = dailyFiles(folder, "orders", 500);
  const log = pino({ ...pinoOptions, level: "info" }, stream);
  try {
    log.info("kept");
    const ours = await eventually(async () => {
      const names = await readdir(folder);
      const found = names.filter((name) => name.startsWith("orders."));
      // Today's is opened at the very moment at which the old ones are counted.
      expect([29, 30]).toContain(found.length);
      expect(names).toEqual(expect.arrayContaining(others));
      return found;
    }, 20_000);
    expect(ours).not.toContain(old[0]);
    expect(ours).toContain(old.at(-1));
    const texts = await Promise.all(
      ours.map((name) => readFile(path.join(folder, name), "utf8").catch(() => "")),
    );
    expect(texts.join("")).toContain('"msg":"kept"');
  } finally {
    await new Promise((resolve) => stream.once("close", resolve).end());
    await rm(folder, { recursive: true, force: true });
  }
}, 40_000);
