/** Carries what the keeper started from jest to the test files. */
export const STORES_VARIABLE = "DRUMLINE_TEST_STORES";
