import { Modal, Switch } from "@mantine/core";

import { changePreferences, usePreferences } from "../look/preferences.ts";
import { useKeyGroups } from "../parts/keys.ts";
import { createOpenState } from "../parts/open-state.ts";

const help = createOpenState();

export const showHelp = help.open;

/** Every key that does something on this page, in one place; and the switch that turns them off. */
export function Help() {
  const opened = help.use();
  const groups = useKeyGroups();
  const { keys } = usePreferences();
  const names = [...new Set(groups.map(({ group }) => group))];
  return (
    <Modal opened={opened} onClose={help.close} title="Keys" lockScroll={false} size="lg">
      <div className="stack">
        <Switch
          label="Single keys do something"
          description="⌘K and Control K always do."
          checked={keys}
          onChange={({ currentTarget }) => changePreferences({ keys: currentTarget.checked })}
        />
        {names.map((name) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl className="keys">
              {groups
                .filter(({ group }) => group === name)
                .flatMap(({ bindings }) => bindings)
                .map((binding) => (
                  <div key={`${binding.keys} ${binding.label}`}>
                    <dt>
                      {binding.keys.split(" ").map((key) => (
                        <kbd key={key}>{key.replace("mod+", "⌘").replace("⌘k", "⌘K")}</kbd>
                      ))}
                    </dt>
                    <dd>{binding.label}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
