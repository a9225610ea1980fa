/** What messages said. Only this file changes it. */
import type { AgoraNotification } from "../../contract/messages.ts";

export class Inbox {
  #cancelled = false;
  #forced = false;
  #sessionEnded = false;
  #unreadable = 0;
  readonly #noticeIds = new Set<string>();
  readonly #notifications: AgoraNotification[] = [];

  /** The signal `cancel` came. Temporal's own cancellation is the root scope's. */
  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** A force-stop came at any time; callers see it in the result. */
  get forced(): boolean {
    return this.#forced;
  }

  /** A notification said that the session has ended. */
  get sessionEnded(): boolean {
    return this.#sessionEnded;
  }

  /** Notifications that may name files. */
  get notifications(): AgoraNotification[] {
    return [...this.#notifications];
  }

  /** How many notifications could not be read. */
  get unreadable(): number {
    return this.#unreadable;
  }

  recordCancel(): void {
    this.#cancelled = true;
  }

  recordForceStop(): void {
    this.#forced = true;
  }

  recordSessionEnd(): void {
    this.#sessionEnded = true;
  }

  /** Returns how many there are now. */
  recordUnreadable(): number {
    this.#unreadable += 1;
    return this.#unreadable;
  }

  /** Returns whether the notice is new: Agora may send one twice. */
  recordNotice(noticeId: string): boolean {
    if (this.#noticeIds.has(noticeId)) return false;
    this.#noticeIds.add(noticeId);
    return true;
  }

  keepNotification(notification: AgoraNotification): void {
    this.#notifications.push(notification);
  }
}
