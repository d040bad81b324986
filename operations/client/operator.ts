/** The running system's REST API as an operator uses it: signed in, with files that are streamed. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { config } from "../../config.ts";
import { UserError } from "./api-client.ts";

interface OperatorOptions {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
}
interface Problem {
  readonly detail?: string;
  readonly title?: string;
}

export class OperatorClient {
  readonly #url: string;
  #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /**
   * Finds the system and signs in: with `token`, or as the administrator of ADMIN_EMAIL and
   * ADMIN_PASSWORD, or with the password that the first start wrote down. @throws UserError
   */
  static async open({ url, token }: OperatorOptions): Promise<OperatorClient> {
    const client = new OperatorClient(
      url ?? `http://${config.http.host}:${config.http.port}`,
      token ?? "",
    );
    if (token === undefined) client.#token = await client.#signIn();
    return client;
  }

  async #signIn(): Promise<string> {
    const { email } = config.admin;
    const password = config.admin.password ?? savedPassword(email);
    if (password === undefined)
      throw new UserError(
        `The password of ${email} is not known here. Set ADMIN_EMAIL and ADMIN_PASSWORD, or give --token.`,
      );
    const { token } = await this.json<{ token: string }>("/auth/login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    return token;
  }

  async json<A>(where: string, init: RequestInit = {}): Promise<A> {
    return (await (await this.ask(where, init)).json()) as A;
  }

  /** Waits as long as a 429 says, and asks again. @throws UserError when refused or nobody answers */
  async ask(where: string, init: RequestInit = {}): Promise<Response> {
    for (;;) {
      const answer = await this.#once(where, init);
      if (answer.ok) return answer;
      const later = Number(answer.headers.get("retry-after") ?? 0);
      if (answer.status !== 429 || init.body !== undefined || later > 120) {
        const problem = (await answer.json().catch(() => ({}))) as Problem;
        throw new UserError(problem.detail ?? problem.title ?? `The answer was ${answer.status}.`);
      }
      await sleep(Math.max(1, later) * 1_000);
    }
  }

  async #once(where: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(this.#url + where, {
        ...init,
        headers: {
          "accept-language": config.language,
          ...(init.headers as Record<string, string> | undefined),
          ...(this.#token !== "" && { authorization: `Bearer ${this.#token}` }),
        },
      });
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      if (cause?.code !== "ECONNREFUSED" && this.#token !== "")
        throw new UserError(
          `The connection to ${this.#url} was lost. What was begun goes on there: run the same command again to follow it.`,
        );
      throw new UserError(
        `Nothing answers at ${this.#url}. Start the system with "npm start", or name another address with --url.`,
      );
    }
  }
}

function savedPassword(email: string): string | undefined {
  const file = path.join(config.dataDir, "passwords.json");
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>)[email];
}

/** Runs a script's work. A UserError is written as its sentence, without a stack. */
export async function reportingErrors(work: () => Promise<void>): Promise<void> {
  // A reader of our output may close it early (`| head -1`); the work goes on.
  process.stdout.on("error", () => undefined);
  try {
    await work();
  } catch (error) {
    const text =
      error instanceof UserError ? error.message : ((error as Error).stack ?? String(error));
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  }
}
