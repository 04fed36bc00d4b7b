import { Button, NumberInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { act } from "../../parts/act.ts";
import { useBusy } from "../../parts/use-busy.ts";

/** Gives back what was paid, or a part of it; it cannot be had back, so the cause and a note are asked for. */
export function RefundForm({ payment }: { readonly payment: Schemas["ShopPaymentDetail"] }) {
  const { id, amountMinor, paidMinor, refunds } = payment;
  const currency = payment.paidCurrency ?? payment.currency;
  const goingBack = refunds.filter(({ status }) => status !== "FAILED" && status !== "CANCELED");
  const left = goingBack.reduce((rest, refund) => rest - refund.amountMinor, paidMinor ?? amountMinor);
  const [cause, setCause] = useState("");
  const [note, setNote] = useState("");
  const [minor, setMinor] = useState<number | string>(left);
  const { isBusy, whileBusy } = useBusy();
  if (left <= 0) return null;
  const isReady = cause.trim() !== "" && note.trim() !== "" && typeof minor === "number" && minor > 0 && minor <= left;
  const refund = async (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    const body = { cause: cause.trim(), note: note.trim(), amountMinor: minor };
    await whileBusy(() =>
      act("The refund", "The refund is on record; the next run sends it", ["shop-payments", "shop-refunds"], () =>
        dataOf(api.POST("/api/v1/shop/payments/{id}/refunds", { params: { path: { id } }, body })),
      ),
    );
  };
  return (
    <form className="form-panel" onSubmit={(event) => void refund(event)} aria-label="Refund">
      <h2>Give money back</h2>
      <div className="fields">
        <NumberInput
          label={`Amount, in the smallest unit of ${currency}`}
          description={`${left} at most`}
          value={minor}
          onChange={setMinor}
          min={1}
          max={left}
          allowDecimal={false}
        />
        <TextInput
          label="Cause"
          description="The same cause twice is one refund."
          value={cause}
          onChange={({ currentTarget }) => setCause(currentTarget.value)}
          required
        />
        <TextInput
          label="Note"
          description="For whoever looks at it later."
          value={note}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
          required
        />
      </div>
      <div className="row">
        <Button type="submit" color="red" disabled={!isReady} loading={isBusy}>
          Refund
        </Button>
      </div>
    </form>
  );
}
