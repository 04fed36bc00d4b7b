import { Button, Menu, Modal, TextInput } from "@mantine/core";
import IconBookmark from "@tabler/icons-react/icons/IconBookmark";
import { type FormEvent, useState } from "react";

import type { Kept } from "../look/kept.ts";
import { showDone } from "./toasts.tsx";
import { addView, isSameView, LONGEST_NAME, toViewSearch, type View, type ViewSearch } from "./views.ts";

interface SavedViewsProps {
  /** From `keepViews`, one for each page. */
  readonly kept: Kept<readonly View[]>;
  /** What the address holds now. */
  readonly search: Readonly<Record<string, unknown>>;
  readonly onOpen: (search: ViewSearch) => void;
}

/** Filters by a name, in this browser: to be gone to, kept and forgotten. */
export function SavedViews({ kept, search, onOpen }: SavedViewsProps) {
  const views = kept.use();
  const [isNaming, setIsNaming] = useState(false);
  const shown = toViewSearch(search);
  const current = views.find((view) => isSameView(view.search, shown));
  const forget = ({ name }: View) => {
    const before = kept.get();
    kept.set(before.filter((view) => view.name !== name));
    showDone(`The view ${name} is forgotten`, async () => kept.set(before));
  };
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={14} aria-hidden />}>
            {current?.name ?? "Views"}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.length === 0 && <Menu.Label>A filter that is kept by a name appears here.</Menu.Label>}
          {views.map((view) => (
            <Menu.Item key={view.name} onClick={() => onOpen(view.search)}>
              {view.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          {current === undefined ? (
            <Menu.Item disabled={Object.keys(shown).length === 0} onClick={() => setIsNaming(true)}>
              Keep this filter…
            </Menu.Item>
          ) : (
            <Menu.Item onClick={() => forget(current)}>Forget {current.name}</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isNaming} onClose={() => setIsNaming(false)} title="Keep this filter">
        <NameForm
          onName={(name) => {
            kept.set(addView(kept.get(), { name, search: shown }));
            setIsNaming(false);
          }}
        />
      </Modal>
    </>
  );
}

function NameForm({ onName }: { readonly onName: (name: string) => void }) {
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") onName(name.trim());
  };
  return (
    <form className="stack" onSubmit={submit}>
      <TextInput
        label="Name"
        description="Kept by this browser; one of the same name is replaced."
        required
        maxLength={LONGEST_NAME}
        data-autofocus
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <div>
        <Button type="submit" disabled={name.trim() === ""}>
          Keep it
        </Button>
      </div>
    </form>
  );
}
