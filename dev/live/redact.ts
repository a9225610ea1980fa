/**
 * Cleans what a transcript may say. Known values become their names, and what looks like an address or an id becomes a
 * placeholder even when it is not known. Numbers, booleans and Agora's words stay.
 */
import type { AgoraRecording } from "../../src/agora/client.ts";
import { TailslateError } from "../../src/lib/tailslate-error.ts";
import type { Evidence } from "./evidence.ts";
import type { LiveSettings } from "./settings.ts";

export type Redact = (value: unknown) => unknown;

type Secret = { value: string; name: string };

const URL_LIKE = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi;
const IP_LIKE = /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g;
/** A file's name has a dot too, but one of these endings. */
const HOST_LIKE = /\b(?:[a-z0-9-]+\.)+(?!(?:m3u8|ts|mp4|mpd|webm|jpg|mp3)\b)[a-z]{2,}\b(?::\d+)?/gi;
/** In names of files. */
const USER_LIKE = /__uid_s_.*?__uid_e/g;
/** Longer than a word, and no time of 17 digits. */
const ID_LIKE = /(?<![A-Za-z0-9])(?!\d{1,17}(?![A-Za-z0-9]))(?=[A-Za-z]*\d)[A-Za-z0-9]{16,}(?![A-Za-z0-9])/g;

export function createRedact(settings: LiveSettings, evidence: Evidence): Redact {
  const secrets = knownSecrets(settings, evidence);
  const known = secrets.map(({ value, name }) => ({ pattern: patternOf(value), name }));

  function redactText(text: string): string {
    let clean = text;
    for (const { pattern, name } of known) clean = clean.replace(pattern, `<${name}>`);
    return clean
      .replace(USER_LIKE, "__uid_s_<uid>__uid_e")
      .replace(URL_LIKE, "<url>")
      .replace(IP_LIKE, "<ip>")
      .replace(HOST_LIKE, "<host>")
      .replace(ID_LIKE, "<id>");
  }

  function redact(value: unknown): unknown {
    if (typeof value === "string") return redactText(value);
    if (typeof value === "number") return secrets.some((secret) => secret.value === String(value)) ? "<number>" : value;
    if (Array.isArray(value)) return value.map(redact);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [redactText(name), redactField(name, inner)]),
    );
  }

  /** An id of Agora's that is not this run's is of no use, however it looks. */
  function redactField(name: string, value: unknown): unknown {
    if (isUser(name, value)) return "<uid>";
    const clean = redact(value);
    const isOwn = secrets.some((secret) => clean === `<${secret.name}>`);
    return IDENTITIES.has(name) && typeof clean === "string" && !isOwn ? "<other>" : clean;
  }

  return redact;
}

const IDENTITIES = new Set(["cname", "sid", "resourceId"]);

/** A uid belongs to a user of the channel, or to the recorder; only 0, which is a mix, is no one's. */
function isUser(name: string, value: unknown): boolean {
  return (
    /uid$/i.test(name) && ((typeof value === "string" && value !== "0") || (typeof value === "number" && value !== 0))
  );
}

/** The last look before a transcript is written: fails when it holds one of the values after all. */
export function assertClean(text: string, settings: LiveSettings, evidence: Evidence): void {
  const leaked = knownSecrets(settings, evidence).find(
    ({ name, value }) => CONFIDENTIAL.has(name) && value.length >= SAFE_LENGTH && text.includes(value),
  );
  if (leaked !== undefined) throw new TailslateError(`Cannot write the transcript: it would hold the ${leaked.name}`);
}

/** Longest first: a short one may be a part of a long one. */
function knownSecrets(settings: LiveSettings, { recordings, prefix, storageKeys }: Evidence): Secret[] {
  const { appId, account, store, subject, notices } = settings;
  const keys = Object.values({ ...store, limits: undefined }).filter((value) => typeof value === "string");
  const places = [String(store.endpoint), URL.parse(String(store.endpoint))?.hostname ?? "", ...account.baseUrls];
  const hosts = account.baseUrls.map((address) => URL.parse(address)?.host ?? "");
  const { customerId, customerSecret } = account.currentCredentials?.() ?? account;
  const named: [string, string[]][] = [
    [
      "credential",
      [customerId, customerSecret, account.customerId, account.customerSecret, ...(notices?.secrets() ?? [])],
    ],
    ["token", subject.mode === "mix" && subject.token !== undefined ? [subject.token] : []],
    ["app", [appId]],
    ["channel", subject.mode === "mix" ? [subject.cname] : []],
    ["page", subject.mode === "web" ? [subject.url] : []],
    ["bucket", [store.bucket]],
    ["prefix", [prefix.join("/")]],
    ["store", Object.values(storageKeys)],
    ["store", keys.filter((value) => !PLAIN_WORDS.has(value) && value !== store.bucket)],
    ["address", [...places, ...hosts]],
    ...Object.values(recordings).flatMap(identify),
  ];
  return named
    .flatMap(([name, values]) => values.map((value) => ({ name, value })))
    .filter(({ value }) => value !== "")
    .toSorted((a, b) => b.value.length - a.value.length);
}

/** Names of values that open something. */
const CONFIDENTIAL = new Set(["credential", "token", "app", "store"]);

/** A shorter value may be an ordinary word, so it is replaced only where it is a whole word. */
const SAFE_LENGTH = 8;

/** Settings of a store that are no one's secret. */
const PLAIN_WORDS = new Set(["path", "virtual", "bound"]);

function identify({ resourceId, sid, cname, uid }: AgoraRecording): [string, string[]][] {
  return [
    ["resource", [resourceId]],
    ["sid", [sid]],
    ["channel", [cname]],
    ["recorder", [uid]],
  ];
}

/** Finds a value however names and addresses write it: special characters as themselves, as `-`, or encoded. */
function patternOf(value: string): RegExp {
  const spelled = value.replaceAll(/[^A-Za-z0-9]/gu, (character) => {
    const encoded = encodeURIComponent(character).replaceAll(/[^A-Za-z0-9%]/g, escapeCharacter);
    return `(?:${escapeCharacter(character)}|-|${encoded})`;
  });
  const isWord = value.length < SAFE_LENGTH || /^\d+$/.test(value);
  return new RegExp(isWord ? `(?<![A-Za-z0-9])${spelled}(?![A-Za-z0-9])` : spelled, "giu");
}

function escapeCharacter(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16) ?? "2d"}}`;
}
