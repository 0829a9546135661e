/** Finds the 统一社会信用代码 (USCC, GB 32100-2015) of a company in a certificate's texts. */

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const CODE = /(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])/g
/** 公民身份号码, GB 11643-1999: the same length, and 1 in 31 of them passes the USCC's check by chance. */
const ID_NUMBER = /^[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$/

/** Check character of GB 32100-2015: weights 3^(i−1) mod 31 over the first 17. */
export function isUscc(code: string): boolean {
  if (code.length !== 18) return false
  let sum = 0
  let weight = 1
  for (const character of code.slice(0, 17)) {
    const value = ALPHABET.indexOf(character)
    if (value < 0) return false
    sum += value * weight
    weight = (weight * 3) % 31
  }
  return ALPHABET[(31 - (sum % 31)) % 31] === code[17]
}

/** The first code whose check character is right and that is not a person's ID number. */
export function findUscc(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    for (const [code] of text.toUpperCase().matchAll(CODE)) {
      if (isUscc(code) && !isIdNumber(code)) return code
    }
  }
  return undefined
}

/** GB 11643-1999: weights 2^(18−i) mod 11 over all 18 characters give 1. */
function isIdNumber(text: string): boolean {
  if (!ID_NUMBER.test(text)) return false
  let sum = 0
  for (const [index, character] of [...text].entries()) {
    sum += (character === 'X' ? 10 : Number(character)) * (2 ** (17 - index) % 11)
  }
  return sum % 11 === 1
}
