export { faultSchema, type Fault } from "./fault.ts";
export { createFaultSwitches, type FaultStrike, type FaultSwitches } from "./fault-switches.ts";
export { spoilReply } from "./spoil-reply.ts";
