import { Button, NumberInput, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, dataOf } from "../../client/api.ts";
import { act } from "../../parts/act.ts";
import { toWord } from "../../parts/status.ts";
import { useBusy } from "../../parts/use-busy.ts";

/** What a person tells of; sales are the shop's to tell. */
const KINDS = [
  "COUNTED",
  "RECEIVED",
  "FOUND",
  "LOST",
  "DAMAGED",
  "DEFECTIVE",
  "RETURNED_SELLABLE",
  "RETURNED_UNSELLABLE",
] as const;
type Kind = (typeof KINDS)[number];
const TOPICS = ["shop-products", "shop-movements", "runs"];

/** Says what happened to pieces, or how many there are; the next run applies it. */
export function TellMovement({ sku }: { readonly sku: string }) {
  const [kind, setKind] = useState<Kind>("COUNTED");
  const [pieces, setPieces] = useState<number | string>("");
  const [reason, setReason] = useState("");
  const { isBusy, whileBusy } = useBusy();
  const least = kind === "COUNTED" ? 0 : 1;
  const isReady = typeof pieces === "number" && pieces >= least;
  const tell = async (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    const occurredAt = new Date().toISOString();
    const item = {
      sku,
      kind,
      pieces,
      occurredAt,
      sourceRef: `${sku} ${occurredAt}`,
      ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
    };
    const isDone = await whileBusy(() =>
      act("The movement", "It is on record; the next run applies it", TOPICS, () =>
        dataOf(api.POST("/api/v1/shop/movements", { body: { source: "dashboard", items: [item] } })),
      ),
    );
    if (isDone) setPieces("");
  };
  return (
    <form className="form-panel" onSubmit={(event) => void tell(event)} aria-label="Say what happened">
      <h2>Say what happened</h2>
      <div className="fields">
        <Select
          label="What"
          data={KINDS.map((value) => ({ value, label: toWord(value) }))}
          value={kind}
          onChange={(value) => setKind(value ?? "COUNTED")}
          allowDeselect={false}
        />
        <NumberInput
          label={kind === "COUNTED" ? "Pieces that lie there" : "Pieces"}
          value={pieces}
          onChange={setPieces}
          min={least}
          allowDecimal={false}
          required
        />
        <TextInput label="Why" value={reason} onChange={({ currentTarget }) => setReason(currentTarget.value)} />
      </div>
      <div className="row">
        <Button type="submit" disabled={!isReady} loading={isBusy}>
          Record it
        </Button>
      </div>
    </form>
  );
}

/** Where stock and movements tell two numbers: makes the movements say what the stock does. */
export function CorrectStock({ sku, isApart }: { readonly sku: string; readonly isApart: boolean }) {
  const [reason, setReason] = useState("");
  const { isBusy, whileBusy } = useBusy();
  const correct = async (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() === "") return;
    const body = { reason: reason.trim() };
    await whileBusy(() =>
      act("The correction", "The movements say now what the stock does", TOPICS, () =>
        dataOf(api.POST("/api/v1/shop/products/{sku}/correct-movements", { params: { path: { sku } }, body })),
      ),
    );
  };
  return (
    <details className="form-panel" open={isApart}>
      <summary>Stock and movements tell two numbers</summary>
      <form className="stack" onSubmit={(event) => void correct(event)}>
        <p className="meta">
          A problem says so where they do. This records a correction, so that the movements add up to the stock; count
          the pieces instead where you do not know which of the two is right.
        </p>
        <TextInput
          label="Why the stock is right"
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          required
        />
        <div className="row">
          <Button type="submit" variant="default" disabled={reason.trim() === ""} loading={isBusy}>
            Correct the movements
          </Button>
        </div>
      </form>
    </details>
  );
}
