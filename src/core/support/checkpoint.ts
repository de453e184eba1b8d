/**
 * Called now and then by long work. It returns, or throws where nobody wants the result any more; whoever passed it
 * catches that. What it throws must not be caught in between.
 */
export type Checkpoint = () => void

/** The checkpoint of work that is never cancelled. */
export const NEVER_STOPS: Checkpoint = () => undefined

/** Visits between two checks, less one: a mask, so that counting to it costs next to nothing. */
export const CHECK_MASK = 0xfff
