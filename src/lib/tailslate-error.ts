/** An error whose message we worded for people: it quotes no foreign text and no secret, so it may be shown as it is. */
export class TailslateError extends Error {}
