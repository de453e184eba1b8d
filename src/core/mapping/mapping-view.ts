import type { Bytes } from '../units/quantity'
import type { Counting } from './tree'

/** A mapping as a person reads it: its loop tree with names, and what each tensor occupies and moves. */
export interface MappingView {
  readonly counting: Counting
  readonly root: BlockView
  /** One entry for each tensor of each Einsum in the tree. */
  readonly tensors: readonly TensorView[]
  /** Buffer that the whole tree needs, in bytes. */
  readonly buffer: Bytes
  readonly traffic: Bytes
  /** Executions of the Einsums at one point each; more than the Einsums have points where something is computed again. */
  readonly operations: number
}

export interface BlockView {
  readonly holdings: readonly HoldingView[]
  readonly children: readonly (LoopView | LeafView)[]
}

/** A tensor that is held while the children `from` to `to` run, both included. */
export interface HoldingView {
  readonly tensor: string
  readonly from: number
  readonly to: number
  /** What it occupies. */
  readonly bytes: Bytes
}

/** `count` iterations over tiles of `tile` values of a rank; the last one is partial if the tile does not divide. */
export interface LoopView {
  readonly kind: 'loop'
  /** Rank variable, or several joined by `·` if the search treats them as one (they occur in the same tensors). */
  readonly rank: string
  readonly count: number
  readonly tile: number
  /** Tensors whose overlap between iterations stays in the buffer. */
  readonly slides: readonly string[]
  /** Of these, the windows that are held over all iterations and at no place below. */
  readonly windows: readonly WindowView[]
  readonly backwards: boolean
  readonly first: BlockView | null
  readonly body: BlockView
  readonly rest: BlockView | null
}

export type WindowView = Pick<HoldingView, 'tensor' | 'bytes'>

export interface LeafView {
  readonly kind: 'einsum'
  readonly einsum: string
}

/** A factor of a figure, with what it stands for: `{ name: 'm', value: 64 }`. */
export interface Factor {
  readonly name: string
  readonly value: number
}

/** What one tensor of one Einsum holds and moves, in bytes. */
export interface TensorView {
  readonly tensor: string
  readonly einsum: string
  readonly role: 'input' | 'output'
  /** Extents of the tile that is held; their product with `bytesPerValue` is the occupancy. */
  readonly tile: readonly Factor[]
  readonly bytesPerValue: number
  readonly occupancy: Bytes
  readonly traffic: Bytes
  /** Traffic over the tensor's own size: 1 if it is moved once, 0 for an intermediate that stays in the buffer. */
  readonly fetches: number
  /** What else its traffic depends on. */
  readonly because: readonly string[]
}
