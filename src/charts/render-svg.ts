import type { EChartsOption } from 'echarts'
import { BarChart, CustomChart, LineChart } from 'echarts/charts'
import {
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  VisualMapComponent,
} from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([
  BarChart,
  CustomChart,
  LineChart,
  VisualMapComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  SVGRenderer,
])

/**
 * A chart as SVG, drawn without a browser. The same option always gives the same text. Charts on one page need different
 * names: their clip paths use them.
 */
export function renderSvg(
  option: EChartsOption,
  size: { width: number; height: number },
  name = 'piste',
): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    chart.setOption(option)
    return stableIds(chart.renderToSVGString(), name)
  } finally {
    chart.dispose()
  }
}

/** ECharts numbers ids by how many charts it drew before; this numbers them by order of appearance. */
function stableIds(svg: string, name: string): string {
  const seen = new Map<string, string>()
  return svg.replace(/zr\d+-(cls|c|g|p|s|e)-?(\d+)/g, (id, kind: string) => {
    const known = seen.get(id) ?? `${name}-${kind}-${seen.size}`
    seen.set(id, known)
    return known
  })
}
