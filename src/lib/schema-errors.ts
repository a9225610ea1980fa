/** What is wrong with a value that people wrote, in words for them. */
import type { z } from "zod";

/** For every parse of what people wrote: a field that is not there is missing, whatever it should have been. */
export const missingFieldMessages: { error: z.core.$ZodErrorMap } = {
  error({ input, path }) {
    if (input !== undefined) return undefined;
    return path === undefined || path.length === 0 ? "there is no input" : "is missing";
  },
};

/** Every field that is wrong on one line, each with its first reason: `field: reason; field: reason`. */
export function describeIssues(error: z.ZodError): string {
  const paths = error.issues.map(({ path }) => path.join("."));
  return error.issues
    .filter((_, index) => paths[index] === "" || paths.indexOf(paths[index] ?? "") === index)
    .map((issue) => {
      const path = issue.path.join(".");
      // A record says only that a key is wrong, the key's own issue why.
      const message = issue.code === "invalid_key" ? `the name ${issue.issues[0]?.message}` : issue.message;
      return path === "" ? message : `${path}: ${message}`;
    })
    .join("; ")
    .replaceAll(/\s/g, " "); // an unknown key may hold anything
}
