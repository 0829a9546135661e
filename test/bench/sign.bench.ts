/** What the bridge adds to a signature: from the socket to the token and back, against the same PKCS#11 calls in C. */
import { createHash, randomBytes } from 'node:crypto'
import { canonicalJson, type ParamsInput } from '@suoqiao/protocol'
import type { Bench, Benchmark } from './bench.js'
import { startDaemon } from './daemon.js'
import { type P11Peer, startP11Peer } from './p11-peer.js'
import { answerPinsAtOnce } from './pin-window.js'
import { openSession, type Session } from './session.js'
import { softHsmHome } from './soft-hsm-home.js'
import { p95, spread, timed } from './statistics.js'

const N = 200
const WARM_UP = 20
const BUDGET_MS = 5
const PORTAL = 'https://portal.example'
const CONTEXT = { origin: PORTAL, topOrigin: PORTAL, frameId: 0 }
const PEER = 'the same PKCS#11 calls in C'

const KEYS = [
  { name: 'rsa2048', keyType: 'RSA-2048', peerKey: 'rsa' },
  { name: 'p256', keyType: 'EC-P256', peerKey: 'ec' },
] as const
type Key = (typeof KEYS)[number]

const overhead = (key: Key) => `sign.overhead.${key.name}.p95`
const child = (key: Key) => `sign.child.${key.name}.p95`

interface Certificate {
  readonly tokenId: string
  readonly certificateId: string
}

async function findCertificate(session: Session, label: string, key: Key): Promise<Certificate> {
  const { tokens } = await session.call('token.list', {})
  const token = tokens.find((one) => one.label === label)
  if (token === undefined) throw new Error('the SoftHSM2 token is not listed')
  const { certificates } = await session.call('token.certificates', { tokenId: token.id })
  const certificate = certificates.find((one) => one.keyType === key.keyType)
  if (certificate === undefined) throw new Error(`no certificate with ${key.keyType}`)
  return { tokenId: token.id, certificateId: certificate.id }
}

function request(certificate: Certificate, digest: Buffer): ParamsInput<'pdf.sign'> {
  return {
    docDigest: digest.toString('hex'),
    hashAlg: 'SHA-256',
    ...certificate,
    file: { name: '承诺书.pdf', size: 123_456, pages: 3 },
    level: 'B-B',
    maxCmsBytes: 12_288,
  }
}

/** One signature as the consent window asks for it: ticket, then pdf.sign. `wholeMs` is pdf.sign without the PIN window's time. */
async function signOnce(session: Session, certificate: Certificate, digest: Buffer) {
  const params = request(certificate, digest)
  const paramsSha256 = createHash('sha256').update(canonicalJson(params)).digest('hex')
  const scope = { method: 'pdf.sign', certificateId: certificate.certificateId, paramsSha256 } as const
  const consented = await timed(() => session.call('session.consent', scope, CONTEXT))
  const consent = consented.result.ticket
  const signed = await timed(() => session.call('pdf.sign', params, { ...CONTEXT, consent }))
  const { pinMs, tokenMs } = signed.result.timings
  return { consentMs: consented.ms, wholeMs: signed.ms - pinMs, tokenMs }
}

/** Ours and the peer's signatures in turn, so that both meet the same machine. */
async function measure(session: Session, peer: P11Peer, certificate: Certificate, key: Key) {
  const consent: number[] = []
  const whole: number[] = []
  const token: number[] = []
  const inC: number[] = []
  for (let i = -WARM_UP; i < N; i += 1) {
    const digest = randomBytes(32)
    await session.pace(3)
    const ours = await signOnce(session, certificate, digest)
    const peerMs = await peer.sign(key.peerKey, digest)
    if (i < 0) continue
    consent.push(ours.consentMs)
    whole.push(ours.wholeMs)
    token.push(ours.tokenMs)
    inC.push(peerMs)
  }
  return { consent, whole, token, inC }
}

function reportKey(bench: Bench, key: Key, samples: Awaited<ReturnType<typeof measure>>): void {
  const peerValue = p95(samples.inC)
  const shared = { unit: 'ms', peer: PEER, peerValue, n: N } as const
  bench.report({
    ...shared,
    id: overhead(key),
    value: p95(samples.whole) - peerValue,
    budget: BUDGET_MS,
    ratio: p95(samples.whole) / peerValue,
    note: `pdf.sign ${spread(samples.whole)}; C ${spread(samples.inC)}; its ticket before ${spread(samples.consent)}`,
  })
  bench.report({
    ...shared,
    id: child(key),
    value: p95(samples.token) - peerValue,
    ratio: p95(samples.token) / peerValue,
    note: `token stage ${spread(samples.token)}`,
  })
}

export default {
  ids: KEYS.flatMap((key) => [overhead(key), child(key)]),
  run: async (bench) => {
    const { home, softHsm } = await softHsmHome(bench)
    await startDaemon(bench, { home, env: softHsm.env })
    const session = await openSession(bench, home)
    answerPinsAtOnce(session, softHsm.pin)
    const peer = await startP11Peer(bench, softHsm)
    for (const key of KEYS) {
      if (!bench.wants(overhead(key)) && !bench.wants(child(key))) continue
      const certificate = await findCertificate(session, softHsm.tokenLabel, key)
      reportKey(bench, key, await measure(session, peer, certificate, key))
    }
  },
} satisfies Benchmark
