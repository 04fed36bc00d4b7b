import { Button } from "@mantine/core";
import IconCheck from "@tabler/icons-react/icons/IconCheck";
import IconCopy from "@tabler/icons-react/icons/IconCopy";
import { useState } from "react";

const SAID_MS = 2_000;

/** Copies a text and says so; also on plain http, where the browser has no clipboard to offer. */
export function CopyButton({ text, label = "Copy" }: { readonly text: string; readonly label?: string }) {
  const [isDone, setIsDone] = useState(false);
  const copy = async () => {
    await copyText(text);
    setIsDone(true);
    window.setTimeout(() => setIsDone(false), SAID_MS);
  };
  const Icon = isDone ? IconCheck : IconCopy;
  return (
    <Button size="xs" variant="subtle" leftSection={<Icon size={14} aria-hidden />} onClick={() => void copy()}>
      <span aria-live="polite">{isDone ? "Copied" : label}</span>
    </Button>
  );
}

export async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "for-readers";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
