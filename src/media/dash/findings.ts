/** Every check of an MPD: what its failing means, and what was expected. A finding quotes no text of the document. */
export const MPD_CHECKS = {
  /** No document that can be read: empty, too large, not UTF-8, no XML, or another kind of document. */
  "mpd-unreadable": { severity: "error", expected: "a DASH media presentation description in XML" },
  "mpd-without-media": { severity: "error", expected: "at least one file" },
  /** Agora writes plain file names; anything else could point out of the recording. */
  "mpd-uri-refused": { severity: "error", expected: "the plain name of a file beside the MPD" },
  /** ISO/IEC 23009-1, 5.3.9.4.4: an identifier that is unknown, or not closed, or has no value here. */
  "mpd-template-invalid": { severity: "error", expected: "a template that gives a name for each segment" },
  /** 5.3.9.6: the numbers, times and lengths of the segments. */
  "mpd-timeline-invalid": { severity: "error", expected: "a number of segments and their length" },
  "mpd-too-many-files": { severity: "error", expected: "no more files than a recording of days has" },
  /** 5.3.9.2.2: parts of one file, or elements that lie elsewhere (XLink). */
  "mpd-unsupported": { severity: "error", expected: "whole files as segments" },
} as const satisfies Record<string, { severity: "error" | "warning"; expected: string }>;

export type MpdCheck = keyof typeof MPD_CHECKS;

export type MpdFinding = { check: MpdCheck; severity: "error" | "warning"; expected: string; observed: string };

/** A broken document is broken after so many. */
const MAX_FINDINGS = 100;

/** Collects findings, each of them once. */
export class MpdFindings {
  readonly list: MpdFinding[] = [];

  report(check: MpdCheck, observed: string): void {
    const isKnown = this.list.some((finding) => finding.check === check && finding.observed === observed);
    if (!isKnown && this.list.length < MAX_FINDINGS) this.list.push({ check, ...MPD_CHECKS[check], observed });
  }
}
