export { loadClockState, saveClockState } from "./clock-state-file.ts";
export { startVirtualClock, type VirtualClock } from "./virtual-clock.ts";
