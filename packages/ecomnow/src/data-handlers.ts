/** Products, refunds, categories, client integrations and the status check, by wire name. */
export const dataHandlers = {};
