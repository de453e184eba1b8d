import { err, ok, type Fault, type Result } from '../support/result'
import type { AffineTerm, EinsumKind, RankAccess } from './einsum'
import { tokenize, type Token } from './tokens'

/** `A[m, H: 2*p + r]` as written, with the columns (from 0) for an error message. */
export interface ParsedAccess {
  readonly tensor: string
  readonly ranks: readonly RankAccess[]
  readonly column: number
  readonly endColumn: number
}

export interface ParsedEinsum {
  readonly output: ParsedAccess
  /** Every access on the right-hand side, in order, repetitions included. */
  readonly operands: readonly ParsedAccess[]
  readonly kind: EinsumKind
}

/** Carries a fault out of the recursive descent to `parseEinsum`, which turns it into a Result. */
class Refusal extends Error {
  constructor(readonly fault: Fault) {
    super(fault.message)
  }
}

/**
 * Reads one Einsum in the field's notation: `Z[m,n] = A[m,k] * B[k,n]`, `O[m,p] = I[c, H: 2*p + r] * F[m,c,r]`,
 * `P[m,n] = exp(Q[m,n]) / S[m]`. Faults carry a span with columns within `text`.
 *
 * Grammar: einsum = access "=" sum; sum = product {("+"|"-") product}; product = power {("*"|"/") power};
 * power = factor ["^" number]; factor = number | "-" factor | "(" sum ")" | function "(" sum {"," sum} ")" | access.
 */
export function parseEinsum(text: string): Result<ParsedEinsum, Fault> {
  try {
    return ok(new EinsumParser(text).einsum())
  } catch (error) {
    if (error instanceof Refusal) return err(error.fault)
    throw error
  }
}

/** Einsums of real workloads read a handful of tensors of a handful of ranks; searches take far longer than these. */
const MOST_OPERANDS = 256
const MOST_RANKS = 64
const MOST_TERMS = 64
const LARGEST_COEFFICIENT = 2 ** 31

/** Expressions nested deeper than this are no one's algebra, and would overrun the stack. */
const DEEPEST = 100

class EinsumParser {
  private readonly tokens: readonly Token[]
  private next = 0
  private readonly operands: ParsedAccess[] = []
  private pointwise = false
  private depth = 0

  constructor(text: string) {
    this.tokens = tokenize(text)
  }

  einsum(): ParsedEinsum {
    const output = this.access()
    this.expect('=', 'an Einsum is written “output = operands”, as in Z[m,n] = A[m,k] * B[k,n]')
    this.sum()
    if (this.token.kind !== 'end')
      this.refuse('expected an operator or the end', 'join operands with *, +, - or /')
    return {
      output,
      operands: this.operands,
      kind: this.pointwise || this.operands.length < 2 ? 'pointwise' : 'product',
    }
  }

  private sum(): void {
    this.product()
    while (this.take('+') || this.take('-')) {
      this.pointwise = true
      this.product()
    }
  }

  private product(): void {
    this.power()
    for (;;) {
      if (this.take('/')) this.pointwise = true
      else if (!this.take('*') && !this.take('×') && !this.take('·')) return
      this.power()
    }
  }

  private power(): void {
    this.factor()
    if (!this.take('^')) return
    this.pointwise = true
    this.take('-')
    if (this.token.kind !== 'number') this.refuse('expected a number after ^', 'write a power as A[m]^2')
    this.next++
  }

  private factor(): void {
    if (++this.depth > DEEPEST)
      this.refuse(`more than ${DEEPEST} expressions are nested`, 'split the Einsum into several')
    this.factorHere()
    this.depth--
  }

  private factorHere(): void {
    if (this.take('-')) {
      this.pointwise = true
      this.factor()
    } else if (this.token.kind === 'number') {
      this.next++
    } else if (this.take('(')) {
      this.sum()
      this.expect(')', 'close the parenthesis')
    } else if (this.token.kind === 'name' && this.tokens[this.next + 1]?.text === '(') {
      this.pointwise = true
      this.next += 2
      do this.sum()
      while (this.take(','))
      this.expect(')', 'close the parenthesis of the function')
    } else {
      if (this.operands.length === MOST_OPERANDS)
        this.refuse(`more than ${MOST_OPERANDS} operands are read`, 'split the Einsum in several')
      this.operands.push(this.access())
    }
  }

