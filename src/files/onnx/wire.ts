import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** Bytes that can be read from anywhere in a file. */
export interface RandomAccess {
  readonly size: number
  read(offset: number, length: number): Promise<Uint8Array>
}

/** The same, read to a bound. */
export interface BoundedAccess extends RandomAccess {
  /** Fields that may still be walked. */
  fieldsLeft: number
}

/** One field of a message: its number, and where its content lies. */
export interface Field {
  readonly number: number
  readonly start: number
  readonly end: number
  /** Of a varint; 0 for all other types. */
  readonly value: number
}

export class MalformedMessage extends Error {}

/** A tag and a length are at most ten bytes each. */
const HEAD_BYTES = 20

/** Names and equations are short. */
const LONGEST_TEXT = 65_536
/** A graph of a hundred thousand nodes has fewer; reading more would take minutes. */
export const MOST_FIELDS = 5_000_000

/** Walks the fields of the message between two places of a file; contents are passed over unread. */
export async function* fieldsOf(file: BoundedAccess, start: number, end: number): AsyncGenerator<Field> {
  let at = start
  while (at < end) {
    if (file.fieldsLeft-- <= 0) throw new MalformedMessage(`it has more than ${MOST_FIELDS} fields`)
    const head = new BinaryReader(await file.read(at, Math.min(HEAD_BYTES, end - at)))
    let field: Field
    try {
      const [number, type] = head.tag()
      field = contentOf(head, number, type, at)
    } catch (error) {
      throw new MalformedMessage(error instanceof Error ? error.message : 'no message', { cause: error })
    }
    if (field.end > end)
      throw new MalformedMessage(`a field ends at byte ${field.end}, past the message's end`)
    yield field
    at = field.end
  }
}

function contentOf(head: BinaryReader, number: number, type: WireType, at: number): Field {
  switch (type) {
    case WireType.Varint: {
      const start = at + head.pos
      const value = Number(head.int64())
      return { number, start, end: at + head.pos, value }
    }
    case WireType.LengthDelimited: {
      const length = head.uint32()
      return { number, start: at + head.pos, end: at + head.pos + length, value: 0 }
    }
    case WireType.Bit32:
      return { number, start: at + head.pos, end: at + head.pos + 4, value: 0 }
    case WireType.Bit64:
      return { number, start: at + head.pos, end: at + head.pos + 8, value: 0 }
    default:
      throw new MalformedMessage(`field ${number} has wire type ${type}`)
  }
}

const decoder = new TextDecoder()

export async function textIn(file: RandomAccess, { start, end }: Field): Promise<string> {
  if (end - start > LONGEST_TEXT) throw new MalformedMessage(`a name of ${end - start} bytes`)
  return decoder.decode(await file.read(start, end - start))
}

const VARINT_BYTES = 10

/** Varints packed back to back, or the one of an unpacked field; null where there may be more than `most`. */
export async function integersIn(
  file: RandomAccess,
  { start, end }: Field,
  most: number,
): Promise<readonly number[] | null> {
  if (end - start > most * VARINT_BYTES) return null
  const reader = new BinaryReader(await file.read(start, end - start))
  const values: number[] = []
  try {
    while (reader.pos < reader.len) values.push(Number(reader.int64()))
  } catch (error) {
    throw new MalformedMessage(error instanceof Error ? error.message : 'no number', { cause: error })
  }
  return values.length > most ? null : values
}

/** Reads ahead in blocks: fields lie close together, and their contents far apart. */
export function buffered(file: RandomAccess, blockBytes = 65_536): BoundedAccess {
  let block: Uint8Array = new Uint8Array(0)
  let from = 0
  return {
    size: file.size,
    fieldsLeft: MOST_FIELDS,
    async read(offset, length) {
      if (offset < from || offset + length > from + block.length) {
        from = offset
        block = await file.read(offset, Math.min(Math.max(length, blockBytes), file.size - offset))
        if (block.length < length) throw new MalformedMessage('the file ends within a message')
      }
      return block.subarray(offset - from, offset - from + length)
    },
  }
}
