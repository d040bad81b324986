/**
 * Signed webhooks as Stripe signs them: the header `t=<unix seconds>,v1=<hex>` with v1 =
 * HMAC-SHA256 of `<t>.<body>`, so that neither the body nor the moment can be another.
 */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { config } from "../../../../config.ts";

const TOLERANCE_SECONDS = 300;
/** Derived from the system's secrets: the first signs, all verify, as they are rotated. */
const secrets = config.jwt.secrets.map((secret) =>
  Buffer.from(hkdfSync("sha256", secret, "", "payments.simulator.webhooks", 32)),
);

export function sign(body: string, at: Date): string {
  const t = Math.floor(at.getTime() / 1_000);
  const [first = Buffer.alloc(0)] = secrets;
  return `t=${t},v1=${digest(first, t, body).toString("hex")}`;
}

/** Returns true if a v1 of the signature is ours, for this body, within 300 s of `now`. */
export function isSigned(body: string, signature: string, now: Date): boolean {
  const parts = signature.split(",").map((part) => part.trim().split("=", 2));
  const moments = parts.filter(([key]) => key === "t");
  const moment = moments[0]?.[1] ?? "";
  if (moments.length !== 1 || !/^\d{1,12}$/.test(moment)) return false;
  const t = Number(moment);
  if (Math.abs(now.getTime() / 1_000 - t) > TOLERANCE_SECONDS) return false;

  const given = parts.flatMap(([key, value = ""]) =>
    key === "v1" && /^[0-9a-f]{64}$/.test(value) ? [Buffer.from(value, "hex")] : [],
  );
  return secrets.some((secret) => {
    const right = digest(secret, t, body);
    return given.some((one) => timingSafeEqual(one, right));
  });
}

const digest = (secret: Buffer, t: number, body: string) =>
  createHmac("sha256", secret).update(`${t}.${body}`).digest();
