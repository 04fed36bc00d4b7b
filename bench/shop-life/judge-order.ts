import { MINUTE_MS } from "@drumline/core/clock";

import type { AttemptTold, OrderTold } from "./journal.ts";
import type { OrderRow, StorySeen } from "./observe.ts";
import { expectCount, type Violation, violation } from "./violation.ts";

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** Confirmed or cancelled, once, with all that follows; and the money where it belongs. */
export function judgeOrder(seen: StorySeen, order: OrderRow): Violation[] {
  const told = seen.journal.orders.get(order.reference)!;
  return [
    ...judgeEnd(seen, order, told),
    ...judgeEffects(seen, order),
    ...judgeMoney(seen, order, told),
    ...order.payments.flatMap((payment) => judgeRefunds(seen, order, payment)),
    ...order.payments.flatMap((payment) => judgeDisputes(seen, order, payment, told)),
  ];
}

function judgeEnd(seen: StorySeen, order: OrderRow, { attempts, placedAt, plan, resolved }: OrderTold): Violation[] {
  const { reference: about, status, heldReason } = order;
  const found: Violation[] = [];
  if (heldReason !== null) found.push(violation("stuck", about, `is held for ${heldReason}`));
  if (status === "PLACED") found.push(violation("stuck", about, `is PLACED, ${order.paymentState}`));
  if (order.reservations.some((reservation) => reservation.status === "HELD"))
    found.push(violation("stuck", about, "still holds pieces"));
  const payBy = placedAt!.getTime() + plan.payWithin * MINUTE_MS;
  const isPaidInTime = attempts.some(({ paidAt }) => paidAt !== null && paidAt.getTime() <= payBy);
  if (isPaidInTime && order.confirmedAt === null && resolved !== "REFUND")
    found.push(violation("lost", about, `was paid in time, and is ${status}`));
  if (attempts.every(({ paidAt }) => paidAt === null) && order.confirmedAt !== null)
    found.push(violation("wrong", about, "is confirmed, and nobody has paid"));
  for (const { id, providerId, paidAt } of attempts) {
    const row = order.payments.find((payment) => payment.id === id);
    if (row === undefined) found.push(violation("lost", about, `payment ${id} is on no record`));
    else if ((row.status === "PAID") !== (seen.atProvider.get(providerId)!.status === "PAID"))
      found.push(
        violation(
          paidAt === null ? "wrong" : "lost",
          about,
          `payment ${id} is ${row.status}, and ${seen.atProvider.get(providerId)!.status} at its provider`,
        ),
      );
  }
  return found;
}

/** An event, a notice and the movements of its lines, each once. */
function judgeEffects({ events, notices, movements }: StorySeen, order: OrderRow): Violation[] {
  const about = order.reference;
  const isCancelled = order.status === "CANCELLED";
  const wasConfirmed = order.confirmedAt !== null;
  const counts = { confirmed: Number(wasConfirmed), cancelled: Number(isCancelled) };
  const lines = (end: string, kind: string) =>
    order.lines.map(({ lineNo }) => {
      const sourceRef = `order/${order.id}/line/${lineNo}${end}`;
      return movements.filter((movement) => movement.sourceRef === sourceRef && movement.kind === kind).length;
    });
  const moved = (found: readonly number[], what: string, isExpected: boolean) =>
    found.flatMap((count) => expectCount(about, what, count, Number(isExpected)));
  return [
    ...Object.entries(counts).flatMap(([what, expected]) => [
      ...expectCount(
        about,
        `events "${what}"`,
        events.filter((event) => event === `${order.id} shop.order.${what}`).length,
        expected,
      ),
      ...expectCount(
        about,
        `notices "${what}"`,
        notices.filter(({ key }) => key === `order/${order.id}/${what}`).length,
        expected,
      ),
    ]),
    ...moved(lines("", "SALE"), "SALE of a line", wasConfirmed),
    ...moved(lines("/cancelled", "SALE_CANCELLED"), "SALE_CANCELLED of a line", wasConfirmed && isCancelled),
  ];
}

