import { type ManualClock, manualClock } from "@drumline/core/clock";
import type { TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { Mailer, MailMessage } from "@drumline/outbound/mail";
import { startTaskRun, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach } from "@jest/globals";

import { sendNotifications } from "../src/mailing/send-notifications.ts";
import { createMailTemplates } from "../src/notifications/mail-templates.ts";
import { type NewNotice, saveNotices } from "../src/notifications/save-notices.sql.ts";
import { emptyShop, NOON } from "./left-carts.ts";

interface RunOptions {
  readonly dryRun?: boolean;
  readonly limit?: number | null;
  readonly run?: { readonly id: string; readonly attempt: number };
}

export const LINK_KEY = "a key of these tests";

/** The task over a database of its own, with a mailbox in memory; the clock stands at noon of a Friday. */
export function useMailsToCustomers() {
  let stores: TestDatabase;
  let clock: ManualClock;
  const sent: MailMessage[] = [];
  const customers = {
    get db(): Database {
      return stores.db;
    },
    get clock(): ManualClock {
      return clock;
    },
    /** What left, oldest first. */
    sent,
    /** Called with each mail before it is taken; what it throws is what the provider says. */
    onSend: null as ((mail: MailMessage) => unknown) | null,
    startRun({ dryRun = false, limit = null, run }: RunOptions = {}, settings: Partial<typeof SETTINGS> = {}) {
      const mailer: Mailer = {
        send: async (mail) => {
          await customers.onSend?.(mail);
          sent.push(mail);
          return `mail-${sent.length}`;
        },
      };
      const mailTemplates = createMailTemplates({ folder: null });
      const gateways = { mailer, mailTemplates, settings: { ...SETTINGS, ...settings } };
      const options = { clock, dryRun, limit, ...(run === undefined ? {} : { run }) };
      const started = startTaskRun(stores.db, gateways, options);
      return { ...started, result: sendNotifications(started.context) };
    },
    send: async (options: RunOptions = {}, settings: Partial<typeof SETTINGS> = {}): Promise<TaskResult> =>
      await customers.startRun(options, settings).result,
    notify: async (...notices: (Partial<NewNotice> & Pick<NewNotice, "key" | "kind">)[]) =>
      await stores.db.$transaction((tx) =>
        saveNotices(
          tx,
          notices.map((notice) => ({ occurredAt: clock.now(), ...notice })),
        ),
      ),
    noticeOf: async (key: string) => await stores.db.shopNotice.findUniqueOrThrow({ where: { key } }),
    /** Puts somebody to wait who has confirmed so many minutes before noon. */
    async putWaiting(productId: bigint, email: string, minutesAgo: number, more: object = {}): Promise<bigint> {
      const at = new Date(NOON.getTime() - minutesAgo * 60_000);
      const emailKey = email.toLowerCase();
      const data = {
        productId,
        email,
        emailKey,
        status: "CONFIRMED",
        consentText: "Tell me.",
        createdAt: at,
        confirmedAt: at,
      };
      return (await stores.db.shopStockSubscription.create({ data: { ...data, ...more } as never })).id;
    },
    async putStock(sku: string, onHand: number): Promise<bigint> {
      const [product] = await stores.db.$queryRaw<{ id: bigint }[]>`
        INSERT INTO shop_product (sku, title, price_minor, currency, url, on_hand, created_at, updated_at)
        VALUES (${sku}, ${`A ${sku}`}, 1250, 'EUR', ${`https://shop.example/${sku}`}, ${onHand}, now(), now())
        ON CONFLICT (sku) DO UPDATE SET on_hand = ${onHand} RETURNING id`;
      return product!.id;
    },
    async statusesOf(): Promise<Record<string, number>> {
      const rows = await stores.db.shopStockSubscription.groupBy({ by: ["status"], _count: true });
      return Object.fromEntries(rows.map(({ status, _count }) => [status, _count]));
    },
  };
  beforeAll(async () => {
    stores = await testDatabase();
  });
  afterAll(() => stores.close());
  beforeEach(async () => {
    clock = manualClock(NOON);
    sent.length = 0;
    customers.onSend = null;
    await emptyShop(stores.db);
    await stores.db.$executeRaw`TRUNCATE mail, problem, shop_mail_report`;
  });
  return customers;
}

const SETTINGS = {
  shopName: "Trommelwerk",
  shopUrl: "https://mail.shop.example/",
  shopLinkKey: LINK_KEY,
  shopTimeZone: "Europe/Amsterdam",
  shopQuietHours: { fromMinute: 21 * 60, untilMinute: 8 * 60 } as { fromMinute: number; untilMinute: number } | null,
  shopBackInStockFrom: 1,
};
