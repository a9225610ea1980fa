/** Messages for people who wrote an input or a configuration that does not match its schema. */
import type { z } from "zod";

/** Option for every such parse: a field that is not there is reported as missing, whatever its type. */
export const missingFieldMessages: { error: z.core.$ZodErrorMap } = {
  error({ input, path }) {
    if (input !== undefined) return undefined;
    return path === undefined || path.length === 0 ? "there is no input" : "is missing";
  },
};

/** Every wrong field on one line, each with its first reason: `field: reason; field: reason`. */
export function describeIssues(error: z.ZodError): string {
  const paths = error.issues.map(({ path }) => path.join("."));
  return error.issues
    .filter((_, index) => paths[index] === "" || paths.indexOf(paths[index] ?? "") === index)
    .map((issue) => {
      const path = issue.path.join(".");
      // A record's issue says only that a key is wrong; the key's own issue says why.
      const message = issue.code === "invalid_key" ? `the name ${issue.issues[0]?.message}` : issue.message;
      return path === "" ? message : `${path}: ${message}`;
    })
    .join("; ")
    .replaceAll(/\s/g, " "); // an unknown key may hold anything
}
