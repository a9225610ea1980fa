/** What messages said. Only this file changes it. */
import type { AgoraNotification } from "../../contract/messages.ts";

/** All that is kept goes with every look: 5,000 names are about a megabyte. */
export const MAX_KEPT_FILES = 5000;
const MAX_KEPT_NOTIFICATIONS = 100;

export class Inbox {
  #cancelled = false;
  #forced = false;
  #sessionEnded = false;
  #unreadable = 0;
  readonly #noticeIds = new Set<string>();
  readonly #notifications: AgoraNotification[] = [];
  #keptFiles = 0;
  #namesCut = false;
  #notStartedAtMs: number | null = null;

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

  /** When a notification said that the web recorder could not start; `null` where none did. */
  get notStartedAtMs(): number | null {
    return this.#notStartedAtMs;
  }

  recordNotStarted(): void {
    this.#notStartedAtMs ??= Date.now();
  }

  /** Whether notifications named more files than are kept. */
  get namesCut(): boolean {
    return this.#namesCut;
  }

  /** Keeps a notification with reduced details. Returns `false` when that is more than is kept, or its list was cut. */
  keepNotification(notification: AgoraNotification): boolean {
    const { files, isCut } = readFileCount(notification.details);
    const isKept = this.#notifications.length < MAX_KEPT_NOTIFICATIONS && this.#keptFiles + files <= MAX_KEPT_FILES;
    if (isKept) {
      this.#notifications.push(notification);
      this.#keptFiles += files;
    }
    this.#namesCut ||= !isKept || isCut;
    return isKept && !isCut;
  }
}

function readFileCount(details: unknown): { files: number; isCut: boolean } {
  if (typeof details !== "object" || details === null) return { files: 0, isCut: false };
  const files = "fileList" in details && Array.isArray(details.fileList) ? details.fileList.length : 0;
  return { files, isCut: "filesCut" in details };
}
