import { describe, expect, it } from "@jest/globals";

import { clientAddressOf, parseTrustedProxies } from "./client-address.ts";

describe("clientAddressOf", () => {
  it.each([
    ["203.0.113.9", "203.0.113.9"],
    ["203.0.113.9:49152", "203.0.113.9"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["2001:db8::1", "2001:db8::1"],
    ["[2001:db8::1]:49152", "2001:db8::1"],
    ["unknown", "unknown"],
  ])("takes %s for %s", (ip, address) => {
    expect(clientAddressOf({ ip })).toBe(address);
  });
});

describe("parseTrustedProxies", () => {
  it("takes addresses and networks of both families", () => {
    const proxies = ["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"];
    expect(parseTrustedProxies(` ${proxies.join(" , ")},`)).toEqual(proxies);
  });

  it.each(["nginx", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "0.0.0.0/0", "::/0", "true", "loopback", "10.0.0.1:80"])(
    "refuses %s, and names it",
    (proxy) => {
      expect(() => parseTrustedProxies(`127.0.0.1,${proxy}`)).toThrow(`but ${proxy} is neither`);
    },
  );
});
