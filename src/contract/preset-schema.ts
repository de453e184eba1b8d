import * as v from 'valibot'
import { architectureSchema, chipSchema, technologySchema } from './architecture-schema'

/** Shapes of the preset files under `resources/presets`. */
export const workloadIndexSchema = v.array(v.object({ title: v.string(), ids: v.array(v.string()) }))
export const technologiesSchema = v.array(technologySchema)
export const chipsSchema = v.array(chipSchema)

/** An architecture as shipped names its technology; the reader puts that in its place. */
export const architecturesSchema = v.array(
  v.object({
    id: v.string(),
    title: v.string(),
    architecture: v.object({ ...architectureSchema.entries, technology: v.string() }),
  }),
)
