import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { FastifyReply, FastifyRequest } from "fastify";

import type { Api } from "../api.ts";

/** Its script and style lie in files of their own and nothing else is loaded, so that the policy needs no exception. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/** Their names change with their content. */
const FOR_EVER = "public, max-age=31536000, immutable";
const ASK_AGAIN = "no-cache";
const PUBLIC = { config: { access: "public" }, schema: { hide: true } } as const;
/** Never a page, whoever asks. */
const NOT_OF_THE_DASHBOARD = /^\/(api|assets|docs|health|metrics|webhooks|whisperer)(\/|$)/;

/**
 * The dashboard as it was built into `dist`, on every path that no other route has, so that each of its pages has an
 * address. Without a build it says how to make one.
 */
export async function addDashboard(app: Api, dist: string): Promise<void> {
  const files = loadFiles(dist);
  if (files !== null) {
    const { default: fastifyStatic } = await import("@fastify/static");
    await app.register(async (scope) => {
      scope.addHook("onRoute", (route) => void (route.config = { ...route.config, access: "public" }));
      await scope.register(fastifyStatic, {
        root: join(dist, "assets"),
        prefix: "/assets/",
        decorateReply: false,
        index: false,
        preCompressed: true,
        cacheControl: false,
        setHeaders: (reply) => void reply.header("cache-control", FOR_EVER),
      });
    });
    for (const { path, type, bytes } of files.besides)
      app.get(path, PUBLIC, async (request, reply) => answer(request, reply, type, bytes));
  }
  const sendPage = async (request: FastifyRequest, reply: FastifyReply) => {
    const [path] = request.url.split("?", 1);
    if (NOT_OF_THE_DASHBOARD.test(path!) || !(request.headers.accept ?? "").includes("text/html"))
      return reply.callNotFound();
    reply.header("content-security-policy", POLICY);
    return answer(request, reply, "text/html; charset=utf-8", files?.toPage(path!) ?? NOT_BUILT);
  };
  app.get("/", PUBLIC, async (request, reply) => {
    reply.header("content-security-policy", POLICY);
    return answer(request, reply, "text/html; charset=utf-8", files?.toPage("/") ?? NOT_BUILT);
  });
  app.get("/*", PUBLIC, sendPage);
}

const NOT_BUILT = Buffer.from(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Drumline</title></head>
<body><h1>The dashboard is not built</h1>
<p>Run <code>npm run build</code>, then start the api again; <code>npm start</code> does both. The api itself works and is described at <a href="docs/">docs/</a>.</p></body></html>
`);

interface Files {
  /** The page for a path: its files are found from there, wherever a proxy has put all of it. */
  toPage(path: string): Buffer;
  readonly besides: readonly { readonly path: string; readonly type: string; readonly bytes: Buffer }[];
}

function loadFiles(dist: string): Files | null {
  if (!existsSync(join(dist, "index.html"))) return null;
  const html = readFileSync(join(dist, "index.html"), "utf8");
  return {
    toPage: (path) => {
      const depth = path.split("/").length - 2;
      return Buffer.from(html.replaceAll('="./', `="${depth === 0 ? "./" : "../".repeat(depth)}`));
    },
    besides: [
      { path: "/theme.js", type: "text/javascript; charset=utf-8", bytes: readFileSync(join(dist, "theme.js")) },
      { path: "/favicon.svg", type: "image/svg+xml", bytes: readFileSync(join(dist, "favicon.svg")) },
    ],
  };
}

function answer(request: FastifyRequest, reply: FastifyReply, type: string, bytes: Buffer): FastifyReply {
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  reply.header("etag", etag).header("cache-control", ASK_AGAIN);
  if (request.headers["if-none-match"] === etag) return reply.status(304).send();
  return reply.type(type).send(bytes);
}
