import { Select } from "@mantine/core";

interface ChoiceProps<Name extends string> {
  readonly label: string;
  readonly names: Readonly<Partial<Record<Name, string>>>;
  readonly value: Name | undefined;
  readonly onChange: (value: Name | undefined) => void;
}

/** One of a few, or any. */
export function Choice<Name extends string>({ label, names, value, onChange }: ChoiceProps<Name>) {
  return (
    <Select
      className="choice"
      aria-label={label}
      placeholder={label}
      clearable
      data={Object.entries<string | undefined>(names).map(([name, text]) => ({ value: name, label: text ?? name }))}
      value={value ?? null}
      onChange={(chosen) => onChange((chosen ?? undefined) as Name | undefined)}
    />
  );
}
