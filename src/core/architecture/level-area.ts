import { bytesOfShare, netArea, shareOfBytes, type SramArea } from './sram-area'
import {
  bytesPerSecond,
  um2,
  um2FromMm2,
  type AreaUm2,
  type Bytes,
  type BytesPerSecond,
} from '../units/quantity'
import type { Architecture, MemoryLevel } from './architecture'

/** One part of the die, as it is drawn. */
export interface AreaPart {
  readonly name: string
  readonly kind: 'io' | 'level' | 'macs'
  readonly area: AreaUm2
}

/** Area of an architecture's own parts: I/O, each level at its capacity, and the PE array. */
export function areaParts({ die, ioShare, technology, levels, peArray }: Architecture): readonly AreaPart[] {
  return [
    { name: 'I/O', kind: 'io', area: um2(um2FromMm2(die) * ioShare) },
    ...levels.map(({ name, capacity }): AreaPart => ({
      name,
      kind: 'level',
      area: um2(capacity * technology.areaUm2PerByte),
    })),
    { name: 'PE array', kind: 'macs', area: um2(peArray.rows * peArray.columns * technology.areaUm2PerMac) },
  ]
}

/** Area that the parts leave free; negative if they do not fit. */
export const areaLeft = (architecture: Architecture): AreaUm2 =>
  um2(um2FromMm2(architecture.die) - areaParts(architecture).reduce((sum, { area }) => sum + area, 0))

const sramArea = (architecture: Architecture): SramArea => ({
  area: netArea(architecture),
  areaUm2PerByte: architecture.technology.areaUm2PerByte,
})

/** Capacity of a level that takes a share of the area net of I/O. */
export const capacityOfShare = (architecture: Architecture, share: number): Bytes =>
  bytesOfShare(sramArea(architecture), share)

export const shareOfCapacity = (architecture: Architecture, capacity: number): number =>
  shareOfBytes(sramArea(architecture), capacity)

/** What a level's ports can move per second at the clock; null if their width is not given. */
export const portBandwidth = (
  { portBits, ports }: MemoryLevel,
  { clock }: Architecture,
): BytesPerSecond | null => (portBits === null ? null : bytesPerSecond((ports * portBits * clock) / 8))
