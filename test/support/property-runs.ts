import fc from 'fast-check'

/** Under `npm test -- --quick` a property runs for at most so long. */
const QUICK_MS = 200

if (process.env['PISTE_QUICK'] === '1')
  fc.configureGlobal({ interruptAfterTimeLimit: QUICK_MS, markInterruptAsFailure: false })
