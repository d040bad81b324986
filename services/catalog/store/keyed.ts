import { onceForKey as once } from "../../../lib/idempotency.ts";
import { onceMoreIfMet } from "./met.ts";

/** Once per Idempotency-Key, and again when it met another writer. @throws KeyReused (422) */
export const onceForKey: typeof once = (...asked) => onceMoreIfMet(() => once(...asked));
