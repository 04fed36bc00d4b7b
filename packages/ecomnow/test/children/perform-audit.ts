// One attempt of PerformUserAudit against a real database and the sandbox's AWS, killed where it is told to be.
import { openDatabase } from "@drumline/db";
import { startTaskRun } from "@drumline/testing/task-run";

import { performUserAudit } from "../../src/user-audit/perform/perform-user-audit.ts";
import { sandboxGateways } from "../sandbox-aws.ts";

const [databaseUrl = "", sandboxUrl = "", runId = "", attempt = "1", diesAt = ""] = process.argv.slice(2);
const dieAt = (moment: string) => {
  if (moment === diesAt) process.kill(process.pid, "SIGKILL");
};
const around =
  <Args extends unknown[], Result>(name: string, call: (...args: Args) => Promise<Result>) =>
  async (...args: Args): Promise<Result> => {
    dieAt(`before ${name}`);
    const result = await call(...args);
    dieAt(`after ${name}`);
    return result;
  };

const { cognito, mailer, settings } = sandboxGateways(sandboxUrl);
const gateways = {
  settings,
  cognito: {
    ...cognito,
    disableUser: around("disable", cognito.disableUser),
    enableUser: around("enable", cognito.enableUser),
    deleteUser: around("delete", cognito.deleteUser),
  },
  mailer: { send: around("mail", mailer.send) },
};

const db = openDatabase(databaseUrl);
const run = { id: runId, attempt: Number(attempt) };
const counts = await performUserAudit(startTaskRun(db, gateways, { run }).context);
await db.$disconnect();
process.stdout.write(JSON.stringify(counts));
