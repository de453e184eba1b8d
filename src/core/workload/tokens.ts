/** A token of the Einsum notation; `column` counts from 0 within the text. */
export interface Token {
  readonly kind: 'name' | 'number' | 'symbol' | 'unknown' | 'end'
  readonly text: string
  readonly column: number
}

const PATTERN = /\s*(?:([A-Za-z_][A-Za-z0-9_']*)|(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([[\](),:=+\-*/^×·])|(\S))/gy

/** Splits the notation into tokens; the last one is `end`. Never fails: an unknown character is an `unknown` token. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  PATTERN.lastIndex = 0
  for (let match = PATTERN.exec(text); match; match = PATTERN.exec(text)) {
    const [whole, name, number, symbol, unknown] = match
    const found = name ?? number ?? symbol ?? unknown ?? ''
    tokens.push({
      kind: name ? 'name' : number ? 'number' : symbol ? 'symbol' : 'unknown',
      text: found,
      column: match.index + whole.length - found.length,
    })
  }
  tokens.push({ kind: 'end', text: '', column: text.trimEnd().length })
  return tokens
}
