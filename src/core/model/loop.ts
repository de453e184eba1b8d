/** One loop of a nest: over tiles of `tile` values of a rank. */
export interface Loop {
  readonly rank: number
  readonly tile: number
}
