export { type Choice, chooseActions } from "./commands/choose-actions.ts";
export { confirmCycle } from "./commands/confirm-cycle.ts";
export { CHOICE_OUTCOMES, type ChoiceOutcome } from "./commands/plan-choice.ts";
