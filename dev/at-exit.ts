/**
 * Cleaning up when this process ends, however it ends: normally, by an error, by Ctrl-C or by SIGTERM.
 *
 * A signal is taken only while there is something to clean, and only to its default end: where somebody else listens for
 * it (a worker that drains), that listener decides when to exit, and the cleanups run then.
 */
import process from "node:process";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const cleanups = new Set<() => void>();

/** Runs `cleanup`, which must not wait for anything, when the process ends. Returns what takes it back. */
export function atExit(cleanup: () => void): () => void {
  if (cleanups.size === 0) {
    process.on("exit", cleanAll);
    for (const signal of SIGNALS) process.on(signal, end);
  }
  cleanups.add(cleanup);
  return () => {
    cleanups.delete(cleanup);
    if (cleanups.size === 0) stopListening();
  };
}

function cleanAll() {
  for (const cleanup of cleanups) cleanup();
  cleanups.clear();
}

function end(signal: NodeJS.Signals) {
  if (process.listenerCount(signal) > 1) return;
  cleanAll();
  stopListening();
  process.kill(process.pid, signal);
}

function stopListening() {
  process.off("exit", cleanAll);
  for (const signal of SIGNALS) process.off(signal, end);
}