  private access(): ParsedAccess {
    const name = this.token
    if (name.kind !== 'name') this.refuse('expected a tensor', 'name a tensor with its ranks, as in A[m, k]')
    this.next++
    this.expect('[', `give the ranks of ${name.text} in brackets, as in ${name.text}[m, k] ([] for a scalar)`)
    const ranks: RankAccess[] = []
    if (this.token.text !== ']') {
      do {
        if (ranks.length === MOST_RANKS)
          this.refuse(`a tensor has more than ${MOST_RANKS} ranks`, 'join ranks that always occur together')
        ranks.push(this.rankAccess())
      } while (this.take(','))
    }
    const close = this.token
    this.expect(']', 'close the bracket; ranks are separated by commas')
    return { tensor: name.text, ranks, column: name.column, endColumn: close.column + 1 }
  }

  private rankAccess(): RankAccess {
    const first = this.token
    let rank: string | undefined
    if (first.kind === 'name' && this.tokens[this.next + 1]?.text === ':') {
      rank = first.text
      this.next += 2
    }
    const coefficients = new Map<string, number>()
    let offset = 0
    let sign = this.take('-') ? -1 : 1
    for (let count = 0; ; count++) {
      if (count === MOST_TERMS)
        this.refuse(`a rank is indexed by more than ${MOST_TERMS} terms`, 'write a shorter expression')
      const term = this.affineTerm()
      if (term.variable === '') offset += sign * term.coefficient
      else coefficients.set(term.variable, (coefficients.get(term.variable) ?? 0) + sign * term.coefficient)
      if (this.take('+')) sign = 1
      else if (this.take('-')) sign = -1
      else break
    }
    const terms = [...coefficients].map(([variable, coefficient]) => ({ variable, coefficient }))
    if (terms.length === 0)
      this.refuse('a rank is indexed by a constant', 'index it by a rank variable', first)
    const vanished = terms.find((term) => term.coefficient === 0)
    if (vanished) this.refuse(`${vanished.variable} cancels out`, 'leave it out of the expression', first)
    return { rank: rank ?? terms.map((term) => term.variable.toUpperCase()).join('+'), terms, offset }
  }

  /** `m`, `2*m`, `m*2`, or a bare integer (variable `''`). */
  private affineTerm(): AffineTerm {
    const first = this.token
    this.next++
    const second = this.take('*') || this.take('×') || this.take('·') ? this.tokens[this.next++] : undefined
    if (
      this.token.text === '*' ||
      this.token.text === '/' ||
      this.token.text === '^' ||
      this.token.text === '('
    )
      this.notAffine(first)
    const parts = second ? [first, second] : [first]
    const names = parts.filter((part) => part.kind === 'name')
    const numbers = parts.filter((part) => part.kind === 'number')
    if (names.length + numbers.length !== parts.length)
      this.refuse(
        'expected a rank variable',
        'index a rank by a variable or an affine expression such as 2*p + r',
        parts.at(-1),
      )
    if (names.length > 1) this.notAffine(first)
    const value = numbers.reduce((product, number) => product * Number(number.text), 1)
    if (!Number.isInteger(value) || value > LARGEST_COEFFICIENT)
      this.refuse(
        `a coefficient is not a whole number up to ${LARGEST_COEFFICIENT}`,
        'use small whole coefficients',
        first,
      )
    return { variable: names[0]?.text ?? '', coefficient: value }
  }

  private notAffine(at: Token): never {
    this.refuse(
      'the expression is not affine',
      'use sums of whole multiples of rank variables, such as 2*p + r',
      at,
    )
  }

  private get token(): Token {
    return this.tokens[Math.min(this.next, this.tokens.length - 1)]!
  }

  private take(symbol: string): boolean {
    if (this.token.text !== symbol || this.token.kind === 'end') return false
    this.next++
    return true
  }

  private expect(symbol: string, hint: string): void {
    if (!this.take(symbol)) this.refuse(`expected “${symbol}”`, hint)
  }

  private refuse(message: string, hint: string, at: Token = this.token): never {
    const width = Math.max(1, at.text.length)
    throw new Refusal({
      code: 'notation',
      path: '',
      message: `${message}${at.kind === 'end' ? ' before the end' : ''}`,
      hint,
      ...(at.kind === 'end' ? {} : { value: `“${at.text}”` }),
      span: { line: 1, column: at.column + 1, endLine: 1, endColumn: at.column + 1 + width },
    })
  }
}
