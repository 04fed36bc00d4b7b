import { readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

const text = readFileSync("docker-compose.yml", "utf8");
const [head, ...rest] = text.split(/^services:$/m);
const [servicesText, networksText] = rest.join("").split(/^networks:$/m);
/** Each service's own lines, with what its anchor brings. */
const services = Object.fromEntries(
  [...servicesText!.matchAll(/^ {2}(\w+):\n((?: {4}.*\n|\n| *#.*\n)*)/gm)].map(([, name, body]) => [name!, body!]),
);
const sharedWith = (body: string) =>
  body.includes("<<: *process") ? head!.slice(head!.indexOf("x-process")) + hardened() : hardened(body);
function hardened(body = "<<: *hardened"): string {
  return body.includes("<<: *hardened") ? head!.slice(head!.indexOf("x-hardened"), head!.indexOf("x-process")) : "";
}
const networksOf = (name: string) => /networks: \[(.*)\]/.exec(services[name]!)?.[1]?.split(", ");

describe("docker-compose.yml", () => {
  it("has no default password: what is missing stops it, by name", () => {
    const taken = [...text.matchAll(/\$\{(\w+)([^}]*)\}/g)].map(([, name, rule]) => ({ name: name!, rule: rule! }));
    const secret = taken.filter(({ name }) => /PASSWORD|TOKEN|KEY/.test(name));
    expect(new Set(secret.map(({ name }) => name))).toEqual(
      new Set([
        "POSTGRES_PASSWORD",
        "DRUMLINE_OWNER_PASSWORD",
        "DRUMLINE_APP_PASSWORD",
        "REDIS_PASSWORD",
        "API_ADMIN_TOKEN",
        "ECOMNOW_SECRET_KEY",
      ]),
    );
    expect(secret.filter(({ rule }) => !rule.startsWith(":?"))).toEqual([]);
    expect(taken.filter(({ rule }) => rule === "")).toEqual([]);
    expect(text).not.toMatch(/--requirepass/);
  });

  it.each(["postgres", "redis", "migrate", "beat", "worker", "api"])(
    "gives %s a file system to read, no capability it does not need, and a bound",
    (name) => {
      const whole = services[name]! + sharedWith(services[name]!);
      for (const line of ["read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "mem_limit:", "pids_limit:"])
        expect([name, whole]).toEqual([name, expect.stringContaining(line)]);
      expect(whole).not.toMatch(/privileged|SYS_ADMIN|NET_ADMIN|docker\.sock/);
    },
  );

  it("keeps networks apart: no database has a way out, and nobody but the worker calls outside", () => {
    expect(Object.fromEntries(Object.keys(services).map((name) => [name, networksOf(name)]))).toEqual({
      postgres: ["database"],
      redis: ["queue"],
      migrate: ["database"],
      beat: ["database", "queue"],
      worker: ["database", "queue", "outside"],
      api: ["database", "queue", "front"],
    });
    for (const network of ["database", "queue"]) expect(networksText).toContain(`  ${network}: { internal: true }`);
    expect(text.match(/ports:/g)).toHaveLength(1);
  });

  it("lets the work log in by a role that may change no table, and gives nobody the settings of another", () => {
    expect(head).toContain("DATABASE_URL: postgresql://drumline_app:");
    expect(text.match(/drumline_owner:/g)).toHaveLength(1);
    expect(services["migrate"]).toContain("postgresql://drumline_owner:");
    expect(text).not.toMatch(/path: \.env\b|env_file:\s*\.env/);
    expect(services["beat"]).not.toMatch(/ECOMNOW_SECRET_KEY|API_ADMIN_TOKEN/);
    expect(services["worker"]).not.toContain("API_ADMIN_TOKEN");
  });
});
