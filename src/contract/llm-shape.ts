import { isScalar, parseDocument, visit, type Document } from 'yaml'
import { YAML_OPTIONS } from './yaml-text'

/** Prefill: all tokens of a prompt at once. Decode: one new token with the earlier ones in a cache. */
export type Phase = 'prefill' | 'decode'

export interface LlmShape {
  readonly phase: Phase
  /** Sequences at a time: rank B. */
  readonly batch: number
  /** Tokens attended to: rank M in prefill, where there are as many queries as keys, and P in decode. */
  readonly length: number
}

/** Far more than the text of a layer needs; it is read in some tens of milliseconds. */
const LONGEST_LAYER = 16_384

/** In prefill, keys and values are read by the rank that they were written by; in decode they come from a cache. */
const FRESH = /\b(\w+)\[b, M: p\b/g
const CACHED = /\b(\w+)_cache\[b, p\b/g

const sizeOf = (document: Document, rank: string): unknown => document.getIn(['workload', 'rank_sizes', rank])

/** Reads the shape from a workload's text; null unless it is an LLM layer in the presets' notation. */
export function readLlmShape(text: string): LlmShape | null {
  if (text.length > LONGEST_LAYER) return null
  const document = parseDocument(text, YAML_OPTIONS())
  if (document.errors.length > 0) return null
  const [batch, m, p] = ['B', 'M', 'P'].map((rank) => sizeOf(document, rank))
  if (typeof batch !== 'number' || typeof m !== 'number') return null
  if (p === 'M' && text.search(FRESH) >= 0) return { phase: 'prefill', batch, length: m }
  if (m === 1 && typeof p === 'number' && text.search(CACHED) >= 0)
    return { phase: 'decode', batch, length: p }
  return null
}

/** The text with another shape; comments and layout stay. The text must have a shape. */
export function withLlmShape(text: string, { phase, batch, length }: LlmShape): string {
  const document = parseDocument(text, YAML_OPTIONS())
  const set = (rank: string, size: number | string) => document.setIn(['workload', 'rank_sizes', rank], size)
  set('B', batch)
  set('M', phase === 'prefill' ? length : 1)
  set('P', phase === 'prefill' ? 'M' : length)
  visit(document, {
    Scalar: (_, node) => {
      if (!isScalar(node) || typeof node.value !== 'string') return
      node.value =
        phase === 'decode'
          ? node.value.replace(FRESH, '$1_cache[b, p')
          : node.value.replace(CACHED, '$1[b, M: p')
    },
  })
  return document.toString({ lineWidth: 0 })
}

/** A workload's name with its shape, if it has one. The shape is read from the text, so it is never out of date. */
export function workloadTitle(name: string, text: string): string {
  const shape = readLlmShape(text)
  if (shape === null) return name
  const { phase, batch, length } = shape
  return phase === 'prefill'
    ? `${name} (prefill, ${batch} x ${length} tokens)`
    : `${name} (decode, ${batch} x ${length} cached tokens)`
}
