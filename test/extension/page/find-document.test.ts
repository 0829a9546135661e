/** Finding download and upload on pages as portals draw them. */
import { beforeEach, expect, test } from 'vitest'
import { findDocuments } from '../../../extension/src/page/find-document'
import { recognise } from '../../../extension/src/page/recognise'
import { watchPage } from '../../../extension/src/page/watch'
import { portals } from '../../../extension/src/portals'

const portal = portals.find(({ id }) => id === 'xinjiang-cloud')
if (!portal) throw new Error('the Xinjiang portal is missing')

beforeEach(() => {
  window.location.href = 'http://jsy.xjjs.gov.cn/entry/'
  document.title = ''
  document.body.innerHTML = ''
})

const show = (html: string): void => {
  document.body.innerHTML = html
}
const find = () => findDocuments(document, portal)[0]

const TABLE = `
  <table><tr><td>工程造价咨询合同</td><td><a href="/contract.pdf">下载</a></td>
    <td><label>上传附件<input type="file" id="contract"></label></td></tr>
  <tr><td><b>*</b> 企业诚信守法承诺书</td><td><a href="/undertaking.pdf">下载</a></td>
    <td><label>上传附件<input type="file" id="undertaking" style="display:none"></label></td></tr></table>`

test('among several rows the one with the document’s name is taken', () => {
  show(TABLE)
  expect(find()?.download).toEqual({ href: 'http://jsy.xjjs.gov.cn/undertaking.pdf' })
  expect(find()?.upload?.id).toBe('undertaking')
})

test('a file input hidden behind a styled button is found, one in a hidden part of the page is not', () => {
  show(
    `<div><h3>企业诚信守法承诺书</h3><span><input type="file" id="a" style="display:none">上传附件</span></div>`,
  )
  expect(find()?.upload?.id).toBe('a')
  show(`<div hidden><h3>企业诚信守法承诺书</h3><span><input type="file" id="a"></span></div>`)
  expect(find()).toBeUndefined()
})

test('a disabled input, and one that takes only pictures, are left alone', () => {
  show(`<div>企业诚信守法承诺书 <input type="file" disabled></div>`)
  expect(find()).toBeUndefined()
  show(`<div>企业诚信守法承诺书 <input type="file" accept="image/png"></div>`)
  expect(find()).toBeUndefined()
})

test('two inputs that are equally near are not guessed between', () => {
  show(`<div>企业诚信守法承诺书 <input type="file"> <input type="file"></div>`)
  expect(find()).toBeUndefined()
})

test('labels count: for, aria-label, aria-labelledby', () => {
  for (const named of [`<label for="x">企业诚信守法承诺书</label>`, `<b id="n">企业诚信守法承诺书</b>`, ``]) {
    show(`<div><i>${named}</i></div>
      <p><input type="file" id="x" ${named.includes('id="n"') ? 'aria-labelledby="n"' : ''}
        ${named === '' ? 'aria-label="企业诚信守法承诺书"' : ''}></p><p><input type="file" id="y"></p>`)
    expect(find()?.upload?.id).toBe('x')
  }
})

test('a download that the portal has not released yet is shown without an address', () => {
  show(`<div>企业诚信守法承诺书 <a aria-disabled="true" href="/u.pdf">下载</a></div>`)
  expect(find()?.download).toEqual({ href: null })
})

test('a link to another origin or a script is never fetched', () => {
  for (const href of [
    'https://evil.example/u.pdf',
    'javascript:download()',
    'data:application/pdf,x',
    '//cdn.example/u.pdf',
  ]) {
    show(`<div>企业诚信守法承诺书 <a href="${href}">下载</a></div>`)
    expect(find()?.download).toEqual({ href: null })
  }
})

test('“下载模板” and “提交” are other buttons', () => {
  show(`<div>企业诚信守法承诺书 <a href="/t.pdf">下载模板说明</a><button>提交</button></div>`)
  expect(find()).toBeUndefined()
})

test('a page is recognised by its own words, never by its address alone', () => {
  expect(recognise(document, [portal])).toBeNull()
  show('<nav>企业首次进疆信息报送</nav>')
  expect(recognise(document, [portal])?.id).toBe('xinjiang-cloud')
  expect(recognise(document, [])).toBeNull()
  show('')
  document.title = '新疆工程建设云 - 首页'
  expect(recognise(document, [portal])?.id).toBe('xinjiang-cloud')
})

test('what is drawn late is seen', async () => {
  let looks = 0
  const stop = new AbortController()
  const look = () => {
    looks += 1
  }
  watchPage(document, look, stop.signal)
  expect(looks).toBe(1)
  show(TABLE)
  await expect.poll(() => looks).toBeGreaterThan(1)
  expect(find()?.upload?.id).toBe('undertaking')
  stop.abort()
  const before = looks
  show('')
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(looks).toBe(before)
})
