/** The times of one stream: how far they reach, and the steps between them. Constant in memory. */
import { secondsBetween } from "./transport-stream.ts";

export type StreamTimes = {
  /** The first presentation time stamp, in ticks of 90 kHz. */
  firstTicks: number;
  /** The latest presentation time stamp, in ticks. */
  lastTicks: number;
  /** From the first presentation to the earliest and to the latest one: pictures do not come in the order of their times. */
  earliestSeconds: number;
  latestSeconds: number;
  count: number;
  /** The largest time between two that follow each other in decoding order, and at which byte the later one begins. */
  largestStepSeconds: number;
  largestStepAt: number;
  /** How often the time steps back, the largest such step, and at which byte it comes. */
  backwardSteps: number;
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
      this.#times = { ...NO_STEPS, firstTicks: pts, lastTicks: pts };
      this.#firstOffset = secondsBetween(dts, pts);
    } else {
      this.#step(this.#times, secondsBetween(this.#lastDts, dts), at);
    }
    this.#lastDts = dts;
    this.#present(this.#times, { pts, seconds: this.#elapsed + secondsBetween(dts, pts) - this.#firstOffset });
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
    if (seconds >= 0) return;
    times.backwardSteps += 1;
    if (-seconds <= times.largestBackwardSeconds) return;
    times.largestBackwardSeconds = -seconds;
    times.backwardStepAt = at;
  }

  #present(times: StreamTimes, { pts, seconds }: { pts: number; seconds: number }): void {
    times.count += 1;
    if (seconds < times.earliestSeconds) times.earliestSeconds = seconds;
    if (seconds < times.latestSeconds) return;
    times.latestSeconds = seconds;
    times.lastTicks = pts;
  }
}

const NO_STEPS = {
  earliestSeconds: 0,
  latestSeconds: 0,
  count: 0,
  largestStepSeconds: 0,
  largestStepAt: 0,
  backwardSteps: 0,
  largestBackwardSeconds: 0,
  backwardStepAt: 0,
};
