import { Group, NumberInput, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useState } from "react";

import { ownZone } from "../../parts/format-time.ts";
import {
  CRONTAB_FIELDS,
  type CrontabFields,
  INTERVAL_UNITS,
  type IntervalUnit,
  readTimingText,
  type Timing,
  timingText,
} from "./timing-form.ts";

interface TimingFieldsProps {
  readonly timing: Timing;
  readonly onChange: (timing: Timing) => void;
  /** Of a field of the crontab, as the server names it. */
  readonly fault?: string | undefined;
}

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** An interval or a crontab, by fields and as one text; both show the same. */
export function TimingFields({ timing, onChange, fault }: TimingFieldsProps) {
  const [kept, setKept] = useState<Partial<Record<Timing["kind"], Timing>>>({});
  const switchTo = (kind: Timing["kind"]) => {
    if (kind === timing.kind) return;
    setKept({ ...kept, [timing.kind]: timing });
    onChange(kept[kind] ?? DEFAULTS[kind]());
  };
  return (
    <div className="stack">
      <SegmentedControl
        size="xs"
        aria-label="Kind of timing"
        data={[
          { value: "interval", label: "Every so often" },
          { value: "crontab", label: "At times of the clock" },
        ]}
        value={timing.kind}
        onChange={(kind) => switchTo(kind)}
      />
      {timing.kind === "interval" ? (
        <Group gap="xs" align="flex-end">
          <NumberInput
            label="Every"
            min={1}
            allowDecimal={false}
            className="amount"
            value={timing.amount}
            onChange={(amount) => onChange({ ...timing, amount: String(amount) })}
          />
          <Select
            label="Unit"
            data={Object.keys(INTERVAL_UNITS)}
            allowDeselect={false}
            className="amount"
            value={timing.unit}
            onChange={(unit) => onChange({ ...timing, unit: unit as IntervalUnit })}
          />
        </Group>
      ) : (
        <CrontabInputs timing={timing} onChange={onChange} fault={fault} />
      )}
      <TimingText timing={timing} onChange={onChange} />
    </div>
  );
}

const DEFAULTS: Readonly<Record<Timing["kind"], () => Timing>> = {
  interval: () => ({ kind: "interval", amount: "5", unit: "minutes" }),
  crontab: () => ({ kind: "crontab", fields: ["0", "3", "*", "*", "*"], timezone: ownZone() }),
};

interface CrontabInputsProps {
  readonly timing: Extract<Timing, { kind: "crontab" }>;
  readonly onChange: (timing: Timing) => void;
  readonly fault: string | undefined;
}

function CrontabInputs({ timing, onChange, fault }: CrontabInputsProps) {
  return (
    <>
      <div className="crontab-fields">
        {CRONTAB_FIELDS.map((name, index) => (
          <TextInput
            key={name}
            label={name}
            classNames={{ input: "mono" }}
            error={fault === name}
            autoComplete="off"
            value={timing.fields[index]}
            onChange={({ currentTarget }) =>
              onChange({
                ...timing,
                fields: timing.fields.with(index, currentTarget.value.trim()) as unknown as CrontabFields,
              })
            }
          />
        ))}
      </div>
      <Select
        label="Zone"
        data={ZONES}
        searchable
        allowDeselect={false}
        limit={50}
        value={timing.timezone}
        onChange={(timezone) => onChange({ ...timing, timezone: timezone ?? "UTC" })}
      />
    </>
  );
}

function TimingText({ timing, onChange }: { timing: Timing; onChange: (timing: Timing) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const zone = timing.kind === "crontab" ? timing.timezone : ownZone();
  return (
    <TextInput
      label="As text"
      description="5m, 60*5, or five fields of a crontab such as */15 8-18 * * 1-5"
      classNames={{ input: "mono" }}
      error={
        typed !== null && readTimingText(typed, zone) === null ? "is neither an interval nor five fields" : undefined
      }
      autoComplete="off"
      spellCheck={false}
      value={typed ?? timingText(timing)}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        const read = readTimingText(currentTarget.value, zone);
        if (read !== null) onChange(read);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
