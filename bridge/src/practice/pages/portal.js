/** What the practice portal's page does: routes by hash, opens the undertaking, takes the file, shows the receipt. */
const LIMIT_BYTES = 5 * 1024 * 1024
const byId = (id) => document.getElementById(id)

function showRoute() {
  const [route = 'apps', tab = 'basic'] = location.hash.replace(/^#\//, '').split('/').filter(Boolean)
  for (const page of document.querySelectorAll('.page')) page.hidden = page.dataset.route !== route
  for (const part of document.querySelectorAll('.tab')) part.hidden = part.dataset.tab !== tab
  for (const link of document.querySelectorAll('.menu a, .tabs a')) {
    const isHere = link.hash === location.hash || link.dataset.under === route
    link.toggleAttribute('aria-current', isHere)
  }
}

function showAgreement() {
  const agreed = byId('agree').checked
  byId('download').setAttribute('aria-disabled', String(!agreed))
  if (agreed) byId('download').href = '/files/undertaking.pdf'
  else byId('download').removeAttribute('href')
}

/** The portal's own checks of a chosen file, as strict as the manual prints them. */
function refusal(file) {
  if (file === undefined) return '请先上传企业诚信守法承诺书'
  if (!file.name.toLowerCase().endsWith('.pdf')) return '只能上传PDF文档'
  if (file.size >= LIMIT_BYTES) return '文件大小必须小于5MB'
  return ''
}

function showChosen() {
  const input = byId('upload')
  const [file] = input.files
  const said = file === undefined ? '' : refusal(file)
  if (said !== '') input.value = ''
  byId('said').textContent = said
  byId('chosen').textContent = input.files.length === 0 ? '未上传' : `${file.name}（${file.size} 字节）`
}

async function submit() {
  const [file] = byId('upload').files
  const said = byId('agree').checked ? refusal(file) : '请先阅读并勾选承诺书'
  byId('said').textContent = said
  if (said !== '') return
  const answer = await fetch('/undertakings', {
    method: 'POST',
    headers: { 'content-type': 'application/pdf', 'x-file-name': encodeURIComponent(file.name) },
    body: file,
  })
  const receipt = await answer.json()
  if (!answer.ok) {
    byId('said').textContent = receipt.said
    return
  }
  for (const cell of document.querySelectorAll('[data-receipt]')) {
    cell.textContent = String(receipt[cell.dataset.receipt])
  }
  byId('undertaking').hidden = true
  byId('receipt').hidden = false
}

addEventListener('hashchange', showRoute)
byId('apply').addEventListener('click', () => {
  byId('undertaking').hidden = false
  byId('apply').disabled = true
})
byId('agree').addEventListener('change', showAgreement)
byId('upload').addEventListener('change', showChosen)
byId('submit').addEventListener('click', () => void submit())
byId('again').addEventListener('click', () => location.reload())
showRoute()
showAgreement()
