/**
 * The least bits of three operands that take part in a share of a product's operations, 0 to 1 (docs/model.md, section 9,
 * Eq. 41). `large`, `middle` and `small` are the bits of the whole operands; each is spanned by two of three groups of
 * ranks.
 */
export function leastFaces(large: number, middle: number, small: number, share: number): number {
  if (share * large * large <= middle * small) return 3 * Math.cbrt(large * middle * small * share * share)
  return large * share + leastSides(middle, small, share)
}

/**
 * The least bits of rows and columns that span a share of a rectangle, 0 to 1 (docs/model.md, section 9, Eq. 43). `rows`
 * and `columns` are the bits of all of them.
 */
export function leastSides(rows: number, columns: number, share: number): number {
  const [large, small] = rows > columns ? [rows, columns] : [columns, rows]
  return large * share <= small ? 2 * Math.sqrt(large * small * share) : large * share + small
}

/** Independent copies that share a buffer: whole copies first, as what a copy needs grows ever less with its share. */
export const wholeCopiesFirst =
  (perCopy: number, some: (share: number) => number) =>
  (count: number): number => {
    const whole = Math.floor(count / perCopy)
    return whole * some(1) + (count > whole * perCopy ? some(count / perCopy - whole) : 0)
  }
