/** The practice portal answers like the real one: strict about type, size and who asks. */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPracticePortal, undertakingPdf } from '../../../bridge/src/practice/create-practice-portal.js'

const LIMIT = 5 * 1024 * 1024

describe('the practice portal', () => {
  let server: Server
  let origin: string
  let uploads: string

  beforeAll(async () => {
    uploads = await mkdtemp(join(tmpdir(), 'suoqiao-practice-'))
    server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    origin = `http://${host}`
    server.on('request', createPracticePortal({ uploads, isOwnHost: (asked) => asked === host }))
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(uploads, { recursive: true, force: true })
  })

  const handIn = (body: Buffer, headers: Record<string, string> = {}) =>
    fetch(`${origin}/undertakings`, {
      method: 'POST',
      headers: { 'content-type': 'application/pdf', 'x-file-name': '%E6%89%BF%E8%AF%BA.pdf', ...headers },
      body: new Uint8Array(body),
    })
  const pdfOf = (size: number) => Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(size - 9, 0x20)])

  it('says of a page that nothing may be loaded from elsewhere', async () => {
    const answer = await fetch(origin)
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'self'")
    expect(await answer.text()).toContain('企业首次进疆信息报送')
  })

  it('gives the undertaking as an unsigned PDF of three pages', async () => {
    const bytes = Buffer.from(await (await fetch(`${origin}/files/undertaking.pdf`)).arrayBuffer())
    expect(bytes.equals(undertakingPdf())).toBe(true)
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    expect(bytes.toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(3)
    expect(bytes.includes('/ByteRange')).toBe(false)
  })

  it('keeps a file that was handed in and says its name, size, digest and signatures', async () => {
    const body = Buffer.concat([pdfOf(100), Buffer.from('/ByteRange [0 1 2 3] … /ByteRange[0 1 2 3]')])
    const receipt = (await (await handIn(body)).json()) as Record<string, unknown>
    const sha256 = createHash('sha256').update(body).digest('hex')
    expect(receipt).toEqual({ name: '承诺.pdf', size: body.length, sha256, signatures: 2 })
    expect((await readFile(join(uploads, `${sha256}.pdf`))).equals(body)).toBe(true)
  })

  it('takes a file just under 5 MB and refuses one of exactly 5 MB', async () => {
    expect((await handIn(pdfOf(LIMIT - 1))).status).toBe(200)
    const before = (await readdir(uploads)).length
    for (const size of [LIMIT, LIMIT + 1, LIMIT + 2]) {
      const refused = await handIn(pdfOf(size))
      expect(refused.status).toBe(413)
      expect(await refused.json()).toEqual({ said: '文件大小必须小于5MB' })
    }
    expect(await readdir(uploads)).toHaveLength(before)
  })

  it('refuses what is not a PDF, whatever it is called', async () => {
    expect((await handIn(Buffer.from('PK\u0003\u0004'))).status).toBe(415)
    expect((await handIn(pdfOf(20), { 'content-type': 'image/png' })).status).toBe(415)
  })

  it('takes nothing from a page of another site', async () => {
    expect((await handIn(pdfOf(20), { origin: 'http://evil.example' })).status).toBe(403)
  })

  it('does not answer under another name than its own', async () => {
    const { port } = server.address() as AddressInfo
    const status = await new Promise((resolve, reject) => {
      const asked = get({ host: '127.0.0.1', port, headers: { host: `evil.example:${port}` } }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      asked.once('error', reject)
    })
    expect(status).toBe(421)
  })
})
