import { assert } from '../support/assert'
import { chainFusion } from './chain-fusion/chain-fusion'
import { loopTrees } from './loop-trees/loop-trees'
import type { Mapper, SearchRequest } from './mapper'
import { retention } from './retention/retention'
import { uniform } from './uniform/uniform'

/** Every mapper; the first that accepts a request is the one for it. */
export const MAPPERS: readonly Mapper[] = [
  loopTrees,
  chainFusion,
  retention,
  uniform,
] as unknown as readonly Mapper[]

export function mapperFor(request: SearchRequest): Mapper {
  const mapper = MAPPERS.find((one) => one.accepts(request))
  assert(mapper !== undefined, 'a request has a mapper')
  return mapper
}

/** The mapper that made an exploration. */
export function mapperNamed(id: string): Mapper {
  const mapper = MAPPERS.find((one) => one.id === id)
  assert(mapper !== undefined, `there is a mapper ${id}`)
  return mapper
}
