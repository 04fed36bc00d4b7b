export { type Choice, chooseActions } from "./user-audit/choose-actions.ts";
export { confirmCycle } from "./user-audit/findings/cycle.sql.ts";
export { CHOICE_OUTCOMES, type ChoiceOutcome } from "./user-audit/plan-choice.ts";
export { settleMailByHand } from "./user-audit/settle-mail.ts";
