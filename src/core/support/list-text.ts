const SHOWN = 8

/** Names one after the other, the first few of many: `K, M, N, ... (12 in all)`. */
export function listText(names: readonly string[], separator = ', '): string {
  const shown = names.slice(0, SHOWN).join(separator)
  return names.length > SHOWN ? `${shown}${separator}... (${names.length} in all)` : shown
}

/** So many faults are told at once; whoever corrects them sees the rest. */
export const MOST_FAULTS = 100
