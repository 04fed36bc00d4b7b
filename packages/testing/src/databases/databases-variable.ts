/** Carries what the keeper started from jest to the test files. */
export const DATABASES_VARIABLE = "DRUMLINE_TEST_DATABASES";
