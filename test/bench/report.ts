/** The two outputs of the bench: an aligned table for people, JSON for machines. */
import type { Figure, Measurement } from './bench.js'

/** A measurement with its verdict. */
export type Measured = Measurement & { readonly ok: boolean }

/** Three significant digits, but whole numbers kept whole. */
function round(value: number): number {
  if (Math.abs(value) >= 1000) return Math.round(value)
  return Number(value.toPrecision(3))
}

const optional = <K extends string, T>(key: K, value: T | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: T }

/** Only the fields of the agreed shape, in its order. */
function toFigure(measured: Measured): Figure {
  return {
    id: measured.id,
    value: round(measured.value),
    unit: measured.unit,
    ...optional('peer', measured.peer),
    ...optional('peerValue', measured.peerValue === undefined ? undefined : round(measured.peerValue)),
    ...optional('ratio', measured.ratio === undefined ? undefined : round(measured.ratio)),
    ...optional('budget', measured.budget),
    ok: measured.ok,
  }
}

export function toJson(figures: readonly Measured[]): string {
  return `${JSON.stringify({ figures: figures.map(toFigure) }, null, 2)}\n`
}

const HEAD = ['figure', 'value', 'budget', '', 'peer', 'ratio', 'n', 'more']

function row(measured: Measured): string[] {
  const figure = toFigure(measured)
  const verdict = figure.budget === undefined ? '' : figure.ok ? 'ok' : 'slow'
  return [
    figure.id,
    `${figure.value} ${figure.unit}`,
    figure.budget === undefined ? '' : `${figure.budget} ${figure.unit}`,
    verdict,
    figure.peerValue === undefined ? '' : `${figure.peerValue} ${figure.unit} ${figure.peer ?? ''}`,
    figure.ratio === undefined ? '' : String(figure.ratio),
    String(measured.n),
    measured.note ?? '',
  ]
}

export function table(figures: readonly Measured[]): string {
  const rows = [HEAD, ...figures.map(row)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const lines = rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}
