import { useMantineColorScheme } from "@mantine/core";

/** Light, dark, or as the system. Mantine would halt transitions meanwhile by a <style>, which the policy blocks. */
export const useScheme = () => useMantineColorScheme({ keepTransitions: true });
