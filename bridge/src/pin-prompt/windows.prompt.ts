/** The PIN window of Windows: a WinForms dialog drawn by the system's PowerShell. Not yet run on a real Windows. */
import { win32 } from 'node:path'
import { SuoqiaoError } from '@suoqiao/protocol'
import type { PinWindow } from './pin-window.js'
import { promptText } from './prompt-text.js'
import { runDialog, withoutLineEnd } from './run-dialog.js'

/** Exit codes of our script; 0 carries an answer. */
const EXIT = { ok: 0, cancelled: 2 } as const

export interface WindowsOptions {
  /** `%SystemRoot%`, e.g. C:\Windows: the only place the program is taken from. */
  readonly systemRoot: string
  /** Only for tests on other systems. */
  readonly path?: string
}

export function windowsWindow(options: WindowsOptions): PinWindow {
  const inSystem = ['System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe']
  const path = options.path ?? win32.join(options.systemRoot, ...inSystem)
  const encoded = Buffer.from(SCRIPT, 'utf16le').toString('base64')
  const args = ['-NoLogo', '-NoProfile', '-NonInteractive', '-STA', '-EncodedCommand', encoded]
  return {
    kind: 'windows',
    async ask(question, signal) {
      // Base64 of UTF-8, because PowerShell 5 reads its input in the console's code page (936).
      const input = `${Buffer.from(JSON.stringify(promptText(question))).toString('base64')}\n`
      const { code, output } = await runDialog({ path, args, input }, signal)
      if (code === EXIT.cancelled || code === null) return null
      if (code !== EXIT.ok) throw new SuoqiaoError('token.pin-prompt-unavailable', { exitCode: code })
      return decodeHex(withoutLineEnd(output))
    },
  }
}

/** Hex and not base64, so that it can be decoded without making a string. The given buffer is wiped. */
function decodeHex(hex: Buffer): Buffer {
  const out = Buffer.alloc(hex.length >> 1)
  const digit = (at: number): number => {
    const char = hex[at] ?? 0x30
    return char > 0x39 ? (char & 0x5f) - 0x37 : char - 0x30
  }
  for (let at = 0; at < out.length; at += 1) out[at] = (digit(2 * at) << 4) | digit(2 * at + 1)
  hex.fill(0)
  return out
}

/**
 * Windows PowerShell 5.1 and .NET Framework only, both part of Windows 10 and 11. The words come in on standard
 * input and are never part of the script. On the last try the field and the button stay off until the box is
 * ticked, and 取消 has the focus (extension/src/ui/README.md).
 */
const SCRIPT = `
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.Windows.Forms
Add-Type -AssemblyName System.Drawing
[System.Windows.Forms.Application]::EnableVisualStyles()
$line = [Console]::In.ReadLine()
$text = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($line)) | ConvertFrom-Json
$form = New-Object System.Windows.Forms.Form
$form.Text = $text.title
$form.Font = New-Object System.Drawing.Font('Microsoft YaHei UI', 10)
$form.AutoScaleMode = 'Dpi'
$form.ClientSize = New-Object System.Drawing.Size(420, 330)
$form.FormBorderStyle = 'FixedDialog'
$form.MaximizeBox = $false
$form.MinimizeBox = $false
$form.StartPosition = 'CenterScreen'
$form.TopMost = $true
$heading = New-Object System.Windows.Forms.Label
$heading.Text = $text.heading
$heading.Font = New-Object System.Drawing.Font('Microsoft YaHei UI', 13, [System.Drawing.FontStyle]::Bold)
$heading.SetBounds(20, 14, 380, 32)
$facts = New-Object System.Windows.Forms.Label
$facts.UseMnemonic = $false
$facts.Text = ($text.lines -join [Environment]::NewLine)
$facts.SetBounds(20, 50, 380, 130)
$last = New-Object System.Windows.Forms.CheckBox
$last.SetBounds(20, 182, 380, 48)
$last.Visible = $false
$field = New-Object System.Windows.Forms.TextBox
$field.UseSystemPasswordChar = $true
$field.MaxLength = 64
$field.SetBounds(20, 234, 380, 30)
$cancel = New-Object System.Windows.Forms.Button
$cancel.Text = $text.cancel
$cancel.DialogResult = 'Cancel'
$cancel.SetBounds(140, 280, 90, 34)
$ok = New-Object System.Windows.Forms.Button
$ok.Text = $text.ok
$ok.DialogResult = 'OK'
$ok.SetBounds(240, 280, 160, 34)
$form.Controls.AddRange(@($heading, $facts, $last, $field, $cancel, $ok))
$form.AcceptButton = $ok
$form.CancelButton = $cancel
$form.ActiveControl = $field
if ($text.lastTry) {
  $heading.Text = $text.lastTry.heading
  $last.Text = $text.lastTry.warning
  $last.Visible = $true
  $ok.Text = $text.lastTry.ok
  $ok.Enabled = $false
  $field.Enabled = $false
  $form.ActiveControl = $cancel
  $last.Add_CheckedChanged({ $field.Enabled = $last.Checked; $ok.Enabled = $last.Checked })
}
$form.Add_Shown({ $form.Activate() })
if ($form.ShowDialog() -ne 'OK') { exit 2 }
$bytes = [Text.Encoding]::UTF8.GetBytes($field.Text)
$out = [Console]::OpenStandardOutput()
foreach ($byte in $bytes) {
  $pair = [Text.Encoding]::ASCII.GetBytes($byte.ToString('x2'))
  $out.Write($pair, 0, 2)
}
$out.Flush()
[Array]::Clear($bytes, 0, $bytes.Length)
exit 0
`
