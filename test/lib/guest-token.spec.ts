import { guestSha256 } from "../../lib/guest-token.ts";

test("a guest is known by the SHA-256 of 43 characters of base64url, written as text", () => {
  expect(guestSha256("A".repeat(43))?.toString("hex")).toBe(
    "0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a",
  );
  expect(guestSha256(`${"_-09azAZ".repeat(5)}xyz`)).toHaveLength(32);
});

test.each([
  "",
  "A".repeat(42),
  "A".repeat(44),
  `${"A".repeat(43)}\n`,
  ` ${"A".repeat(42)}`,
  `${"A".repeat(42)}=`,
  `${"A".repeat(42)}+`,
  `${"A".repeat(42)}é`,
  `${"A".repeat(43)}, ${"A".repeat(43)}`,
  "A".repeat(100_000),
  undefined,
  null,
  43,
  ["A".repeat(43)],
  { length: 43 },
])("%j is no guest's token", (token) => {
  expect(guestSha256(token)).toBeUndefined();
});
