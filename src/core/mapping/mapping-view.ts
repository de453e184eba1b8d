import type { Bytes } from '../units/quantity'

/** One loop of a nest: `count` iterations over tiles of `tile` values of a rank (the last one partial if it does not divide). */
export interface LoopView {
  /** Rank variable, or several joined by `·` where the search treats them as one (they occur in the same tensors). */
  readonly rank: string
  readonly count: number
  readonly tile: number
}

/** Where a tensor is kept in the nest, and what that costs. */
export interface TensorView {
  readonly tensor: string
  readonly role: 'input' | 'output'
  /** Loops above the place where its tile is fetched: 0 is outside the whole nest. */
  readonly depth: number
  /** Loops above the tile that is held; greater than `depth` where a window slides over the loops between. */
  readonly holdDepth: number
  /** Whether its last box stays until the next one is there, which fetches only what that lacked. */
  readonly keepsLast: boolean
  /** Extent of the held tile along each rank of the tensor, in values. */
  readonly tileShape: readonly { readonly rank: string; readonly extent: number }[]
  readonly occupancy: Bytes
  readonly traffic: Bytes
  /** Traffic over the tensor's own size: 1 is fetched once. */
  readonly fetches: number
}

/** A mapping as a person reads it: the loop nest, outermost first, and every tensor's place in it. */
export interface MappingView {
  readonly loops: readonly LoopView[]
  readonly tensors: readonly TensorView[]
  readonly buffer: Bytes
  readonly traffic: Bytes
}
