import { isReserved } from '../../support/look-up'

/** Last parts that exporters put behind every name. */
const NOISE = /_output_\d+$/

/**
 * Names of values as identifiers, each unique: `/layer1/layer1.0/conv1/Conv_output_0` -> `layer1_0_conv1`. The same value
 * always gets the same name.
 */
export function uniqueNames(): (value: string) => string {
  const known = new Map<string, string>()
  const taken = new Set<string>()
  return (value) => {
    const before = known.get(value)
    if (before !== undefined) return before
    const parts = value.replace(NOISE, '').split('/').filter(Boolean)
    // Paths repeat their beginning in each part, and end with the operator's name.
    const own = parts.length > 2 ? parts.slice(-3, -1) : parts.slice(-2)
    const [outer, inner] = own
    const path = inner !== undefined && outer !== undefined && inner.startsWith(outer) ? inner : own.join('_')
    const plain = path.replaceAll(/\W+/g, '_').replaceAll(/^_+|_+$/g, '') || 'T'
    const base = /^\d/.test(plain) ? `T${plain}` : plain
    let name = base
    for (let i = 2; taken.has(name) || isReserved(name); i++) name = `${base}_${i}`
    taken.add(name)
    known.set(value, name)
    return name
  }
}
