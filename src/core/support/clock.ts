/** Milliseconds since some moment: core has no clock of its own. */
export type Clock = () => number

/** For work without a time limit. */
export const STANDS_STILL: Clock = () => 0
