import { Button, Select, Textarea } from "@mantine/core";
import { useState } from "react";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { act } from "../../parts/act.ts";
import { toWord } from "../../parts/status.ts";
import { useBusy } from "../../parts/use-busy.ts";

/** Why an order is held, for whoever decides. */
const REASONS: Readonly<Record<string, string>> = {
  AMOUNT: "What was paid is not what the order costs.",
  CURRENCY: "It was paid in another currency than the order's.",
  TWICE_PAID: "It was paid twice. The payment that is named is kept, the other goes back.",
  UNDERPAID: "Less was paid than the order costs.",
  NOT_FOUND: "The provider no longer knows the payment.",
  LATE_AUTHORIZATION: "The payment was authorized after the order had ended.",
};

interface SettleOrderProps {
  readonly order: Schemas["ShopOrder"];
  readonly payments: readonly Schemas["ShopPayment"][];
}

/** The order goes on, or what was paid goes back: with a note of why, under the version that is seen. */
export function SettleOrder({ order, payments }: SettleOrderProps) {
  const [note, setNote] = useState("");
  const [paymentId, setPaymentId] = useState<string | null>(null);
  const { isBusy, whileBusy } = useBusy();
  const mayDecide = useMay("operator");
  const { id, reference, version, heldReason } = order;
  const settle = async (decision: "CONFIRM" | "REFUND") => {
    const done = `${reference}: ${decision === "CONFIRM" ? "it goes on" : "the money goes back"}`;
    const body = { decision, note, version, ...(paymentId === null ? {} : { paymentId }) };
    await whileBusy(() =>
      act(`The decision on ${reference}`, done, ["shop-orders", "shop-payments", "problems"], () =>
        dataOf(api.POST("/api/v1/shop/orders/{id}/resolve", { params: { path: { id } }, body })),
      ),
    );
  };
  return (
    <section className="form-panel" aria-labelledby="settle">
      <h2 id="settle">Held: {heldReason === null ? "a person must decide" : toWord(heldReason).toLowerCase()}</h2>
      <p>{REASONS[heldReason ?? ""] ?? "Look at its payments, then say what is right."}</p>
      {payments.length > 1 && (
        <Select
          label="Payment that is meant"
          description="Where several could be; the api says so if one must be named."
          clearable
          data={payments.map((payment) => ({
            value: payment.id,
            label: `${payment.provider} ${payment.providerId ?? payment.id}: ${toWord(payment.status)}`,
          }))}
          value={paymentId}
          onChange={setPaymentId}
        />
      )}
      <Textarea
        label="Why"
        description="Stands in the audit log beside your name."
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
        autosize
        minRows={2}
        required
      />
      <div className="row">
        <Button disabled={note.trim() === "" || !mayDecide} loading={isBusy} onClick={() => void settle("CONFIRM")}>
          Confirm the order
        </Button>
        <Button
          variant="default"
          disabled={note.trim() === "" || !mayDecide}
          loading={isBusy}
          onClick={() => void settle("REFUND")}
        >
          Refund it
        </Button>
        {!mayDecide && <span className="meta">Needs the role operator.</span>}
      </div>
    </section>
  );
}
