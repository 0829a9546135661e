/** The practice token's files: two software keys made on first use, their certificates and the PIN's counter. */
import { createHash, createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseCertificate } from '../certificates/parse-certificate.js'
import { certify, makeAuthority, toDer } from './practice-certificate.js'

const newKeyPair = promisify(generateKeyPair)

/** Keys of the user, even if only for practice: nobody else reads them. */
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700
/** A practice certificate that ends within so many days is made anew. */
const RENEW_BEFORE_DAYS = 30

export interface PracticeKey {
  readonly algorithm: 'RSA-SHA256' | 'ECDSA-SHA256'
  readonly privateKey: KeyObject
  readonly certificate: Buffer
}

export interface PracticeStore {
  readonly keys: readonly PracticeKey[]
  readonly authority: Buffer
  /** Stays the same as long as the keys do. */
  readonly serial: string
}

const NAMES = { rsa: 'RSA-SHA256', ec: 'ECDSA-SHA256' } as const

export async function openPracticeStore(directory: string): Promise<PracticeStore> {
  await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE })
  const existing = await readStore(directory)
  if (existing !== null) return existing
  await makeStore(directory)
  const made = await readStore(directory)
  if (made === null) throw new Error('the practice token could not be written')
  return made
}

/** Writes beside and renames, so that a kill leaves the old file or the new one. */
export async function writePrivateFile(path: string, content: string | Buffer): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: FILE_MODE })
  await rename(`${path}.new`, path)
}

/** Null when something is missing, unreadable or about to expire. */
async function readStore(directory: string): Promise<PracticeStore | null> {
  try {
    const keys = [await readKey(directory, 'rsa'), await readKey(directory, 'ec')]
    const authority = await readFile(join(directory, 'ca.cer'))
    const isFresh = keys.every(
      ({ certificate }) => (parseCertificate(certificate)?.info.daysLeft ?? 0) > RENEW_BEFORE_DAYS,
    )
    if (!isFresh) return null
    const serial = createHash('sha256').update(authority).digest('hex').slice(0, 8).toUpperCase()
    return { keys, authority, serial: `PRACTICE-${serial}` }
  } catch {
    return null
  }
}

async function readKey(directory: string, name: keyof typeof NAMES): Promise<PracticeKey> {
  return {
    algorithm: NAMES[name],
    privateKey: createPrivateKey(await readFile(join(directory, `${name}.key.pem`))),
    certificate: await readFile(join(directory, `${name}.cer`)),
  }
}

/** The authority's key is never written: nobody can issue a second practice certificate under it. */
async function makeStore(directory: string): Promise<void> {
  const [rsa, ec, ca] = await Promise.all([
    newKeyPair('rsa', { modulusLength: 2048 }),
    newKeyPair('ec', { namedCurve: 'P-256' }),
    newKeyPair('rsa', { modulusLength: 2048 }),
  ])
  const issuer = makeAuthority(ca.privateKey, ca.publicKey)
  for (const [name, pair] of [['rsa', rsa] as const, ['ec', ec] as const]) {
    const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' })
    await writePrivateFile(join(directory, `${name}.key.pem`), pem)
    await writePrivateFile(join(directory, `${name}.cer`), certify(issuer, pair.publicKey))
  }
  await writePrivateFile(join(directory, 'ca.cer'), toDer(issuer.certificate))
}
