import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

import { plain } from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

import { openRawOutside } from "../../test/raw-outside.ts";
import { createAddressGuard } from "./address-guard.ts";

const outside = openRawOutside();
const closing: (() => void)[] = [];
afterEach(async () => {
  await outside.close();
  for (const close of closing.splice(0)) close();
});
const { signal } = new AbortController();

describe("connections", () => {
  it("are kept and used again", async () => {
    const server = await outside.serve(plain('{"fine":true}'));
    const client = outside.client(server.url);
    for (let call = 0; call < 20; call += 1) await client.get("/", {});
    expect([server.requests(), server.connections()]).toEqual([20, 1]);
  });

  it("that were closed meanwhile are no failure", async () => {
    const server = await outside.serve((socket) => {
      plain('{"fine":true}')(socket);
      socket.once("data", () => socket.destroy());
    });
    const client = outside.client(server.url);
    for (let call = 0; call < 4; call += 1) expect(await client.get("/", {})).toEqual({ fine: true });
  });

  it("are given up when the name is not resolved in time", async () => {
    const transport = outside.transport({ guard: createAddressGuard({ allowed: [], cure: "", lookup: () => {} }) });
    const request = { system: "feed of acme", method: "GET", url: "http://silent.test/feed", headers: {}, signal };
    await expect(transport.ask({ ...request, timeoutMs: 100 })).rejects.toThrow(
      /could not be connected to within 100 ms|did not answer within 100 ms/,
    );
  });

  it("are not made where the certificate is not trusted", async () => {
    const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (_, response) => void response.end("{}"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => void server.close());
    const call = outside.client(`https://127.0.0.1:${(server.address() as AddressInfo).port}`).get("/", {});
    await expect(call).rejects.toThrow(/could not be reached \(.*self.signed certificate/);
  });
});

// Made for this test alone, for localhost, and trusted by nobody.
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3wlEhGm7F+Qf2B4u
dMKMd9ze91bwDMgjpQomDTQxuaOhRANCAARiIZawpqHfPWBBD2y7deJ/rp9G2Si6
qIqzrVCeLYvoR3wUZG4053E2Nohkv/2xEJ1kgYU0XdDI2d2+4C2jrb1y
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUIFhDZSa/cyxPp5Zr7BGoVyBCVqAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTIwMDkyNVoYDzIxMjYxMTAx
MjAwOTI1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARiIZawpqHfPWBBD2y7deJ/rp9G2Si6qIqzrVCeLYvoR3wUZG4053E2
Nohkv/2xEJ1kgYU0XdDI2d2+4C2jrb1yo28wbTAdBgNVHQ4EFgQUEgpBsx2tk6jt
GLPaVcSN6X8WJLAwHwYDVR0jBBgwFoAUEgpBsx2tk6jtGLPaVcSN6X8WJLAwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAN5H0b+HVmMhuy1FUbU8G9GJcrRvYn4NuVyoq783m0jOAiEA
yH9qwm95WiLc+PKTz2GRZOf7BWH3s912ZW/1D35yl+4=
-----END CERTIFICATE-----`;
