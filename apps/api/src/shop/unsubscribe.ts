import { readUnsubscribeToken, unsubscribe } from "@drumline/shop/commands";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem } from "../http/problem.ts";
import { linkQuery, type PageLanguage, readForms, sendLinkPage, toPageLanguage } from "./link-pages.ts";

const FIELD = "List-Unsubscribe";
const ONE_CLICK = "One-Click";

/**
 * The link of List-Unsubscribe (RFC 8058). To look at it changes nothing, since programs that scan mail follow every link;
 * a POST of the form takes the person off that list, with no cookie, no token of the api and no question.
 */
export async function addUnsubscribeRoutes(app: Api, { db, clock, mailLinks }: ApiParts): Promise<void> {
  const read = (token: string) => (mailLinks.key === null ? null : readUnsubscribeToken(token, mailLinks.key));
  const schema = { tags: ["shop"], querystring: linkQuery, produces: ["text/html"] };
  await app.register(async (plugin) => {
    const scope = plugin.withTypeProvider<ZodTypeProvider>();
    readForms(scope);
    scope.get(
      "/shop/unsubscribe",
      {
        config: { access: "public" },
        schema: { summary: "The page behind an unsubscribe link; changes nothing", ...schema },
      },
      async ({ query, headers }, reply) => {
        const language = toPageLanguage(headers["accept-language"]);
        if (read(query.token) === null) return sendLinkPage(reply, 404, { language, ...WORDS[language].wrong });
        const { title, text, label } = WORDS[language].ask;
        return sendLinkPage(reply, 200, { language, title, text, button: { label, name: FIELD, value: ONE_CLICK } });
      },
    );
    scope.post(
      "/shop/unsubscribe",
      {
        config: { access: "public", idempotencyKey: false },
        schema: {
          summary: "Takes a person off one list of mails, by one click",
          description:
            "The form of RFC 8058, url-encoded or multipart: `List-Unsubscribe=One-Click`. Mails about orders go on.",
          ...schema,
          body: z.looseObject({ [FIELD]: z.string() }),
        },
      },
      async ({ query, body, headers }, reply) => {
        if (body[FIELD] !== ONE_CLICK)
          throw new HttpProblem(
            400,
            `The form holds no ${FIELD}=${ONE_CLICK}; got ${FIELD}=${body[FIELD].slice(0, 40)}.`,
          );
        const language = toPageLanguage(headers["accept-language"]);
        const unsubscription = read(query.token);
        if (unsubscription === null) return sendLinkPage(reply, 404, { language, ...WORDS[language].wrong });
        await unsubscribe(db, unsubscription, clock.now());
        return sendLinkPage(reply, 200, { language, ...WORDS[language].done });
      },
    );
  });
}

interface Words {
  readonly ask: { readonly title: string; readonly text: string; readonly label: string };
  readonly done: { readonly title: string; readonly text: string };
  readonly wrong: { readonly title: string; readonly text: string };
}

const WORDS: Readonly<Record<PageLanguage, Words>> = {
  en: {
    ask: {
      title: "No more of these mails?",
      text: "Mails about your orders still come.",
      label: "No more of these mails",
    },
    done: { title: "Done", text: "You get no more mails of this kind. Mails about your orders still come." },
    wrong: {
      title: "This link leads nowhere",
      text: "It is not complete, or too old. Please take the one of a newer mail.",
    },
  },
  nl: {
    ask: {
      title: "Deze mails niet meer?",
      text: "Mails over je bestellingen blijven komen.",
      label: "Deze mails niet meer",
    },
    done: {
      title: "Klaar",
      text: "Je krijgt geen mails van deze soort meer. Mails over je bestellingen blijven komen.",
    },
    wrong: { title: "Deze link werkt niet", text: "Hij is niet volledig of te oud. Neem die uit een nieuwere mail." },
  },
  tr: {
    ask: {
      title: "Bu e-postalar gelmesin mi?",
      text: "Siparişlerinle ilgili e-postalar gelmeye devam eder.",
      label: "Bu e-postalar gelmesin",
    },
    done: {
      title: "Tamam",
      text: "Bu tür e-postalar artık gelmeyecek. Siparişlerinle ilgili olanlar gelmeye devam eder.",
    },
    wrong: { title: "Bu bağlantı geçersiz", text: "Eksik ya da çok eski. Lütfen daha yeni bir e-postadakini kullan." },
  },
};
