import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openQueueBackend } from "@drumline/core/queue";
import { redisIsThere, untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { freePort } from "./redis-pair.ts";

(redisIsThere() ? describe : describe.skip)("rediss:// (skipped without a redis-server on the PATH)", () => {
  let dir: string;
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "drumline-tls-"));
    const [key, certificate] = [join(dir, "key.pem"), join(dir, "certificate.pem")];
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=drumline"];
    execFileSync(
      "openssl",
      [...request, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
      {
        stdio: "ignore",
      },
    );
    const port = await freePort();
    const tls = ["--tls-port", String(port), "--tls-cert-file", certificate, "--tls-key-file", key];
    server = spawn(
      "redis-server",
      [
        "--port",
        "0",
        ...tls,
        "--tls-ca-cert-file",
        certificate,
        "--tls-auth-clients",
        "no",
        "--requirepass",
        "s%/@:#?",
      ],
      { cwd: dir, stdio: "ignore" },
    );
    url = `rediss://:${encodeURIComponent("s%/@:#?")}@127.0.0.1:${port}`;
    await untilTrue(async () => /self-signed/.test(await open()), { what: "it listens" });
  });
  afterAll(async () => {
    server.kill("SIGKILL");
    if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
    rmSync(dir, { recursive: true });
  });

  const open = () =>
    openQueueBackend(
      { redisUrl: url, databaseUrl: "" },
      { prefix: "test", production: true, nextTick: () => undefined, onError: () => {} },
    ).then(
      () => "open",
      (error: Error) => error.message,
    );

  it("refuses a certificate that nobody vouches for, and says that this is why", async () => {
    expect(await open()).toMatch(
      /^The queue backend at rediss:\/\/127\.0\.0\.1:\d+ does not answer: .*self-signed certificate/,
    );
  });

  it("takes one that NODE_EXTRA_CA_CERTS vouches for, with a password of any characters", () => {
    const program = `
      import { openQueueBackend } from "@drumline/core/queue";
      const options = { prefix: "test", production: true, nextTick: () => undefined, onError: () => {} };
      const backend = await openQueueBackend({ redisUrl: process.argv[1], databaseUrl: "" }, options);
      await backend.ping();
      console.log(backend.address);
      await backend.close();`;
    const flags = ["--import", "tsx", "--input-type=module", "-e", program, url];
    const environment = { PATH: process.env["PATH"], NODE_EXTRA_CA_CERTS: join(dir, "certificate.pem") };
    const said = execFileSync(process.execPath, flags, { env: environment, encoding: "utf8", cwd: "packages/engine" });
    expect(said).toMatch(/^rediss:\/\/127\.0\.0\.1:\d+\n$/);
  });
});
