import { lookUp } from '../../support/look-up'
import { err, ok, type Fault, type Result } from '../../support/result'
import type { Block } from './block'

type Config = Readonly<Record<string, unknown>>

/** Collects the faults of a config, field by field. */
class Fields {
  readonly faults: Fault[] = []

  constructor(private readonly config: Config) {}

  /** A whole number above 0 from the first field that is present; `otherwise` if none is. */
  count(names: readonly string[], otherwise?: number): number {
    const name = names.find((candidate) => (lookUp(this.config, candidate) ?? null) !== null)
    if (name === undefined) {
      if (otherwise !== undefined) return otherwise
      this.faults.push({
        code: 'missing-field',
        path: names[0]!,
        message: `The config has no ${names.join(' or ')}`,
        hint: 'take the config.json that was published with the model',
      })
      return 1
    }
    const value = lookUp(this.config, name)
    if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 2 ** 31) return value
    this.refuse(name, `The config's ${name} is no size`, value, 'write a whole number above 0')
    return 1
  }

  text(name: string): string {
    const value = lookUp(this.config, name) ?? ''
    if (typeof value === 'string') return value
    this.refuse(name, `The config's ${name} is no text`, value, 'write it in quotes')
    return ''
  }

  /** One of the names of a table, and what it stands for; `otherwise` where the config says nothing. */
  oneOf<T>(names: readonly string[], table: Readonly<Record<string, T>>, otherwise: T): T {
    const name = names.find((candidate) => this.text(candidate) !== '')
    if (name === undefined) return otherwise
    const found = lookUp(table, this.text(name))
    if (found === undefined)
      this.refuse(
        name,
        `The config's ${name} is not known`,
        this.text(name),
        `known are ${Object.keys(table).join(', ')}`,
      )
    return found ?? otherwise
  }

  /** A name that stands as a function in an Einsum. */
  functionName(name: string): string {
    const value = this.text(name)
    if (/^\w{0,40}$/.test(value)) return value
    this.refuse(name, `The config's ${name} is no name of a function`, value, 'write a name such as silu')
    return ''
  }

  private refuse(path: string, message: string, value: unknown, hint: string): void {
    const found = JSON.stringify(value)?.slice(0, 80) ?? 'undefined'
    this.faults.push({ code: 'wrong-field', path, message, value: found, hint })
  }
}

type Family = (fields: Fields) => Omit<Block, 'name' | 'bits' | 'window'>

const ROPE = { gated: true, norm: 'RMS norm', experts: null, decodes: true } as const
const CLASSIC = { gated: false, norm: 'layer norm', experts: null } as const

/** Sizes by the names that most families give them. */
function common(fields: Fields) {
  const hidden = fields.count(['hidden_size'])
  const heads = fields.count(['num_attention_heads'])
  return {
    hidden,
    heads,
    keyHeads: fields.count(['num_key_value_heads'], heads),
    headWidth: fields.count(['head_dim'], hidden / heads),
    feedForward: fields.count(['intermediate_size']),
    activation: activationOf(fields.functionName('hidden_act')),
    blocks: fields.count(['num_hidden_layers']),
    longest: fields.count(['max_position_embeddings'], 2048),
  }
}

const activationOf = (name: string): string => (name.startsWith('gelu') ? 'gelu' : name || 'silu')

const dense: Family = (fields) => ({ ...common(fields), ...ROPE })

const withExperts =
  (count: readonly string[], width: readonly string[]): Family =>
  (fields) => ({
    ...common(fields),
    ...ROPE,
    feedForward: fields.count(width),
    experts: { count: fields.count(count), perToken: fields.count(['num_experts_per_tok']) },
  })

const encoder: Family = (fields) => ({ ...common(fields), ...CLASSIC, decodes: false })

