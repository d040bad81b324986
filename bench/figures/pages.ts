/** Product page and product list from the gateway, against node:http that sends the same bytes. */
import { once } from "node:events";
import type { Subject } from "../subject/subject.ts";
import { endOf, forked, type Load } from "../load/load.ts";
import type { Outcome } from "../load/jobs.ts";
import { type Figure, median } from "../measure/figures.ts";
import { cpuSecondsOf } from "../measure/processes.ts";

const CONNECTIONS = 16;
const ROUNDS = 7;
const ROUND_MS = 2_000;
const LEAST = 0.5;

interface Rate {
  readonly perSecond: number;
  readonly cpuPer1000: number;
  readonly outcome: Outcome;
}

export async function productPage(subject: Subject, load: Load): Promise<Figure> {
  const { body } = await subject.shop.http.get<{ products: { id: string }[] }>("/products?limit=1");
  const path = `/products/${body.products[0]?.id}`;
  return against(subject, load, { name: "GET /products/:id, cached, against node:http", path });
}

export const productList = (subject: Subject, load: Load): Promise<Figure> =>
  against(subject, load, {
    name: "GET /products, a page of 20, against node:http",
    path: "/products?limit=20",
  });

/** The median of the ratios of rounds that take turns, so that a slow moment slows both. */
async function against(
  subject: Subject,
  load: Load,
  { name, path }: { name: string; path: string },
): Promise<Figure> {
  const bare = forked("../bare/server.ts");
  try {
    bare.send(await answerOf(subject, path));
    const [{ port }] = (await once(bare, "message")) as [{ port: number }];
    const ours = () => round(load, { port: subject.port, path, roots: subject.roots() });
    const theirs = () => round(load, { port, path, roots: bare.pid ? [bare.pid] : [] });
    await ours();
    await theirs();
    const rounds: (readonly [Rate, Rate])[] = [];
    for (let n = 0; n < ROUNDS; n += 1) rounds.push([await ours(), await theirs()]);
    return figureOf(name, rounds);
  } finally {
    await endOf(bare);
  }
}

function figureOf(name: string, rounds: readonly (readonly [Rate, Rate])[]): Figure {
  const middle = (of: (round: readonly [Rate, Rate]) => number) => median(rounds.map(of));
  const wrong = rounds.reduce((sum, [{ outcome }]) => sum + outcome.troubles.length, 0);
  return {
    name,
    value: wrong > 0 ? 0 : middle(([ours, theirs]) => ours.perSecond / theirs.perSecond),
    unit: "×",
    limit: { at: "least", value: LEAST },
    notes: {
      "answers/s": middle(([{ perSecond }]) => perSecond),
      "answers/s of node:http": middle(([, { perSecond }]) => perSecond),
      "median wait, ms": middle(([{ outcome }]) => outcome.p50Ms),
      "99th percentile, ms": middle(([{ outcome }]) => outcome.p99Ms),
      "CPU seconds per 1,000": middle(([{ cpuPer1000 }]) => cpuPer1000),
      "CPU seconds per 1,000 of node:http": middle(([, { cpuPer1000 }]) => cpuPer1000),
      errors: wrong,
    },
  };
}

async function round(
  load: Load,
  { port, path, roots }: { port: number; path: string; roots: number[] },
): Promise<Rate> {
  const before = cpuSecondsOf(roots);
  const outcome = await load.run({
    kind: "hammer",
    port,
    path,
    connections: CONNECTIONS,
    ms: ROUND_MS,
  });
  const cpu = cpuSecondsOf(roots) - before;
  const { done, seconds } = outcome;
  return { perSecond: done / seconds, cpuPer1000: (cpu * 1_000) / done, outcome };
}

/** The very bytes that the gateway sends, and its headers but for those that node:http adds itself. */
async function answerOf({ port }: Subject, path: string) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { "accept-language": "en", "accept-encoding": "identity" },
  });
  const added = new Set(["connection", "date", "keep-alive", "transfer-encoding"]);
  const headers = [...answer.headers].filter(([name]) => !added.has(name)).flat();
  return { headers, body: new Uint8Array(await answer.arrayBuffer()) };
}
