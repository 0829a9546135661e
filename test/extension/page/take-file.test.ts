/** @vitest-environment node */
/** Getting the unsigned PDF as the page itself would. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { checkFile, fetchDownload, nameFromHeader } from '../../../extension/src/page/take-file'
import { portals } from '../../../extension/src/portals'

const found = portals.find(({ id }) => id === 'xinjiang-cloud')?.signing[0]
if (!found) throw new Error('the undertaking is missing')
const undertaking = found
const limit = undertaking.limitBytes

/** A portal that answers every download with this. */
async function portal(
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status, headers).end(body))
  onTestFinished(() => {
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/download`
}

test('the portal’s own file name is kept, without folders', async () => {
  const header = `attachment; filename*=UTF-8''${encodeURIComponent('../../承诺书.pdf')}`
  const file = await fetchDownload(
    await portal(200, '%PDF-1.4', { 'content-disposition': header }),
    undertaking,
  )
  expect(file.name).toBe('.._.._承诺书.pdf')
  expect(file.type).toBe('application/pdf')
  expect(nameFromHeader('attachment; filename="a.pdf"')).toBe('a.pdf')
  expect(nameFromHeader(null)).toBeNull()
})

test('without a name the file is called as the document', async () => {
  expect((await fetchDownload(await portal(200, '%PDF-1.4'), undertaking)).name).toBe(
    '企业诚信守法承诺书.pdf',
  )
})

test('a login page instead of the PDF, an empty answer and an error page are told apart', async () => {
  await expect(fetchDownload(await portal(200, '<html>登录'), undertaking)).rejects.toMatchObject({
    code: 'pdf.not-a-pdf',
  })
  await expect(fetchDownload(await portal(200, ''), undertaking)).rejects.toMatchObject({
    code: 'pdf.not-a-pdf',
  })
  await expect(fetchDownload(await portal(500, '%PDF-'), undertaking)).rejects.toMatchObject({
    code: 'page.changed',
  })
})

test('before signing, too, 5 MB is too large and one byte less is not', async () => {
  const bytes = Buffer.alloc(limit)
  bytes.write('%PDF-1.7')
  await expect(checkFile(new Blob([bytes]), undertaking)).rejects.toMatchObject({ code: 'pdf.too-large' })
  await expect(checkFile(new Blob([bytes.subarray(1)]), undertaking)).rejects.toMatchObject({
    code: 'pdf.not-a-pdf',
  })
  await checkFile(new Blob([bytes.subarray(0, limit - 1)]), undertaking)
  await expect(fetchDownload(await portal(200, bytes), undertaking)).rejects.toMatchObject({
    code: 'pdf.too-large',
  })
})
