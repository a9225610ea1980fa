/** What a later verification can find changed: the stable, public id and what it says to people, as docs/levels.md prints it. */
export const CHANGES = {
  "manifest-edited": "The manifest is not the one that was written. Nothing further is checked.",
  "side-file-missing": "The manifest's side file is gone. Nothing further is checked.",
  "side-file-edited": "The side file is not the one that was written. Nothing further is checked.",
  missing: "A file is gone.",
  resized: "A file has another size.",
  replaced: "A file has the same size and another ETag.",
  rewritten: "A file has the same bytes, and was written at another time.",
  added: "A file of this recording is there that was not there.",
} as const satisfies Record<string, string>;

export type ChangeKind = keyof typeof CHANGES;
