/**
 * Maps a list with a bounded number of concurrent calls; the results have the order of the list.
 * Rejects with the first error, and starts no call after it.
 */
export async function mapConcurrently<Item, Answer>(
  items: readonly Item[],
  { limit, work }: { limit: number; work: (item: Item) => Promise<Answer> },
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const queue = items.entries();
  let failed = false;

  async function worker(): Promise<void> {
    // One iterator for all workers: each takes the next item.
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        answers[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }

  await Promise.all(Array.from({ length: limit }, worker));
  return answers;
}
