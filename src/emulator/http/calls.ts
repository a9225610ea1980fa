/** The log of the requests that arrived, and a way to wait for one without sleeping. */
export type Endpoint = "acquire" | "start" | "query" | "stop";

export type LoggedCall = {
  method: string;
  endpoint: Endpoint;
  /** From the path; `null` for acquire and start. */
  sid: string | null;
  /** When it arrived. ISO 8601, UTC. */
  at: string;
  /** The status answered; `null` before the answer, and for ever when there is none. */
  status: number | null;
  /** The JSON body, or `null` where there was none. */
  body: unknown;
};

/** Which call is waited for: the `nth` of this sid, by default the first of any. */
export type CallSelector = { sid?: string; nth?: number };

export type CallLog = {
  calls: readonly LoggedCall[];
  add(call: LoggedCall): void;
  whenCalled: (endpoint: Endpoint, which?: CallSelector) => Promise<LoggedCall>;
};

export function createCallLog(): CallLog {
  const calls: LoggedCall[] = [];
  const waiters = new Set<() => void>();

  return {
    calls,
    add(call) {
      calls.push(call);
      for (const look of waiters) look();
    },
    async whenCalled(endpoint, { sid, nth = 1 } = {}) {
      return new Promise((resolve) => {
        const look = () => {
          const call = calls.filter((each) => each.endpoint === endpoint && (!sid || each.sid === sid))[nth - 1];
          if (!call) return;
          waiters.delete(look);
          resolve(call);
        };
        waiters.add(look);
        look();
      });
    },
  };
}
