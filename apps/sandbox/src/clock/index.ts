export { loadClockState, saveClockState, UnreadableClockState } from "./clock-state-file.ts";
export { startVirtualClock, type VirtualClock } from "./virtual-clock.ts";
