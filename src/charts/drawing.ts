import { escape } from '../core/report/render/html'
import { lightTheme } from './theme'

/** What a part of a drawing stands for; `DRAWING_COLORS` and the window's style sheet give it its look. */
export type DrawnAs = 'text' | 'muted' | 'strong' | 'line' | 'input' | 'output' | 'kept'

export interface DrawnText {
  readonly kind: 'text'
  readonly x: number
  /** Of the base line. */
  readonly y: number
  readonly text: string
  readonly as: DrawnAs
  readonly anchor: 'start' | 'middle' | 'end'
}

export interface DrawnBox {
  readonly kind: 'box'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly as: DrawnAs
  /** Said on hover. */
  readonly title: string
}

/** Boxes and texts in px, drawn alike in the window and in reports. */
export interface Drawing {
  readonly width: number
  readonly height: number
  /** What it shows, for screen readers. */
  readonly label: string
  readonly items: readonly (DrawnText | DrawnBox)[]
}

const COLORS: Readonly<Record<DrawnAs, string>> = {
  text: lightTheme.text,
  muted: lightTheme.muted,
  strong: lightTheme.text,
  line: lightTheme.axis,
  input: '#8fb3d4',
  output: '#e6c57a',
  kept: '#6fbf9b',
}
/** Wider drawings are scaled down to the page. */
const PAGE_WIDTH = 880

/** A drawing as SVG in the colours of paper, without a browser. */
export function drawingSvg({ width, height, label, items }: Drawing): string {
  const drawn = items.map((item) =>
    item.kind === 'box'
      ? `<rect x="${item.x}" y="${item.y}" width="${item.width}" height="${item.height}" rx="2" fill="${COLORS[item.as]}"/>`
      : `<text x="${item.x}" y="${item.y}" text-anchor="${item.anchor}" fill="${COLORS[item.as]}"${item.as === 'strong' ? ' font-weight="600"' : ''}>${escape(item.text)}</text>`,
  )
  const shown = Math.min(width, PAGE_WIDTH)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${shown}" height="${Math.ceil((height * shown) / width)}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(label)}" font-size="11" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif">${drawn.join('')}</svg>`
}

/** About how wide a character of 11 px is. */
const CHARACTER = 6.3

export const textWidth = (text: string): number => text.length * CHARACTER

export const text = (
  x: number,
  y: number,
  content: string,
  as: DrawnAs = 'text',
  anchor: DrawnText['anchor'] = 'start',
): DrawnText => ({ kind: 'text', x, y, text: content, as, anchor })
