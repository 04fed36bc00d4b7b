import { text } from "node:stream/consumers";

import { messageOf } from "@drumline/core/errors";
import { sealSecret, SECRET_OWNERS, type SecretOwner } from "@drumline/ecomnow/secrets";
import { Argument, type Command } from "commander";

import { readEnv } from "../config.ts";
import { WrongUsage } from "../exit.ts";
import { print } from "../output/print.ts";

export function configureSecret(command: Command): void {
  command
    .command("seal")
    .copyInheritedSettings(command)
    .description("read a secret from standard input and print it sealed, fit for auth_secret or a header's value")
    .addArgument(new Argument("<owner>", "whose it is").choices([...SECRET_OWNERS]))
    .argument("<name>", "code of the client or vendor, name of the watched API: in another row it does not open")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .action(seal);
}

async function seal(kind: SecretOwner, name: string, { envFile }: { envFile?: string }): Promise<void> {
  // Not an argument, which other users of the machine and the shell's history would see.
  const plain = (await text(process.stdin)).replace(/\r?\n$/, "");
  if (plain === "") throw new WrongUsage("nothing came on standard input; expected the secret there");
  try {
    print(sealSecret(plain, { kind, name }, readEnv(envFile)));
  } catch (error) {
    throw new WrongUsage(`${messageOf(error)} (ECOMNOW_SECRET_KEY, from \`openssl rand -base64 32\`)`, {
      cause: error,
    });
  }
}
