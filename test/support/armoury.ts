/** The points that are armed for a group of nodes, in a folder that all of them look into. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { armedAs } from "../../lib/failpoint.ts";

export class Armoury {
  readonly #folder: string;
  readonly #armed: string;
  readonly #record: string;
  #recording = true;

  constructor(folder: string) {
    this.#folder = folder;
    this.#armed = path.join(folder, "armed");
    this.#record = path.join(folder, "passed");
    mkdirSync(this.#armed, { recursive: true });
    writeFileSync(this.#record, "");
  }

  /** What a node is told when it starts. */
  get environment(): Record<string, string> {
    return {
      FAILPOINT: this.#armed,
      ...(this.#recording && { FAILPOINT_RECORD: this.#record }),
    };
  }

  /** What was passed since the last `forget`, a line each. Nodes that start from now on note nothing. */
  recorded(): string {
    this.#recording = false;
    return readFileSync(this.#record, "utf8");
  }
  forget(): void {
    writeFileSync(this.#record, "");
  }

  /** The first that passes `point` gets `signal`. */
  arm(point: string, signal: NodeJS.Signals = "SIGKILL"): void {
    // Whoever passes meanwhile finds the whole file or none.
    const draft = path.join(this.#folder, "draft");
    writeFileSync(draft, signal);
    renameSync(draft, path.join(this.#armed, armedAs(point)));
  }

  /** The points that nobody has passed yet. */
  get armed(): string[] {
    return readdirSync(this.#armed).map(decodeURIComponent);
  }

  /** Tells whether it was armed still; otherwise somebody has passed it. */
  disarm(point: string): boolean {
    const armed = this.armed.includes(point);
    rmSync(path.join(this.#armed, armedAs(point)), { force: true });
    return armed;
  }
}
