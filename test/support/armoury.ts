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

  /** The environment variables of a node. */
  get environment(): Record<string, string> {
    return {
      FAILPOINT: this.#armed,
      ...(this.#recording && { FAILPOINT_RECORD: this.#record }),
    };
  }

  /**
   * Returns the points passed since the last `forget`, a line each. Nodes that start from now on
   * record nothing.
   */
  recorded(): string {
    this.#recording = false;
    return readFileSync(this.#record, "utf8");
  }
  forget(): void {
    writeFileSync(this.#record, "");
  }

  /** The first that passes `point` gets `signal`. */
  arm(point: string, signal: NodeJS.Signals = "SIGKILL"): void {
    // A process that passes meanwhile finds the complete file or none.
    const draft = path.join(this.#folder, "draft");
    writeFileSync(draft, signal);
    renameSync(draft, path.join(this.#armed, armedAs(point)));
  }

  /** The points that nobody has passed yet. */
  get armed(): string[] {
    return readdirSync(this.#armed).map(decodeURIComponent);
  }

  /** Returns true if it was still armed; otherwise a process has passed it. */
  disarm(point: string): boolean {
    const armed = this.armed.includes(point);
    rmSync(path.join(this.#armed, armedAs(point)), { force: true });
    return armed;
  }
}
