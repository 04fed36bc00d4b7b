import { type AddressInfo } from "node:net";
import { createServer } from "node:http";

import { runProcess } from "@drumline/core/process";

import { createDice } from "../../dice.ts";
import { gatewayOf } from "../gateways.ts";
import { fetchAnswer, readBody } from "./fetch-answer.ts";
import { mutations } from "./mutations.ts";
import { openPlan } from "./plan.ts";
import { sendAnswer } from "./send-answer.ts";

/** What is not spoiled shows that a gateway gets well between two bad answers. */
const SPOILED_SHARE = 0.7;

/** The sandbox at SANDBOX_URL, of whose answers some are spoiled as `PUT /_hostile` says. */
await runProcess("hostile outside", async () => {
  const sandboxUrl = process.env["SANDBOX_URL"]!;
  const dice = createDice(Number(process.env["HOSTILE_SEED"]));
  const plan = openPlan();
  const server = createServer((request, response) => {
    const reply = async () => {
      const body = await readBody(request);
      const path = request.url!;
      if (path === "/_hostile") {
        // The next question would meet a connection that this server is about to close as idle.
        response.setHeader("Connection", "close");
        response.end(JSON.stringify(request.method === "PUT" ? plan.change(body.toString()) : plan.counts()));
        return;
      }
      const answer = await fetchAnswer(sandboxUrl, request, body);
      const gateway = gatewayOf(path);
      const name = gateway === null ? null : plan.mutationOf(gateway);
      const spoils = gateway !== null && name !== null && dice.roll() < SPOILED_SHARE;
      const spoiled = spoils ? mutations.get(name)!.spoil(answer, dice) : null;
      if (spoiled !== null) plan.count(gateway!, name!);
      await sendAnswer(response, spoiled ?? { ...answer, ending: "end" });
    };
    // The caller or the sandbox has closed its connection: nothing is left to answer.
    reply().catch(() => response.destroy());
  });
  server.keepAliveTimeout = 5_000;
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  return {
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
});
