/**
 * Loaded before each test file on Deno, whose `node:test` swallows an error that no test is waiting for: one at the top
 * level of the file, or from a timer or a promise that was left behind. On Node and Bun such an error fails the run.
 */
import process from "node:process";

declare function addEventListener(
  type: "error" | "unhandledrejection",
  listener: (event: { error?: unknown; reason?: unknown }) => void,
): void;

// Deno's own events: the ones of `process` do not come while `node:test` listens.
addEventListener("error", ({ error }) => end(error));
addEventListener("unhandledrejection", ({ reason }) => end(reason));

function end(error: unknown): never {
  console.error("Uncaught", error);
  process.exit(1);
}
