/** The times of one stream: how far they reach, and the steps between them. Constant in memory. */
import { secondsBetween } from "./transport-stream.ts";

export type StreamTimes = {
  /** The first presentation time stamp, in ticks of 90 kHz. */
  firstTicks: number;
  /** From the first presentation to the earliest and to the latest one: pictures do not come in the order of their times. */
  earliestSeconds: number;
  latestSeconds: number;
  count: number;
  /** The largest time between two that follow each other in decoding order, and at which byte the later one begins. */
  largestStepSeconds: number;
  largestStepAt: number;
  /** The largest step back, and at which byte it comes. */
  largestBackwardSeconds: number;
  backwardStepAt: number;
};

/** Takes the time stamps of a stream in the order of the file: decoding order, which never goes back in a whole stream. */
export class StreamClock {
  #times: StreamTimes | null = null;
  #lastDts = 0;
  /** From the first decoding time to the last one: right across wraps of the 33-bit counter. */
  #elapsed = 0;
  #firstOffset = 0;

  take({ pts, dts, at }: { pts: number; dts: number; at: number }): void {
    if (this.#times === null) {
      this.#times = { ...NO_STEPS, firstTicks: pts };
      this.#firstOffset = secondsBetween(dts, pts);
    } else {
      this.#step(this.#times, secondsBetween(this.#lastDts, dts), at);
    }
    this.#lastDts = dts;
    this.#present(this.#times, this.#elapsed + secondsBetween(dts, pts) - this.#firstOffset);
  }

  get times(): StreamTimes | null {
    return this.#times;
  }

  #step(times: StreamTimes, seconds: number, at: number): void {
    this.#elapsed += seconds;
    if (seconds > times.largestStepSeconds) {
      times.largestStepSeconds = seconds;
      times.largestStepAt = at;
    }
    if (-seconds <= times.largestBackwardSeconds) return;
    times.largestBackwardSeconds = -seconds;
    times.backwardStepAt = at;
  }

  #present(times: StreamTimes, seconds: number): void {
    times.count += 1;
    if (seconds < times.earliestSeconds) times.earliestSeconds = seconds;
    if (seconds > times.latestSeconds) times.latestSeconds = seconds;
  }
}

const NO_STEPS = {
  earliestSeconds: 0,
  latestSeconds: 0,
  count: 0,
  largestStepSeconds: 0,
  largestStepAt: 0,
  largestBackwardSeconds: 0,
  backwardStepAt: 0,
};
