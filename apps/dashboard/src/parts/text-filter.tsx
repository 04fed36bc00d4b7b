import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import IconSearch from "@tabler/icons-react/icons/IconSearch";
import { useEffect, useRef, useState } from "react";

import { useKeys } from "./keys.ts";

const TYPING_MS = 200;

interface TextFilterProps {
  readonly label: string;
  readonly placeholder: string;
  /** From the URL. */
  readonly value: string;
  /** A moment after the last letter. */
  readonly onChange: (text: string) => void;
}

/** A filter of one text, as it is typed; `/` goes to it. */
export function TextFilter({ label, placeholder, value, onChange }: TextFilterProps) {
  const [text, setText] = useState(value);
  // Cleared elsewhere; what is being typed is ahead of the address and stays.
  useEffect(() => void (value === "" && setText("")), [value]);
  const field = useRef<HTMLInputElement>(null);
  const tell = useDebouncedCallback(onChange, TYPING_MS);
  useKeys("Everywhere", [{ keys: "/", label: "Filter", run: () => field.current?.focus() }]);
  return (
    <TextInput
      ref={field}
      className="filter-input"
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={<kbd>/</kbd>}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        tell(currentTarget.value.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // The browser would clear the field.
        event.preventDefault();
        event.currentTarget.blur();
      }}
    />
  );
}