const FAMILIES: Readonly<Record<string, Family>> = {
  llama: dense,
  mistral: dense,
  qwen2: dense,
  qwen3: dense,
  phi3: dense,
  gemma: dense,
  gemma2: dense,
  mixtral: withExperts(['num_local_experts'], ['intermediate_size']),
  qwen3_moe: withExperts(['num_experts'], ['moe_intermediate_size']),
  gpt2: (fields) => {
    const hidden = fields.count(['n_embd'])
    const heads = fields.count(['n_head'])
    return {
      ...CLASSIC,
      hidden,
      heads,
      keyHeads: heads,
      headWidth: hidden / heads,
      feedForward: fields.count(['n_inner'], 4 * hidden),
      activation: 'gelu',
      blocks: fields.count(['n_layer']),
      longest: fields.count(['n_positions', 'n_ctx'], 1024),
      decodes: true,
    }
  },
  gpt_neox: (fields) => ({ ...common(fields), ...CLASSIC, decodes: true }),
  bert: encoder,
  roberta: encoder,
  vit: (fields) => ({ ...common(fields), ...CLASSIC, longest: imageTokens(fields), decodes: false }),
}

/** Patches of an image, and the class token. */
function imageTokens(fields: Fields): number {
  const [image, patch] = [fields.count(['image_size'], 224), fields.count(['patch_size'], 16)]
  return Math.floor(image / patch) ** 2 + 1
}

const WIDTHS: Readonly<Record<string, number>> = {
  float64: 64,
  float32: 32,
  float16: 16,
  bfloat16: 16,
  float8: 8,
  float8_e4m3fn: 8,
  float8_e5m2: 8,
  int8: 8,
  uint8: 8,
}

/** The block that a config describes; undefined if it is not the config of a model. */
export function blockOfConfig(content: unknown): Result<Block> | undefined {
  if (typeof content !== 'object' || content === null || !('model_type' in content)) return undefined
  const config = content as Config
  const { model_type: type } = config
  const family = typeof type === 'string' ? lookUp(FAMILIES, type) : undefined
  if (family === undefined)
    return err([
      {
        code: 'unknown-family',
        path: 'model_type',
        message: 'This family of models is not known',
        value: String(type).slice(0, 80),
        hint: `known are ${Object.keys(FAMILIES).join(', ')}; write the block's Einsums by hand, or export the model to ONNX`,
      },
    ])
  const fields = new Fields(config)
  const sizes = family(fields)
  // Qwen2 gives a window and says apart whether it is used.
  const slides =
    (lookUp(config, 'sliding_window') ?? null) !== null && lookUp(config, 'use_sliding_window') !== false
  const window = slides ? fields.count(['sliding_window']) : null
  const label = fields.text('_name_or_path').split('/').filter(Boolean).at(-1)
  const bits = fields.oneOf(['torch_dtype', 'dtype'], WIDTHS, 16)
  const faults = [...fields.faults, ...divisions(sizes)]
  if (faults.length > 0) return err(faults)
  return ok({ ...sizes, name: label ?? `${String(type)} ${sizes.hidden}`, bits, window })
}

function divisions({ hidden, heads, keyHeads, headWidth, experts }: ReturnType<Family>): readonly Fault[] {
  const faults: Fault[] = []
  if (!Number.isInteger(headWidth))
    faults.push({
      code: 'heads-do-not-divide',
      path: 'num_attention_heads',
      message: `The width ${hidden} is not a multiple of its number of heads`,
      value: String(heads),
      hint: 'give head_dim, or a number of heads that divides the width',
    })
  if (heads % keyHeads !== 0)
    faults.push({
      code: 'heads-do-not-divide',
      path: 'num_key_value_heads',
      message: `The ${heads} heads cannot be divided into equal groups`,
      value: String(keyHeads),
      hint: 'give a number of key and value heads that divides the heads',
    })
  if (experts !== null && experts.perToken > experts.count)
    faults.push({
      code: 'too-few-experts',
      path: 'num_experts_per_tok',
      message: `A token takes more experts than the ${experts.count} that there are`,
      value: String(experts.perToken),
      hint: 'give at most as many as there are experts',
    })
  return faults
}
