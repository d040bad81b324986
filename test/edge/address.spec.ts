/** One client is one address, however it is written (express-rate-limit#234 and the like). */
import { clientAddress, networkOf } from "../../edge/address.ts";

const behindOne = (forwarded: string | string[]) =>
  clientAddress({ direct: "10.0.0.1", forwarded, trustedProxies: 1 });

test.each([
  ["203.0.113.6", "203.0.113.6"],
  ["203.0.113.6:4000", "203.0.113.6"],
  ["::ffff:203.0.113.6", "203.0.113.6"],
  ["::ffff:cb00:7106", "203.0.113.6"],
  ["[::ffff:203.0.113.6]:4000", "203.0.113.6"],
  ["0:0:0:0:0:FFFF:203.0.113.6", "203.0.113.6"],
  ["2001:DB8:0:0::1", "2001:db8::1"],
  ["[2001:db8::1]", "2001:db8::1"],
  ["[2001:db8:0:0:0:0:0:1]:443", "2001:db8::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["1.2.3.4, 203.0.113.6:1", "203.0.113.6"],
  ["203.0.113.6 ,", "203.0.113.6"],
])("%s is %s", (forwarded, address) => {
  expect(behindOne(forwarded)).toBe(address);
});

test.each([["unknown"], ["_hidden"], [""], ["203.0.113"], ["203.0.113.6:"], ["1.2.3.4:99999999"]])(
  "%j is no address: the proxy that says so is the client",
  (forwarded) => {
    expect(behindOne(forwarded)).toBe("10.0.0.1");
  },
);

test("as many entries are believed as there are proxies of ours", () => {
  const forwarded = ["9.9.9.9, 198.51.100.7:1", "203.0.113.6:2"];
  const asked = (trustedProxies: number) =>
    clientAddress({ direct: "::ffff:10.0.0.1", forwarded, trustedProxies });
  expect([0, 1, 2, 3].map(asked)).toEqual(["10.0.0.1", "203.0.113.6", "198.51.100.7", "9.9.9.9"]);
});

test("a subscriber's /64 is counted as one, an IPv4 address by itself", () => {
  expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe(networkOf("2001:db8:1:2::9"));
  expect(networkOf("2001:db8::1")).toBe(networkOf("2001:db8:0:0:ffff::"));
  expect(networkOf("2001:db8:1:3::9")).not.toBe(networkOf("2001:db8:1:2::9"));
  expect(networkOf("::1")).toBe("0:0:0:0::/64");
  expect(networkOf("203.0.113.6")).toBe("203.0.113.6");
  expect(networkOf("unknown")).toBe("unknown");
});
