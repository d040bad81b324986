/** Refuses packets above the server's limit, so that no caller waits for a lost one. */
import { AnswerTooLarge, ENVELOPE_BYTES, EventTooLarge, RequestTooLarge } from "../bus-limits.ts";
import type { Payload } from "./checks.ts";

/** Packets whose content people or services decide; the others are Moleculer's own. */
const LIMITED: ReadonlySet<string> = new Set(["REQ", "RES", "EVENT"]);

export class SizeLimit {
  /** The actions of requests that are not answered yet, to name them if the answer is too large. */
  readonly #unanswered = new Map<string, string>();

  /** Only the first part of a stream is a new request. */
  received({ id, action, seq }: Payload): void {
    if (!seq) this.#unanswered.set(String(id), String(action));
  }

  /** Why a packet of `bytes` is not sent, or undefined. `maxBytes`: undefined where there is no limit. */
  refusalOf(type: string, payload: Payload, bytes: number, maxBytes: number | undefined) {
    if (maxBytes === undefined || !LIMITED.has(type)) return undefined;
    const id = String(payload.id);
    const answers = this.#unanswered.get(id) ?? "an action";
    if (type === "RES") this.#unanswered.delete(id);
    if (bytes <= maxBytes + ENVELOPE_BYTES) return undefined;
    const sizes = { bytes, maxBytes };
    switch (type) {
      case "REQ":
        return RequestTooLarge({ action: String(payload.action), ...sizes });
      case "EVENT":
        return EventTooLarge({ event: String(payload.event), ...sizes });
      default:
        return AnswerTooLarge({ action: answers, ...sizes });
    }
  }
}
