import * as v from 'valibot'

const size = v.unknown()

/** Shape of a workload file; names and numbers are checked against each other by `buildWorkload`. */
export const workloadFileSchema = v.strictObject({
  workload: v.strictObject({
    name: v.optional(v.string()),
    description: v.optional(v.string()),
    source: v.optional(v.string()),
    rank_sizes: v.record(v.string(), size),
    bits_per_value: v.optional(v.record(v.string(), v.unknown())),
    row_reductions: v.optional(v.record(v.string(), v.string())),
    einsums: v.array(
      v.union(
        [
          v.string(),
          v.strictObject({
            name: v.optional(v.string()),
            einsum: v.optional(v.string()),
            tensor_accesses: v.optional(
              v.array(
                v.object({
                  name: v.string(),
                  projection: v.union([v.array(v.string()), v.record(v.string(), v.string())]),
                  output: v.optional(v.boolean()),
                }),
              ),
            ),
            iteration_space_shape: v.optional(v.record(v.string(), size)),
          }),
        ],
        'an Einsum must be text in quotes or an object with name and einsum',
      ),
    ),
  }),
})
