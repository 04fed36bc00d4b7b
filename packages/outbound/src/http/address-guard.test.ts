import { isIP, type LookupFunction } from "node:net";

import { describe, expect, it } from "@jest/globals";

import { AddressRefused, createAddressGuard } from "./address-guard.ts";
import { forbiddenBecause } from "./address-ranges.ts";

const closed = createAddressGuard({ allowed: [], cure: "Name it." });

describe("forbiddenBecause", () => {
  it.each([
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["10.1.2.3", "private"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.168.0.1", "private"],
    ["169.254.169.254", "link-local"],
    ["100.64.0.1", "carrier-grade NAT"],
    ["100.100.100.200", "carrier-grade NAT"],
    ["168.63.129.16", "cloud metadata"],
    ["192.0.0.192", "protocol assignments"],
    ["0.0.0.0", "this network"],
    ["224.0.0.1", "multicast"],
    ["239.255.255.250", "multicast"],
    ["255.255.255.255", "reserved"],
    ["198.18.0.1", "benchmarking"],
    ["203.0.113.9", "documentation"],
    ["::", "not global unicast"],
    ["::1", "not global unicast"],
    ["::127.0.0.1", "not global unicast"],
    ["fe80::1", "not global unicast"],
    ["fe80::1%eth0", "link-local"],
    ["fd00:ec2::254", "not global unicast"],
    ["fc00::1", "not global unicast"],
    ["ff02::1", "not global unicast"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:a9fe:a9fe", "link-local"],
    ["::ffff:10.0.0.1", "private"],
    ["0:0:0:0:0:ffff:c0a8:1", "private"],
    ["::ffff:93.184.216.34", "IPv4 in IPv6"],
    ["64:ff9b::7f00:1", "loopback"],
    ["64:ff9b::169.254.169.254", "link-local"],
    ["64:ff9b:1::1", "not global unicast"],
    ["2002:7f00:1::", "6to4"],
    ["2001::1", "protocol assignments"],
    ["2001:db8::1", "documentation"],
    ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "protocol assignments"],
    ["fec0::1", "not global unicast"],
    ["::ffff:0:127.0.0.1", "not global unicast"],
    ["192.88.99.1", "6to4 relay"],
    ["0x7f.1", "not an IP address"],
    ["2130706433", "not an IP address"],
    ["example.com", "not an IP address"],
  ])("%s: %s", (address, why) => {
    expect(forbiddenBecause(address)).toBe(why);
  });

  it.each([
    "93.184.216.34",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "169.253.0.1",
    "223.255.255.255",
    "2606:2800:220:1:248:1893:25c8:1946",
    "2a00:1450:4001:81b::200e",
    "64:ff9b::8.8.8.8",
  ])("%s is allowed", (address) => {
    expect(forbiddenBecause(address)).toBeNull();
  });
});

describe("check", () => {
  it.each([
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://[::1]:8080/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://10.0.0.1/",
    "http://１２７.０.０.１/",
  ])("refuses %s", (url) => {
    expect(() => closed.check(new URL(url))).toThrow(AddressRefused);
  });

  it.each(["https://example.com/hook?x=1", "http://example.com:8080/", "https://8.8.8.8/", "http://localhost/"])(
    "passes %s on to the resolver",
    (url) => {
      expect(() => closed.check(new URL(url))).not.toThrow();
    },
  );

  it("lets what is named pass, at its port and no other", () => {
    const guard = createAddressGuard({ allowed: ["127.0.0.1:4010", "10.0.0.1:443", "[::1]:80"], cure: "" });
    for (const url of ["http://127.0.0.1:4010/hooks/a", "https://10.0.0.1/", "http://[::1]/"])
      expect(() => guard.check(new URL(url))).not.toThrow();
    for (const url of ["http://127.0.0.1:4011/", "http://10.0.0.1/", "http://[::1]:81/"])
      expect(() => guard.check(new URL(url))).toThrow(AddressRefused);
  });

  it("says what to do if it is meant", () => {
    expect(() => closed.check(new URL("http://10.0.0.1/"))).toThrow("10.0.0.1 may not be reached: private. Name it.");
  });
});

/** A resolver that gives the next of these answers to each question. */
const resolverOf = (...answers: string[][]): LookupFunction => {
  let asked = 0;
  return (_host, options, callback) => {
    const found = answers[Math.min(asked, answers.length - 1)]!.map((address) => ({ address, family: isIP(address) }));
    asked += 1;
    if (options.all === true) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  };
};

describe("the guarded lookup", () => {
  const guardedBy = (lookup: LookupFunction): LookupFunction =>
    createAddressGuard({ allowed: [], cure: "", lookup }).lookupFor(new URL("http://example.test/"));
  const ask = (lookup: LookupFunction, all: boolean): Promise<unknown> => resolveBy(guardedBy(lookup), all);
  const resolveBy = (guarded: LookupFunction, all: boolean): Promise<unknown> =>
    new Promise((resolve, reject) =>
      guarded("example.test", { all }, (error, address, family) =>
        error === null ? resolve(all ? address : { address, family }) : reject(error),
      ),
    );

  it("judges a name anew for every connection, so that rebinding it to loopback gains nothing", async () => {
    const guarded = guardedBy(resolverOf(["8.8.8.8"], ["127.0.0.1"]));
    expect(await resolveBy(guarded, false)).toEqual({ address: "8.8.8.8", family: 4 });
    await expect(resolveBy(guarded, false)).rejects.toThrow("127.0.0.1 (loopback)");
  });

  it("answers with public addresses, one or all", async () => {
    const lookup = resolverOf(["8.8.8.8", "2606:4700::1111"]);
    expect(await ask(lookup, false)).toEqual({ address: "8.8.8.8", family: 4 });
    expect(await ask(lookup, true)).toEqual([
      { address: "8.8.8.8", family: 4 },
      { address: "2606:4700::1111", family: 6 },
    ]);
  });

  it.each([[["127.0.0.1"]], [["8.8.8.8", "10.0.0.1"]], [["::ffff:10.0.0.1"]], [["fd00:ec2::254"]], [[]]])(
    "refuses a name that resolves to %j",
    async (addresses) => {
      await expect(ask(resolverOf(addresses), true)).rejects.toThrow(AddressRefused);
      await expect(ask(resolverOf(addresses), false)).rejects.toThrow(AddressRefused);
    },
  );
});
