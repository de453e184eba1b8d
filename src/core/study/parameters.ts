import type { Architecture } from '../architecture/architecture'
import { bytesPerSecond, hertz, mm2, um2 } from '../units/quantity'

/** Parameters of an architecture that change throughput. */
export type Parameter = 'die' | 'ioShare' | 'dramBandwidth' | 'clock' | 'areaUm2PerMac' | 'areaUm2PerByte'

export const PARAMETER_TITLES: Readonly<Record<Parameter, string>> = {
  die: 'die',
  ioShare: 'I/O share',
  dramBandwidth: 'DRAM bandwidth',
  clock: 'clock',
  areaUm2PerMac: 'area per MAC',
  areaUm2PerByte: 'area per byte',
}

/** An I/O share must stay below the whole die. */
const MOST_IO = 0.999

/** The architecture with one parameter multiplied. */
export function withParameter(
  architecture: Architecture,
  parameter: Parameter,
  factor: number,
): Architecture {
  const { technology } = architecture
  switch (parameter) {
    case 'die':
      return { ...architecture, die: mm2(architecture.die * factor) }
    case 'ioShare':
      return { ...architecture, ioShare: Math.min(MOST_IO, architecture.ioShare * factor) }
    case 'dramBandwidth':
      return { ...architecture, dramBandwidth: bytesPerSecond(architecture.dramBandwidth * factor) }
    case 'clock':
      return { ...architecture, clock: hertz(architecture.clock * factor) }
    case 'areaUm2PerMac':
    case 'areaUm2PerByte':
      return {
        ...architecture,
        technology: { ...technology, [parameter]: um2(technology[parameter] * factor) },
      }
  }
}
