/** A broken invariant is a bug in Piste, not the user's fault: it throws. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`)
}
