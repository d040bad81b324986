import {
  accessSecondsAt,
  expiryOf,
  isSteppedUp,
  type Session,
  type SessionState,
  stateOf,
} from "../../../../services/identity/domain/sessions.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const session: Session = { startedAt: ago(10 * DAY), seenAt: ago(DAY) };

describe("a session", () => {
  const cases: readonly [string, Partial<Session>, SessionState][] = [
    ["that is used", {}, "active"],
    ["that has just begun", { startedAt: NOW, seenAt: NOW }, "active"],
    ["idle for nearly seven days", { seenAt: ago(7 * DAY - 1) }, "active"],
    ["idle for seven days", { seenAt: ago(7 * DAY) }, "expired"],
    ["of nearly thirty days", { startedAt: ago(30 * DAY - 1) }, "active"],
    ["of thirty days, used just now", { startedAt: ago(30 * DAY), seenAt: NOW }, "expired"],
    ["that was ended", { endedAt: ago(1) }, "ended"],
    ["that was ended and is old", { endedAt: ago(DAY), startedAt: ago(40 * DAY) }, "ended"],
  ];
  test.each(cases)("%s: %j: %s", (_, change, state) => {
    expect(stateOf({ ...session, ...change }, NOW)).toBe(state);
  });

  test("ends seven days after its last use, or thirty after its start if that is sooner", () => {
    expect(expiryOf(session)).toEqual(new Date(NOW.getTime() + 6 * DAY));
    expect(expiryOf({ startedAt: ago(28 * DAY), seenAt: NOW })).toEqual(
      new Date(NOW.getTime() + 2 * DAY),
    );
  });

  test.each([
    ["now", { steppedUpAt: NOW }, true],
    ["five minutes ago", { steppedUpAt: ago(5 * MINUTE) }, true],
    ["longer ago", { steppedUpAt: ago(5 * MINUTE + 1) }, false],
    ["never", {}, false],
    ["now, but it is over", { steppedUpAt: NOW, endedAt: NOW }, false],
    ["now, but it has expired", { steppedUpAt: NOW, seenAt: ago(8 * DAY) }, false],
  ])("whose second factor was shown %s is stepped up: %#", (_, change, expected) => {
    expect(isSteppedUp({ ...session, ...change }, NOW)).toBe(expected);
  });

  test("gives access for ten minutes, and never beyond its own end", () => {
    expect(accessSecondsAt(ago(DAY), NOW)).toBe(600);
    expect(accessSecondsAt(ago(30 * DAY - 90_500), NOW)).toBe(90);
    expect(accessSecondsAt(ago(31 * DAY), NOW)).toBeLessThanOrEqual(0);
  });
});
