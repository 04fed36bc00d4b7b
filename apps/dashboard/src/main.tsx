import "./client/read-schemas.ts";
import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./look/theme.css";
import "./look/base.css";
import "./look/shell.css";
import "./look/parts.css";
import "./look/table.css";
import "./look/pages.css";
import "./look/areas.css";
import "./look/overview.css";

import { createTheme, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";

import { addressOf } from "./client/address.ts";
import { queries } from "./client/queries.ts";
import { router } from "./routes.tsx";

// A relative icon is asked for anew, and somewhere else, with every change of the address.
document.querySelector<HTMLLinkElement>("link[rel=icon]")!.href = addressOf("favicon.svg");

// Sizes and behaviour only: a colour or a size in a theme of Mantine becomes a <style>, which the policy blocks. Those
// stand in look/theme.css.
const theme = createTheme({
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "xs" } },
    TextInput: { defaultProps: { size: "xs" } },
    PasswordInput: { defaultProps: { size: "xs" } },
    NumberInput: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "xs" } },
    Select: { defaultProps: { size: "xs", withAlignedLabels: true } },
    Switch: { defaultProps: { size: "xs" } },
    Checkbox: { defaultProps: { size: "xs" } },
    Modal: { defaultProps: { lockScroll: false, centered: true, closeButtonProps: { "aria-label": "Close" } } },
    Drawer: { defaultProps: { lockScroll: false, position: "right", closeButtonProps: { "aria-label": "Close" } } },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    ScrollArea: { defaultProps: { viewportProps: { tabIndex: 0, role: "region", "aria-label": "Scrolls" } } },
  },
});

createRoot(document.getElementById("root")!).render(
  <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
    <QueryClientProvider client={queries}>
      <Notifications position="bottom-right" limit={4} />
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>,
);
