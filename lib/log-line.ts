/** A JSON line of the log as a line for people. */
import { styleText } from "node:util";

type Line = Readonly<Record<string, unknown>>;
/** Fields that the line formats itself, or that are the same in every line. */
const KNOWN = new Set(
  "level time node nodeID ns mod svc ver msg err data action actor traceId".split(" "),
);
/** Moleculer's start-up lines that the banner replaces. */
const CHATTER =
  /^(Service '.*' (started|stopped)\.|API Gateway .*|Socket\.IO Websocket Gateway started\.)$/;
const COLOURS: Readonly<Record<string, "dim" | "green" | "yellow" | "red">> = {
  DEBUG: "dim",
  INFO: "green",
  WARNING: "yellow",
  ERROR: "red",
  CRITICAL: "red",
};

/** Formats a log line for a terminal, in colours unless NO_COLOR; undefined for one to skip. */
export function readableLine(json: string): string | undefined {
  const line = read(json);
  if (!line) return json.trimEnd();
  const message = textOf(line.msg ?? "");
  const level = textOf(line.level);
  if (level === "INFO" && CHATTER.test(message)) return undefined;
  const time = new Date(textOf(line.time)).toLocaleTimeString("en-GB");
  const colour = COLOURS[level];
  const word = colour ? styleText(colour, level.padEnd(8)) : level.padEnd(8);
  const who = styleText("dim", textOf(line.action ?? line.svc ?? line.mod ?? "").padEnd(12));
  const more = Object.entries(line)
    .filter(([name]) => !KNOWN.has(name))
    .map(([name, value]) => styleText("dim", `${name}=${textOf(value)}`));
  const trace = typeof line.traceId === "string" ? [styleText("dim", line.traceId)] : [];
  const data = line.data === undefined ? [] : [textOf(line.data)];
  const first = [time, word, who, message, ...data, ...more, ...trace].filter(Boolean).join(" ");
  return [first, ...errorOf(line.err)].join("\n");
}

function read(json: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(json);
    return typeof line === "object" && line !== null ? (line as Line) : undefined;
  } catch {
    return undefined;
  }
}

function errorOf(error: unknown): string[] {
  if (typeof error !== "object" || error === null) return [];
  const { stack, message } = error as { stack?: string; message?: string };
  return [(stack ?? message ?? textOf(error)).replaceAll(/^/gm, "    ")];
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "");
