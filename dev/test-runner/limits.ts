/** How long tests may take. */

/** One test: several times what the longest takes on two busy cores. */
export const TEST_LIMIT_MS = 3 * 60_000;

export const FILE_LIMIT_MS = 10 * 60_000;

/** How the line begins that names what took too long. */
export const OVERDUE = "Ended after";
