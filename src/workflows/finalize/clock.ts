/** The phase, the deadlines, and the times that a message sets. Only this file changes it. */
import { isWaitPhase, type Phase, type WaitPhase } from "../../contract/phases.ts";

/** How long a stop may still take after a force-stop. */
const FORCE_STOP_LIMIT_MS = 30_000;

/** Minimum time between two early looks. */
const EARLY_LOOK_PAUSE_MS = 30_000;

export class Clock {
  #phase: Phase = "stopping";
  #phaseSinceMs = Date.now();
  #forcedAtMs: number | null = null;
  #earlyLookAtMs = Number.NEGATIVE_INFINITY;
  readonly #deadlinesMs = new Map<Phase, number>();

  get phase(): Phase {
    return this.#phase;
  }

  get phaseSinceMs(): number {
    return this.#phaseSinceMs;
  }

  /** The deadline of this phase; `null` where it has none. */
  get deadlineMs(): number | null {
    return this.#deadlinesMs.get(this.#phase) ?? null;
  }

  /** Whether a force-stop is in effect: no failover grace, no waits. */
  get isForced(): boolean {
    return this.#forcedAtMs !== null;
  }

  /** How long a forced stop may still take; `null` where no force-stop is in effect. */
  get forceStopLeftMs(): number | null {
    return this.#forcedAtMs === null ? null : this.#forcedAtMs + FORCE_STOP_LIMIT_MS - Date.now();
  }

  /** Returns whether that is another phase than before. */
  enterPhase(phase: Phase): boolean {
    if (phase === this.#phase) return false;
    this.#phase = phase;
    this.#phaseSinceMs = Date.now();
    return true;
  }

  /** Returns the deadline of a wait. W5 */
  startDeadline(phase: WaitPhase, limitMs: number): number {
    const deadlineMs = this.#deadlinesMs.get(phase) ?? Date.now() + limitMs;
    this.#deadlinesMs.set(phase, deadlineMs);
    return deadlineMs;
  }

  /** Returns whether none was in effect: a second force-stop gives the stop no more time. */
  startForceStop(): boolean {
    if (this.#forcedAtMs !== null) return false;
    this.#forcedAtMs = Date.now();
    return true;
  }

  clearForceStop(): void {
    this.#forcedAtMs = null;
  }

  /** Returns whether a look may come early now. One that is exempt from the pause starts it all the same. */
  startEarlyLook({ isExempt }: { isExempt: boolean }): boolean {
    if (!isExempt && Date.now() - this.#earlyLookAtMs < EARLY_LOOK_PAUSE_MS) return false;
    if (isWaitPhase(this.#phase)) this.#earlyLookAtMs = Date.now();
    return true;
  }
}
