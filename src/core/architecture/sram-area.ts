import { bytes, um2, um2FromMm2, type AreaMm2, type AreaUm2, type Bytes } from '../units/quantity'

/** What converts between a share of the area, an area and bytes of SRAM. */
export interface SramArea {
  /** Die net of I/O. */
  readonly area: AreaUm2
  readonly areaUm2PerByte: AreaUm2
}

export const netArea = ({ die, ioShare }: { readonly die: AreaMm2; readonly ioShare: number }): AreaUm2 =>
  um2(um2FromMm2(die) * (1 - ioShare))

/** Relative error of a few multiplications of doubles: a size that was turned into a share comes back whole. */
const ROUNDING = 4 * Number.EPSILON

/** Whole bytes of SRAM that fit on an area. The one rule by which areas become sizes. */
export function bytesOnArea(area: number, areaUm2PerByte: AreaUm2): Bytes {
  const room = area / areaUm2PerByte
  const nearest = Math.round(room)
  return bytes(Math.abs(room - nearest) <= nearest * ROUNDING ? nearest : Math.floor(room))
}

/** Whole bytes of SRAM on a share of the area, 0 <= share <= 1. */
export const bytesOfShare = ({ area, areaUm2PerByte }: SramArea, share: number): Bytes =>
  bytesOnArea(share * area, areaUm2PerByte)

/** The share of the area that so many bytes take; `bytesOfShare` gives them back. */
export const shareOfBytes = ({ area, areaUm2PerByte }: SramArea, size: number): number =>
  (size * areaUm2PerByte) / area
