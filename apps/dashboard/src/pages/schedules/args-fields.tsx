import { Select, Switch, Textarea, TextInput } from "@mantine/core";

import type { ArgsField, ArgsValues } from "./args-form.ts";

interface ArgsFieldsProps {
  readonly fields: readonly ArgsField[];
  readonly values: ArgsValues;
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (values: ArgsValues) => void;
}

/** The arguments of a task as fields, by its own schema. */
export function ArgsFields({ fields, values, problems, onChange }: ArgsFieldsProps) {
  if (fields.length === 0) return <p className="meta">This task takes no arguments.</p>;
  const set = (name: string, value: string) => onChange({ ...values, [name]: value });
  return (
    <div className="stack">
      {fields.map((field) => {
        const { name, kind, isRequired, choices } = field;
        const common = {
          label: <span className="mono">{name}</span>,
          description: toAbout(field),
          error: problems[name],
          required: isRequired,
        };
        const value = values[name] ?? "";
        if (kind === "choice")
          return (
            <Select
              key={name}
              {...common}
              data={[...choices]}
              clearable
              value={value || null}
              onChange={(chosen) => set(name, chosen ?? "")}
            />
          );
        if (kind === "boolean")
          return (
            <Switch
              key={name}
              {...common}
              checked={value === "true" || (value === "" && field.default === true)}
              onChange={({ currentTarget }) => set(name, String(currentTarget.checked))}
            />
          );
        const Input = kind === "json" ? Textarea : TextInput;
        return (
          <Input
            key={name}
            {...common}
            autoComplete="off"
            inputMode={kind === "integer" ? "numeric" : undefined}
            value={value}
            onChange={({ currentTarget }: { currentTarget: { value: string } }) => set(name, currentTarget.value)}
          />
        );
      })}
    </div>
  );
}

function toAbout({ about, kind, default: otherwise }: ArgsField): string | undefined {
  const parts = [
    about,
    kind === "json" ? "As JSON." : null,
    otherwise === undefined ? null : `${JSON.stringify(otherwise)} when left out.`,
  ];
  const said = parts.filter((part) => part !== null);
  return said.length === 0 ? undefined : said.join(" ");
}
