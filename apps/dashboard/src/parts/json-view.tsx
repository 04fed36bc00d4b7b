import { CopyButton } from "./copy-button.tsx";

/** A value as JSON, indented, to be scrolled and copied. */
export function JsonView({ value, label = "JSON" }: { readonly value: unknown; readonly label?: string }) {
  const text = JSON.stringify(value, null, 2) ?? "undefined";
  return (
    <div className="json-view">
      <div className="json-copy">
        <CopyButton text={text} />
      </div>
      <pre tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
    </div>
  );
}
