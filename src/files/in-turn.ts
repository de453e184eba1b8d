/** Runs jobs one after the other, each when the one before has ended, well or badly. */
export function inTurn(): <T>(job: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (job) => {
    const turn = last.then(job)
    last = turn.catch(() => undefined)
    return turn
  }
}
