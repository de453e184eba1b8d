/**
 * Scores how well typed text matches a label: its letters must occur in order; runs and starts of words score higher.
 * Null for no match.
 */
export function matchOf(typed: string, label: string): number | null {
  const wanted = typed.toLowerCase().replaceAll(/\s+/g, '')
  const text = label.toLowerCase()
  let score = 0
  let at = 0
  let before = -2
  for (const letter of wanted) {
    const found = text.indexOf(letter, at)
    if (found < 0) return null
    const begins = found === 0 || /[\s:/-]/.test(text[found - 1]!)
    score += (found === before + 1 ? 4 : 0) + (begins ? 3 : 0) - Math.min(3, found - at) * 0.2
    before = found
    at = found + 1
  }
  return score - text.length * 0.01
}
