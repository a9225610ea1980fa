/** Lists the workers that poll a task queue, as Temporal knows them. */

/** The part of a connection that describes a queue. */
type PollersConnection = {
  workflowService: {
    describeTaskQueue(request: {
      namespace: string;
      taskQueue: { name: string };
      taskQueueType: number;
    }): Promise<{ pollers?: Poller[] | null }>;
  };
};
type Poller = { identity?: string | null; lastAccessTime?: { seconds?: { toNumber(): number } | null } | null };

export type PolledQueue = { connection: PollersConnection; namespace: string; taskQueue: string };

/** `TASK_QUEUE_TYPE_ACTIVITY` in Temporal's API. */
const ACTIVITY = 2;

/** A poll lasts one minute, but Temporal names a poller for five, even if it has ended. */
const GONE_AFTER_MS = 75_000;

/** The identities of the workers that poll the queue for activities. Throws Temporal's error. */
export async function listPollers({ connection, namespace, taskQueue }: PolledQueue): Promise<string[]> {
  const request = { namespace, taskQueue: { name: taskQueue }, taskQueueType: ACTIVITY };
  const { pollers } = await connection.workflowService.describeTaskQueue(request);
  return (pollers ?? []).flatMap(({ identity, lastAccessTime }) => {
    const seenMs = (lastAccessTime?.seconds?.toNumber() ?? 0) * 1000;
    return identity && Date.now() - seenMs < GONE_AFTER_MS ? [identity] : [];
  });
}
