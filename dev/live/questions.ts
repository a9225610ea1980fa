/**
 * What Agora's own pages contradict each other on, or leave out, one row each: the question, how a run answers it, and
 * the reading of what it saw.
 */
import * as readings from "./readings.ts";

type Question = {
  asks: string;
  /** How the run answers it, or why it cannot. */
  answeredBy: string;
  answer: readings.Reading;
};

export const questionIds = [
  "async-stop-body",
  "sync-stop-body",
  "sync-stop-limit",
  "backuped-stop-status",
  "second-stop",
  "query-after-stop",
  "second-start",
  "missing-while-recording",
  "segment-digits",
  "channel-spelling",
  "web-channel-length",
  "region-fence",
  "region-affinity",
  "file-config-omitted",
  "slice-time-unit",
  "web-payload-key",
  "notification-addresses",
  "uploaded-after-backup",
  "progress-order",
  "event-13",
  "late-events",
  "event-3-mode",
  "bad-request-as-throttle",
  "backup-retention",
  "mp4-length",
  "request-limit",
  "concurrency-limit",
  "unsubscribe-spelling",
  "primary-host",
  "standard-codec",
  "standard-playlists",
  "snapshot-interval",
  "snapshot-file-list",
  "resource-expiry",
  "upload-patience",
] as const;

export type QuestionId = (typeof questionIds)[number];

const BY_NOTICES = "the notifications that reached this run, in their order";
const NO_INDIVIDUAL = "not asked: it needs individual mode and users who send";

