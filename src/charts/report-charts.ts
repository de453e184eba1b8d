import { floorsOf } from '../core/analysis/floor/floor-curve'
import { mesaVertices } from '../core/analysis/performance-mesa'
import { curveOf } from '../core/explore/read'
import type { ReportCharts } from '../core/report/render/report-html'
import type { Report } from '../core/report/report'
import { focusShares } from './axes'
import { drawingSvg } from './drawing'
import type { BufferMark } from './marks'
import { oiMesaOption } from './oi-mesa-option'
import { floorLines, strategyLook } from './overlays'
import { performanceMesaOption } from './performance-mesa-option'
import { reductionOption } from './reduction-option'
import { renderSvg } from './render-svg'
import { skiSlopeOption } from './ski-slope-option'
import { tensorTrafficOption } from './tensor-traffic-option'
import { lightTheme } from './theme'
import { tornadoOption } from './tornado-option'
import { residencyDrawing, treeDrawing } from './tree-drawing'

/** Draws a report's charts as SVG, without a browser. */
export function drawReportCharts(report: Report): ReportCharts {
  const { slope, architecture, budget, curve, best, current, strategy, exploration, comparison } = report
  const marks: BufferMark[] = architecture.levels.map(({ name, capacity }) => ({
    label: name,
    bufferBytes: capacity,
    kind: 'level',
  }))
  const theme = { ...lightTheme, units: report.units }
  const size = { width: 880, height: 380 }
  const curves = comparison.map((figures) => ({
    strategy: figures.strategy,
    look: strategyLook(figures.strategy, theme),
    curve: curveOf(exploration, figures.strategy),
    macs: slope.macs,
    best: figures.best,
  }))
  const overlays = curves.filter((other) => other.strategy !== strategy)
  const chart = { slope, theme, marks, look: strategyLook(strategy, theme), overlays }
  return {
    skiSlope: renderSvg(
      skiSlopeOption({ ...chart, floors: floorLines(floorsOf(report, strategy), theme) }),
      size,
      'ski-slope',
    ),
    oiMesa: renderSvg(oiMesaOption(chart), size, 'oi-mesa'),
    performanceMesa: renderSvg(
      performanceMesaOption({
        curve,
        budget,
        best,
        flat: report.plateaus?.flat,
        range: focusShares(
          [best, ...overlays.map((other) => other.best)].flatMap((one) => (one ? [one.share] : [])),
          current.share,
        ),
        theme,
        look: chart.look,
        overlays: overlays.map((other) => ({ ...other, curve: mesaVertices(other.curve, budget) })),
      }),
      size,
      'performance-mesa',
    ),
    tensors: renderSvg(tensorTrafficOption({ traffic: report.tensors, theme }), size, 'tensors'),
    tornado:
      report.sensitivities.length === 0
        ? null
        : renderSvg(
            tornadoOption({ sensitivities: report.sensitivities, color: chart.look.color, theme }),
            { width: 880, height: 260 },
            'tornado',
          ),
    mappings: report.mappings.map(({ einsums, view }) =>
      einsums.length === 1
        ? null
        : {
            tree: drawingSvg(treeDrawing(view, report.units)),
            buffer: drawingSvg(residencyDrawing(view, report.units, current.buffer)),
          },
    ),
    reduction:
      curves.length < 2
        ? null
        : renderSvg(
            reductionOption({
              unfused: curveOf(exploration, 'unfused'),
              strategies: curves.filter((other) => other.strategy !== 'unfused'),
              theme,
            }),
            size,
            'reduction',
          ),
  }
}
