/** The results of a request to `/notifications`: the status that Agora gets, and the counter that operators see. */

export const STATUS_BY_RESULT = {
  /** The recording's workflow got it. */
  signalled: 200,
  /** Its workflow got it before. */
  duplicate: 200,
  /** Another product, another event, or the console's health check. */
  ignored: 200,
  /** No workflow runs for it: none was started, or it has ended. A resend would not help. */
  unclaimed: 200,
  /** Not signed with our secret over exactly these bytes. */
  forged: 401,
  /** Signed, but not a notification; or cut off before its end. */
  malformed: 400,
  too_large: 413,
  /** Temporal did not accept the signal. Agora resends what is not answered with 200. */
  failed: 503,
} as const satisfies Record<string, number>;

export type NotificationResult = keyof typeof STATUS_BY_RESULT;

export type Counters = {
  count: (result: NotificationResult) => void;
  /** All counters, zeros included, in Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
  render: () => string;
};

export function createCounters(): Counters {
  const counts = new Map(Object.keys(STATUS_BY_RESULT).map((result) => [result, 0]));
  return {
    count: (result) => void counts.set(result, (counts.get(result) ?? 0) + 1),
    render: () =>
      [
        "# HELP tailslate_notifications_total Requests to /notifications, by what became of them.",
        "# TYPE tailslate_notifications_total counter",
        ...[...counts].map(([result, count]) => `tailslate_notifications_total{result="${result}"} ${count}`),
        "",
      ].join("\n"),
  };
}
