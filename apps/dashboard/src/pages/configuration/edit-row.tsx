import { Button, Drawer, Group, NativeSelect, PasswordInput, Switch, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { fetchFromApi } from "../../client/api.ts";
import { RequestFailed } from "../../client/problem.ts";
import { showDone } from "../../parts/toasts.tsx";
import { useBusy } from "../../parts/use-busy.ts";
import { type FormValues, toFormValues, toPatch } from "./form-values.ts";
import type { Field, Kind, Row } from "./kinds.ts";

interface EditRowProps {
  readonly kind: Kind;
  readonly row: Row | null;
  readonly mayEdit: boolean;
  readonly onClose: () => void;
  readonly onSaved: () => Promise<unknown>;
}

/** One row of configuration in a drawer. */
export function EditRow({ kind, row, ...rest }: EditRowProps) {
  return (
    <Drawer
      opened={row !== null}
      onClose={rest.onClose}
      position="right"
      closeButtonProps={{ "aria-label": "Close" }}
      size="md"
      title={row === null ? "" : kind.nameOf(row)}
      lockScroll={false}
    >
      {row !== null && <EditForm key={row.id} kind={kind} row={row} {...rest} />}
    </Drawer>
  );
}

const JSON_TYPE = { "content-type": "application/json" };

function EditForm({ kind, row, mayEdit, onClose, onSaved }: EditRowProps & { readonly row: Row }) {
  const { fields, path } = kind;
  const [base, setBase] = useState(row);
  const [values, setValues] = useState(() => toFormValues(fields, row));
  const [failure, setFailure] = useState<RequestFailed | null>(null);
  const [theirs, setTheirs] = useState<Row | null>(null);
  const { isBusy, whileBusy } = useBusy();
  const before = toFormValues(fields, base);
  const patch = toPatch(fields, before, values);
  const errorOf = (name: string) =>
    failure?.problem?.errors?.find(({ where }) => where === `body.${name}` || where.startsWith(`body.${name}.`))
      ?.problem;

  const save = async () => {
    setFailure(null);
    try {
      const body = JSON.stringify({ ...patch, version: base.version });
      const answer = await fetchFromApi(`api/v1/${path}/${row.id}`, { method: "PATCH", headers: JSON_TYPE, body });
      const saved = (await answer.json()) as Row;
      await onSaved();
      showDone(`${kind.nameOf(saved)} is saved`);
      onClose();
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setFailure(error);
      if (error.status === 409 && error.problem?.currentVersion !== undefined) {
        const answer = await fetchFromApi(`api/v1/${path}/${row.id}`);
        setTheirs((await answer.json()) as Row);
      }
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void whileBusy(save);
  };
  return (
    <form className="stack" onSubmit={submit}>
      {theirs !== null && (
        <Conflict
          fields={fields}
          mine={values}
          before={before}
          theirs={toFormValues(fields, theirs)}
          onKeepMine={() => {
            // What I changed stays, the rest becomes theirs; it is saved by the version that is there now.
            const changed = fields.filter(({ name }) => values[name] !== before[name]);
            const mine = Object.fromEntries(changed.map(({ name }) => [name, values[name]!]));
            setValues({ ...toFormValues(fields, theirs), ...mine });
            setBase(theirs);
            setTheirs(null);
            setFailure(null);
          }}
          onTakeTheirs={() => {
            setValues(toFormValues(fields, theirs));
            setBase(theirs);
            setTheirs(null);
            setFailure(null);
          }}
        />
      )}
      {failure !== null && theirs === null && (
        <p className="form-problem" role="alert">
          {failure.message}
        </p>
      )}
      {fields.map((field) => (
        <FieldInput
          key={field.name}
          field={field}
          value={values[field.name]!}
          error={errorOf(field.name)}
          disabled={!mayEdit}
          isSet={field.kind === "secret" ? base[field.name] !== "NONE" : undefined}
          onChange={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {mayEdit ? "Cancel" : "Close"}
        </Button>
        {mayEdit && (
          <Button type="submit" loading={isBusy} disabled={Object.keys(patch).length === 0 || theirs !== null}>
            Save
          </Button>
        )}
      </Group>
    </form>
  );
}

interface ConflictProps {
  readonly fields: readonly Field[];
  readonly mine: FormValues;
  readonly before: FormValues;
  readonly theirs: FormValues;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

/** Somebody else has saved meanwhile: what they changed, beside what is changed here. */
function Conflict({ fields, mine, before, theirs, onKeepMine, onTakeTheirs }: ConflictProps) {
  const differing = fields.filter(({ name }) => theirs[name] !== before[name] || mine[name] !== before[name]);
  return (
    <section className="conflict" role="alert">
      <strong>Somebody else has changed it meanwhile.</strong>
      <table>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Before</th>
            <th scope="col">Theirs</th>
            <th scope="col">Mine</th>
          </tr>
        </thead>
        <tbody>
          {differing.map(({ name, label }) => (
            <tr key={name}>
              <th scope="row">{label}</th>
              <td>{shown(before[name])}</td>
              <td>{shown(theirs[name])}</td>
              <td>{shown(mine[name])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Group gap="xs">
        <Button size="compact-sm" onClick={onKeepMine}>
          Keep my changes
        </Button>
        <Button size="compact-sm" variant="default" onClick={onTakeTheirs}>
          Take theirs
        </Button>
      </Group>
    </section>
  );
}

const shown = (value: string | boolean | undefined): string =>
  typeof value === "boolean" ? (value ? "on" : "off") : (value ?? "") || "–";

interface FieldInputProps {
  readonly field: Field;
  readonly value: string | boolean;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly isSet: boolean | undefined;
  readonly onChange: (value: string | boolean) => void;
}

function FieldInput({ field, value, error, disabled, isSet, onChange }: FieldInputProps) {
  const { label, kind, options = [], about } = field;
  if (kind === "switch")
    return (
      <Switch
        label={label}
        checked={value === true}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
    );
  const common = { label, description: about, error, disabled, size: "xs", value: String(value) } as const;
  if (kind === "select")
    return <NativeSelect {...common} data={[...options]} onChange={(event) => onChange(event.currentTarget.value)} />;
  if (kind === "list" || kind === "pairs")
    return <Textarea {...common} autosize minRows={2} onChange={(event) => onChange(event.currentTarget.value)} />;
  if (kind === "secret")
    return (
      <PasswordInput
        {...common}
        autoComplete="off"
        placeholder={isSet ? "•••••• is set" : "none is set"}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  return (
    <TextInput
      {...common}
      inputMode={kind === "number" ? "numeric" : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
