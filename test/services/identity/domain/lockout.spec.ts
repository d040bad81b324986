import { array, assert, integer, property } from "fast-check";
import {
  assertMayTry,
  type Failures,
  LIMITS,
  TooManyAttempts,
} from "../../../../services/identity/domain/lockout.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const none: Failures = { accountAndIp: [], account: [], ip: [] };
/** So many failures, one each second, the oldest `sinceMs` ago. */
const failed = (count: number, sinceMs: number) =>
  Array.from({ length: count }, (_, at) => new Date(NOW.getTime() - sinceMs + at * SECOND));
const trying =
  (failures: Partial<Failures>, now = NOW) =>
  () =>
    assertMayTry({ ...none, ...failures }, now);

describe("who has failed before", () => {
  test.each([
    ["never", {}],
    ["nine times here", { accountAndIp: failed(9, MINUTE) }],
    ["ten times, the first of them long ago", { accountAndIp: failed(10, 15 * MINUTE) }],
    ["99 times for this account", { account: failed(99, 10 * MINUTE) }],
    ["49 times from this address", { ip: failed(49, 10 * MINUTE) }],
    ["nine times with a known device", { device: failed(9, MINUTE) }],
    [
      "as often as one may, by strangers, but has a known device",
      { account: failed(100, MINUTE * 10), ip: failed(50, MINUTE), device: [] },
    ],
  ])("%s may try", (_, failures) => {
    expect(trying(failures)).not.toThrow();
  });

  test.each([
    ["ten times here", { accountAndIp: failed(10, MINUTE) }, 14 * 60],
    ["twelve times here", { accountAndIp: failed(12, MINUTE) }, 14 * 60 + 2],
    ["ten times with a known device", { device: failed(10, MINUTE) }, 14 * 60],
    ["100 times for this account", { account: failed(100, 10 * MINUTE) }, 50 * 60],
    ["50 times from this address", { ip: failed(50, 10 * MINUTE) }, 50 * 60],
    [
      "too often in two ways",
      { accountAndIp: failed(10, MINUTE), ip: failed(50, 2 * MINUTE) },
      58 * 60,
    ],
  ])("%s must wait", (_, failures, retryAfterSeconds) => {
    expect(trying(failures)).toThrow(
      expect.objectContaining({
        type: TooManyAttempts.type,
        code: 429,
        data: { retryAfterSeconds },
      }),
    );
  });

  test("does not depend on the order in which failures are remembered", () => {
    const accountAndIp = failed(10, MINUTE);
    expect(trying({ accountAndIp: accountAndIp.toReversed() })).toThrow(
      TooManyAttempts.sentence.en.slice(0, 8),
    );
    expect(accountAndIp).toEqual(failed(10, MINUTE));
  });

  test("may try exactly when they were told, and no second earlier", () => {
    const times = array(integer({ min: 0, max: 3_600_000 }), { maxLength: 130, size: "max" });
    assert(
      property(times, times, (here, everywhere) => {
        const at = (ms: number) => new Date(NOW.getTime() - ms);
        const failures = { accountAndIp: here.map(at), account: everywhere.map(at) };
        const wait = waitOf(trying(failures));
        expect(trying(failures, new Date(NOW.getTime() + wait * SECOND))).not.toThrow();
        const before = new Date(NOW.getTime() + (wait - 1) * SECOND);
        expect(wait === 0 || waitOf(trying(failures, before)) === 1).toBe(true);
      }),
    );
  });

  test("never gets more tries in any window than there are, however patient the guesser", () => {
    const tries: Date[] = [];
    for (let second = 0; second < 7_200; second += 1) {
      const now = new Date(NOW.getTime() + second * SECOND);
      const wait = waitOf(trying({ accountAndIp: tries, account: tries }, now));
      if (wait === 0) tries.push(now);
    }
    for (const from of tries) {
      const within = (ms: number) =>
        tries.filter((at) => at >= from && at.getTime() < from.getTime() + ms).length;
      expect(within(LIMITS.accountAndIp.windowMs)).toBeLessThanOrEqual(10);
      expect(within(LIMITS.account.windowMs)).toBeLessThanOrEqual(100);
    }
    expect(tries).toHaveLength(80);
  });
});

/** Seconds that one is told to wait; 0 if one may try. */
function waitOf(attempt: () => void): number {
  try {
    attempt();
    return 0;
  } catch (error) {
    return (error as { data: { retryAfterSeconds: number } }).data.retryAfterSeconds;
  }
}
