/** The signed file goes back into the page's field, whole, or the user is told why not. */
import { createHash } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { placeOf, putBack } from '../../../extension/src/page/put-back'
import { portals } from '../../../extension/src/portals'

const limit = 5 * 1024 * 1024
const found = portals.find(({ id }) => id === 'xinjiang-cloud')?.signing[0]
if (!found) throw new Error('the undertaking is missing')
const undertaking = found

const input = (): HTMLInputElement => document.querySelector('input') as HTMLInputElement

beforeEach(() => {
  window.location.href = 'http://jsy.xjjs.gov.cn/entry/#/undertaking'
  document.body.innerHTML = '<form><input type="file"><button>提交</button></form>'
})

function pdf(size: number, name = '承诺书-已签章.pdf'): File {
  const bytes = new Uint8Array(size)
  bytes.set(new TextEncoder().encode('%PDF-1.7\n'))
  return new File([bytes], name, { type: 'application/pdf' })
}

test('the page’s field holds exactly this file, its events were sent, nothing was pressed', async () => {
  const heard: string[] = []
  for (const type of ['input', 'change', 'click', 'submit']) {
    document.addEventListener(type, () => heard.push(type), { once: true })
  }
  const file = pdf(4000)
  const put = await putBack(file, undertaking, placeOf(document), input)
  const sha256 = createHash('sha256')
    .update(Buffer.from(await file.arrayBuffer()))
    .digest('hex')
  expect(put).toEqual({ name: '承诺书-已签章.pdf', size: 4000, sha256, inField: true })
  expect([...(input().files ?? [])].map(({ name, size }) => [name, size])).toEqual([
    ['承诺书-已签章.pdf', 4000],
  ])
  expect(heard).toEqual(['input', 'change'])
})

test('5 MB less one byte goes in, 5 MB does not and the field stays empty', async () => {
  await expect(putBack(pdf(limit), undertaking, placeOf(document), input)).rejects.toMatchObject({
    code: 'pdf.too-large',
  })
  expect(input().files?.length).toBe(0)
  expect(await putBack(pdf(limit - 1), undertaking, placeOf(document), input)).toMatchObject({
    size: limit - 1,
  })
})

test('what is not a PDF is not put into the page', async () => {
  const html = new File(['<html>'], 'a.pdf', { type: 'application/pdf' })
  await expect(putBack(html, undertaking, placeOf(document), input)).rejects.toMatchObject({
    code: 'pdf.not-a-pdf',
  })
})

test('a page that has moved on meanwhile gets nothing', async () => {
  const place = placeOf(document)
  window.location.href = 'http://jsy.xjjs.gov.cn/entry/#/leader'
  await expect(putBack(pdf(100), undertaking, place, input)).rejects.toMatchObject({ code: 'page.changed' })
  expect(input().files?.length).toBe(0)
})

test('a field that has gone meanwhile is “the page changed”', async () => {
  const old = input()
  old.remove()
  for (const find of [() => null, () => old]) {
    await expect(putBack(pdf(100), undertaking, placeOf(document), find)).rejects.toMatchObject({
      code: 'page.changed',
    })
  }
})

test('a field that was drawn anew is found again', async () => {
  const place = placeOf(document)
  document.body.innerHTML = '<input type="file" id="new">'
  expect(await putBack(pdf(100), undertaking, place, input)).toMatchObject({ inField: true })
})

test('a page that takes the file and empties its field is reported as that', async () => {
  input().addEventListener('change', () => {
    input().value = ''
  })
  expect(await putBack(pdf(100), undertaking, placeOf(document), input)).toMatchObject({ inField: false })
})

test('a page that swaps the file for another one is found out', async () => {
  input().addEventListener('change', () => {
    const carrier = new DataTransfer()
    carrier.items.add(pdf(100, 'other.pdf'))
    input().files = carrier.files
  })
  await expect(putBack(pdf(100), undertaking, placeOf(document), input)).rejects.toMatchObject({
    code: 'page.file-refused',
  })
})