export const QUESTIONS = {
  "async-stop-body": {
    asks: "What does Agora answer to an async stop?",
    answeredBy: "the stop of the first recording",
    answer: readings.answersTo("stop-async"),
  },
  "sync-stop-body": {
    asks: "What does Agora answer to a sync stop?",
    answeredBy: "the stop of the second recording",
    answer: readings.answersTo("stop-sync"),
  },
  "sync-stop-limit": {
    asks: "Does a sync stop give up after 20 s, and with code 50 or 206?",
    answeredBy: "the stop of the second recording, for which the run waits 90 s",
    answer: readings.syncStopTime,
  },
  "backuped-stop-status": {
    asks: "Which HTTP status has a stop whose files went to the backup: 200 or 206?",
    answeredBy: "the sync stop, if it says backuped or stranded",
    answer: readings.backupedStatus,
  },
  "second-stop": {
    asks: "What is a second stop answered?",
    answeredBy: "the same stop right after each that was accepted",
    answer: readings.answersTo("stop-again"),
  },
  "query-after-stop": {
    asks: "How long is a query answered after the stop?",
    answeredBy: "a query every few seconds, until one has another status than 200",
    answer: readings.queriesAfterStop,
  },
  "second-start": {
    asks: "Does a second start of one resource name the sid?",
    answeredBy: "the first recording's start, sent again",
    answer: readings.answersTo("start-again"),
  },
  "missing-while-recording": {
    asks: "Is a query answered with 404 while the recording goes on?",
    answeredBy: "four queries of each recording before its stop",
    answer: readings.missingWhileRecording,
  },
  "segment-digits": {
    asks: "Has the time in a web segment's name 13 digits or 17?",
    answeredBy: "the names in the bucket",
    answer: readings.segmentDigits,
  },
  "channel-spelling": {
    asks: "Which characters of the channel do file names replace, in which modes?",
    answeredBy: "the names in the bucket; a web recording's channel has an underscore and a comma",
    answer: readings.channelSpelling,
  },
  "web-channel-length": {
    asks: "May a web recording's channel be longer than 128 bytes?",
    answeredBy: "an acquire with 129, which is not started",
    answer: readings.knowsField("acquire-long-channel"),
  },
  "region-fence": {
    asks: "Does acquire know `region`?",
    answeredBy: "an acquire with a region that does not exist",
    answer: readings.knowsField("acquire-region"),
  },
  "region-affinity": {
    asks: "Does acquire know `regionAffinity`?",
    answeredBy: "an acquire with a number out of its range",
    answer: readings.knowsField("acquire-affinity"),
  },
  "file-config-omitted": {
    asks: "May `recordingFileConfig` be left out, and does an MP4 appear that was not asked for?",
    answeredBy: "the second recording's start and its files",
    answer: readings.filesUnasked,
  },
  "slice-time-unit": {
    asks: "Is `sliceStartTime` in seconds or in milliseconds?",
    answeredBy: "the size of the numbers in all answers",
    answer: readings.sliceTimeUnit,
  },
  "web-payload-key": {
    asks: "Is the key in a web stop's answer `payload` or `playload`?",
    answeredBy: "the sync stop of a web recording",
    answer: readings.payloadKey,
  },
  "notification-addresses": {
    asks: "Which path has the list of notification servers, /v1/ncs/ip or /v2/ncs/ip?",
    answeredBy: "a request to each; the lists themselves are not kept",
    answer: readings.answersTo("notification-addresses-v1", "notification-addresses-v2"),
  },
  "uploaded-after-backup": {
    asks: "Does a notification 31 follow a 32?",
    answeredBy: BY_NOTICES,
    answer: readings.uploadedAfterBackup,
  },
  "progress-order": {
    asks: "Does the progress in notification 33 ever fall?",
    answeredBy: BY_NOTICES,
    answer: readings.progressOrder,
  },
  "event-13": {
    asks: "Is there a notification 13 soon after the start?",
    answeredBy: BY_NOTICES,
    answer: readings.eventsSeen(13),
  },
  "late-events": {
    asks: "Do notifications 60, 61, 80, 81, 90 and 1001 still come?",
    answeredBy: BY_NOTICES,
    answer: readings.eventsSeen(60, 61, 80, 81, 90, 1001),
  },
  "event-3-mode": {
    asks: "Which number is which mode in notification 3?",
    answeredBy: BY_NOTICES,
    answer: readings.modeInEvent,
  },
  "bad-request-as-throttle": {
    asks: "Is a 400 without a known code a throttle?",
    answeredBy: "not provoked; a 400 without a code would show here",
    answer: readings.unknownRefusals,
  },
  "backup-retention": {
    asks: "Does the backup keep files for 72 hours or for ten days?",
    answeredBy: "not asked: it takes days and a store that fails",
    answer: readings.notAsked,
  },
  "mp4-length": {
    asks: "Does a new MP4 begin after two hours or after three?",
    answeredBy: "not asked: it takes hours",
    answer: readings.notAsked,
  },
  "request-limit": {
    asks: "Is the limit of 10 requests a second the account's or the App ID's?",
    answeredBy: "not asked: it would hold back your other requests",
    answer: readings.notAsked,
  },
  "concurrency-limit": {
    asks: "How many recordings may run at once?",
    answeredBy: "not asked: it would be billed, and hold back your other recordings",
    answer: readings.notAsked,
  },
  "unsubscribe-spelling": {
    asks: "Is it `unSubscribeAudioUids` or `unsubscribeAudioUids`?",
    answeredBy: "not asked: it needs users who send",
    answer: readings.notAsked,
  },
  "primary-host": {
    asks: "Do both api.agora.io and api.sd-rtn.com serve every region?",
    answeredBy: "not asked: a run uses the first base URL alone; run it once for each",
    answer: readings.notAsked,
  },
  "standard-codec": {
    asks: "Does standard mode write WebM for VP8, for VP9 or for both?",
    answeredBy: NO_INDIVIDUAL,
    answer: readings.notAsked,
  },
  "standard-playlists": {
    asks: "Are there audio and video playlists beside a merged MPD?",
    answeredBy: NO_INDIVIDUAL,
    answer: readings.notAsked,
  },
  "snapshot-interval": {
    asks: "Is the shortest interval of snapshots 5 s or 1 s?",
    answeredBy: NO_INDIVIDUAL,
    answer: readings.notAsked,
  },
  "snapshot-file-list": {
    asks: "Do answers list files when a recording takes snapshots too?",
    answeredBy: NO_INDIVIDUAL,
    answer: readings.notAsked,
  },
  "resource-expiry": {
    asks: "Which status has a stop after `resourceExpiredHour`?",
    answeredBy: "not asked: it takes an hour at least, all of it billed",
    answer: readings.notAsked,
  },
  "upload-patience": {
    asks: "How long does a recorder wait for its uploads?",
    answeredBy: "not asked: it needs a store that fails for hours",
    answer: readings.notAsked,
  },
} satisfies Record<QuestionId, Question>;
