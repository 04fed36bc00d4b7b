import { readSettings } from "@drumline/core/config";
import { messageOf } from "@drumline/core/errors";
import { mailPreviewSettings, NOTICE_KINDS, previewMail } from "@drumline/shop/mail-preview";
import { Argument, type Command } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished } from "../exit.ts";
import { print, printAside } from "../output/print.ts";
import { configureMails } from "./mails.ts";

interface PreviewOptions {
  readonly locale: string;
  readonly html?: boolean;
  readonly envFile?: string;
}

export function configureMail(command: Command): void {
  command
    .command("preview")
    .copyInheritedSettings(command)
    .description("print a mail to customers with sample data, by the templates a worker would take; needs no database")
    .addArgument(new Argument("<kind>", "what it tells").choices([...NOTICE_KINDS]))
    .option(
      "--locale <locale>",
      "the customer's, such as nl or tr-TR; English where no template is in its language",
      "en",
    )
    .option("--html", "the HTML instead of subject and text")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .addHelpText("after", "\nTemplates of your own lie in SHOP_TEMPLATES_FOLDER; exit code 1 where one is wrong.")
    .action(preview);
  configureMails(command);
}

function preview(kind: (typeof NOTICE_KINDS)[number], { locale, html = false, envFile }: PreviewOptions): void {
  const { shopName, shopTemplatesFolder: folder } = readSettings(mailPreviewSettings, readEnv(envFile));
  try {
    const mail = previewMail(kind, { locale, folder, shopName });
    if (!locale.toLowerCase().startsWith(mail.language))
      printAside(`No template is in the language of ${locale}: this is what such a customer gets.`);
    print((html ? mail.html : `Subject: ${mail.subject}\n\n${mail.text}`).trimEnd());
  } catch (error) {
    printAside(messageOf(error));
    throw new Finished(ExitCode.foundProblems);
  }
}
