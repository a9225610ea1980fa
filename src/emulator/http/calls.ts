/** The log of the requests that arrived, and a way to wait for one without sleeping. */
export type Endpoint = "acquire" | "start" | "query" | "stop";

export type LoggedCall = {
  method: string;
  endpoint: Endpoint;
  /** From the path; `null` for acquire and start. */
  sid: string | null;
  /** When it arrived. ISO 8601, UTC. */
  at: string;
  /** The status answered; `null` before the answer or without one. */
  status: number | null;
  /** The JSON body, `null` if there was none. */
  body: unknown;
};

/** Selects a call to wait for: the `nth` of this sid, by default the first of any. */
export type CallSelector = { sid?: string; nth?: number };

export type CallLog = {
  calls: readonly LoggedCall[];
  add(call: LoggedCall): void;
  whenCalled: (endpoint: Endpoint, which?: CallSelector) => Promise<LoggedCall>;
};

export function createCallLog(): CallLog {
  const calls: LoggedCall[] = [];
  const listeners = new Set<() => void>();

  return {
    calls,
    add(call) {
      calls.push(call);
      for (const look of listeners) look();
    },
    async whenCalled(endpoint, { sid, nth = 1 } = {}) {
      return new Promise((resolve) => {
        const look = () => {
          const call = calls.filter((each) => each.endpoint === endpoint && (!sid || each.sid === sid))[nth - 1];
          if (!call) return;
          listeners.delete(look);
          resolve(call);
        };
        listeners.add(look);
        look();
      });
    },
  };
}
