import * as v from 'valibot'
import { architectureSchema, chipSchema, technologySchema } from './architecture-schema'

/** Shapes of the preset files under `resources/presets`. */
export const workloadIndexSchema = v.array(v.object({ title: v.string(), ids: v.array(v.string()) }))
export const technologiesSchema = v.array(technologySchema)
export const chipsSchema = v.array(chipSchema)

/** A shipped architecture names its technology; the reader replaces the name by the technology. */
export const architecturesSchema = v.array(
  v.object({
    id: v.string(),
    title: v.string(),
    architecture: v.object({ ...architectureSchema.entries, technology: v.string() }),
  }),
)