/** What the provider keeps of the order's money: all of a confirmed one but what was asked back, nothing of a cancelled one. */
function judgeMoney(seen: StorySeen, order: OrderRow, { attempts, plan, refunds, resolved }: OrderTold): Violation[] {
  const paidMinor = (attempt: AttemptTold): bigint => (attempt.paidAt === null ? 0n : BigInt(attempt.paidMinor));
  const paid = sum(attempts.map(paidMinor));
  const back = sum(
    attempts.flatMap(({ providerId }) => seen.atProvider.get(providerId)!.refunds.map(({ minor }) => minor)),
  );
  const total = resolved === "CONFIRM" ? paid : BigInt(plan.totalMinor);
  const asked = [...refunds.values()].some((minor) => minor === null)
    ? total
    : sum([...refunds.values()].map((minor) => BigInt(minor ?? 0)));
  const expected = order.status === "CANCELLED" || paid === 0n ? 0n : total - asked;
  const kept = paid - back;
  if (kept === expected) return [];
  const what = `${order.status}: the provider keeps ${kept} of ${paid} (minor units) instead of ${expected}`;
  return [violation(kept < expected ? "doubled" : "lost", order.reference, `a refund; ${what}`)];
}

type PaymentRow = OrderRow["payments"][number];

/** Each refund on record is one at the provider, and has come to its end. */
function judgeRefunds({ atProvider, notices }: StorySeen, order: OrderRow, payment: PaymentRow): Violation[] {
  const about = `${order.reference}, payment ${payment.id}`;
  const there = payment.providerId === null ? [] : (atProvider.get(payment.providerId)?.refunds ?? []);
  const here = payment.refunds.filter(({ status }) => status !== "FAILED" && status !== "CANCELED");
  return [
    ...expectCount(about, "refunds at the provider", there.length, here.length),
    ...payment.refunds
      .filter(({ status }) => status !== "REFUNDED")
      .map(({ cause, status, error }) => violation("stuck", about, `refund "${cause}" is ${status}: ${error}`)),
    ...here.flatMap(({ cause, providerId }) => [
      ...expectCount(
        about,
        `refunds "${cause}" at the provider`,
        there.filter((refund) => refund.id === providerId).length,
        1,
      ),
      ...expectCount(
        about,
        `notices of refund "${cause}"`,
        notices.filter(({ key }) => key === `order/${order.id}/refund/${payment.id}/${cause}`).length,
        1,
      ),
    ]),
  ];
}

/** Mollie says nothing of one that is lost. */
const WORDS = { reversed: "WON", lost: "OPEN" } as const;

/** Of a dispute that was told of: a webhook that is lost is nobody's fault, and a paid payment is not asked again. */
function judgeDisputes({ heardAt }: StorySeen, order: OrderRow, payment: PaymentRow, told: OrderTold): Violation[] {
  const about = `${order.reference}, payment ${payment.id}`;
  const isOf = told.attempts.find(({ paidAt }) => paidAt !== null)?.id === payment.id;
  const heard = heardAt.get(payment.providerId ?? "")?.getTime() ?? 0;
  return (isOf ? told.disputes : []).flatMap(({ id, openedAt, endedAt, endsAs }) => {
    const rows = payment.disputes.filter(({ providerId }) => providerId === id);
    if (rows.length > 1 || (rows.length === 0 && heard > openedAt.getTime()))
      return expectCount(about, `disputes ${id}`, rows.length, 1);
    const isTold = endedAt !== null && heard > endedAt.getTime();
    if (!isTold || rows[0]?.status === WORDS[endsAs]) return [];
    return [violation("lost", about, `dispute ${id} is ${rows[0]?.status}, and ${endsAs} at the provider`)];
  });
}
