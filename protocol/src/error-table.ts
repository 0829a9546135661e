/** Every error code for ever, with its Chinese sentence: what happened, and what to do. Codes are never reused. */

interface ErrorEntry {
  /** What the clerk reads. At most two sentences, wording of extension/src/ui/README.md. */
  readonly say: string
  /** English of the same, for helpdesks abroad and the en locale. */
  readonly en: string
  /** May the same request be sent again: never, after the user has done something, or now. */
  readonly retry: 'never' | 'after-user' | 'now'
  /** The diagnosis check that explains it further. */
  readonly check?: string
}

const entry = (say: string, en: string, retry: ErrorEntry['retry']): ErrorEntry => ({ say, en, retry })

export const errors = {
  // request
  'request.invalid': entry(
    '请求的内容不对，没有执行。请更新锁桥后再试。',
    'The request is malformed; nothing was done. Update Suoqiao and try again.',
    'never',
  ),
  'request.unknown-method': entry(
    '锁桥服务不认识这个请求。请更新锁桥服务。',
    'The bridge does not know this method. Update the bridge.',
    'never',
  ),
  'request.too-large': entry(
    '内容太大，锁桥没有接收。请换小一些的文件。',
    'The message is too large and was not accepted.',
    'never',
  ),
  'request.rate-limited': entry(
    '请求太快，锁桥先停了一下。请过 1 秒再试。',
    'Too many requests; wait a second.',
    'now',
  ),
  'request.cancelled': entry('已取消，什么都没有改动。', 'Cancelled; nothing was changed.', 'after-user'),
  'request.not-allowed': entry(
    '这个网页不能使用这项功能。请从锁桥支持的网站打开。',
    'This page may not use this function.',
    'never',
  ),
  'request.timeout': entry('等得太久，没有收到回答。请再试一次。', 'No answer in time. Try again.', 'now'),
  // bridge
  'bridge.internal': entry(
    '锁桥服务内部出错，没有改动任何文件。请再试一次，仍不行请导出报告。',
    'Internal error in the bridge; no file was changed.',
    'now',
  ),
  'bridge.not-running': entry(
    '锁桥服务没有运行。请点“启动服务”，或重新打开浏览器。',
    'The bridge is not running.',
    'after-user',
  ),
  'bridge.not-installed': entry(
    '这台电脑还没有装锁桥服务。请先安装，或用“连接码”配对。',
    'The bridge is not installed.',
    'after-user',
  ),
  'bridge.impostor': entry(
    '有程序冒充锁桥服务，已断开，没有发出任何资料。请联系单位管理员。',
    'A program poses as the bridge; disconnected, nothing was sent.',
    'never',
  ),
  'bridge.unauthorized': entry(
    '锁桥服务不认识这个浏览器。请重新连接或配对。',
    'The bridge does not know this browser. Reconnect or pair.',
    'after-user',
  ),
  'bridge.must-update': entry(
    '锁桥服务和浏览器扩展的版本不配套。请更新较旧的一个。',
    'Bridge and extension versions do not match.',
    'after-user',
  ),
  'bridge.busy': entry(
    '锁桥服务的连接太多。请关掉不用的浏览器窗口再试。',
    'Too many connections to the bridge.',
    'after-user',
  ),
  'bridge.disconnected': entry(
    '和锁桥服务的连接断开了，请求没有完成。请再试一次。',
    'The connection to the bridge was lost.',
    'now',
  ),
  // pairing
  'pairing.closed': entry(
    '锁桥服务没有打开配对。请先在锁桥服务里点“配对浏览器”。',
    'Pairing is not open on the bridge.',
    'after-user',
  ),
  'pairing.refused': entry(
    '两边的数字没有确认，没有配对。请重新配对。',
    'The numbers were not confirmed; not paired.',
    'after-user',
  ),
  'pairing.backoff': entry(
    '配对失败太多次，已暂停 60 秒。请稍后再试。',
    'Too many failed pairings; paused for 60 seconds.',
    'after-user',
  ),
  // token and certificate
  'token.none': entry('没有认到 UKey。请插好 UKey，灯亮后等 2 秒。', 'No token found.', 'after-user'),
  'token.not-found': entry(
    '要用的 UKey 不在了。请插回原来的 UKey 再试。',
    'The chosen token is gone.',
    'after-user',
  ),
  'token.removed': entry(
    'UKey 被拔下，签章停了，文件没有改动。插回 UKey，再点一次“签章”。',
    'The token was removed while signing; no file was changed.',
    'after-user',
  ),
  'token.busy': entry(
    'UKey 正忙着另一件事。请等它做完再试。',
    'The token is busy with another operation.',
    'now',
  ),
  'token.pin-incorrect': entry(
    '密码不对，没有签章。请核对密码再试。',
    'The PIN is wrong; nothing was signed.',
    'after-user',
  ),
  'token.pin-locked': entry(
    'UKey 已锁定，不能再输密码。请到发证机构办“解锁”，不要办“补办”，补办会换密钥。',
    'The token PIN is locked. Ask the CA to unlock it.',
    'never',
  ),
  'token.pin-cancelled': entry(
    '没有输入密码，没有签章，文件没有改动。',
    'The PIN was not entered; nothing was signed.',
    'after-user',
  ),
  'token.pin-invalid': entry(
    '密码的长度或字符不对，没有交给 UKey，次数没有减少。',
    'The PIN has a wrong length or characters; it was not tried.',
    'after-user',
  ),
  'token.pin-prompt-unavailable': entry(
    '打不开密码窗口，没有签章。请在锁桥扩展里打开密码窗口再试。',
    'No PIN window can be shown.',
    'after-user',
  ),
  'token.pin-expired': entry(
    'UKey 要求先改密码。请用发证机构的软件改密码后再签。',
    'The token asks for a PIN change first.',
    'after-user',
  ),
  'certificate.not-found': entry(
    'UKey 里没有这张证书。请重新选择证书。',
    'The certificate is not on the token.',
    'after-user',
  ),
  'certificate.expired': entry(
    '证书已过期，不能签章。请先办理延期。',
    'The certificate has expired.',
    'never',
  ),
  'certificate.not-yet-valid': entry(
    '证书还没有生效，不能签章。请核对电脑的日期。',
    'The certificate is not valid yet; check the clock.',
    'after-user',
  ),
  'certificate.not-for-signing': entry(
    '这是加密证书，不能签章。请选签名证书。',
    'This certificate is not for signing.',
    'never',
  ),
  'certificate.key-missing': entry(
    'UKey 里有证书但没有对应的密钥，不能签章。请联系发证机构。',
    'The certificate has no private key on the token.',
    'never',
  ),
  'certificate.unreadable': entry(
    'UKey 里的证书读不出来，不能使用。请联系发证机构。',
    'The certificate cannot be parsed.',
    'never',
  ),
  // provider (vendor library)
  'provider.not-found': entry(
    '没有找到 CA 驱动。请先安装发证机构的驱动。',
    'No CA driver was found.',
    'after-user',
  ),
  'provider.not-allowed': entry(
    '这个驱动文件不在允许的位置，没有加载。请联系单位管理员。',
    'The driver library is not in an allowed place and was not loaded.',
    'never',
  ),
  'provider.load-failed': entry(
    'CA 驱动加载不了。请重新安装驱动。',
    'The driver library cannot be loaded.',
    'after-user',
  ),
  'provider.crashed': entry(
    'CA 驱动出错，已重新启动，这次没有签成。请再试一次。',
    'The CA driver crashed and was restarted; nothing was signed.',
    'after-user',
  ),
  'provider.timeout': entry(
    'CA 驱动没有反应，已重新启动，这次没有签成。请拔插 UKey 再试。',
    'The CA driver hung and was restarted; nothing was signed.',
    'after-user',
  ),
  'provider.suspended': entry(
    'CA 驱动连续出错，已暂停使用。请重新插拔 UKey 或重装驱动，1 分钟后再试。',
    'The CA driver failed repeatedly and is suspended.',
    'after-user',
  ),
  'provider.failed': entry(
    'UKey 返回了错误，没有签成。请拔插 UKey 再试，仍不行请导出报告。',
    'The token returned an error; nothing was signed.',
    'after-user',
  ),
  'provider.mechanism-unsupported': entry(
    '这把 UKey 不支持需要的签章算法。请联系发证机构。',
    'The token does not support the signature mechanism.',
    'never',
  ),
  'provider.bad-signature': entry(
    'UKey 给出的签章核对不上，已丢弃。请拔插 UKey 再试。',
    'The signature did not verify and was discarded.',
    'after-user',
  ),
  // consent
  'consent.required': entry(
    '没有您的确认，没有签章。请在确认窗口点“签章”。',
    'No consent; nothing was signed.',
    'after-user',
  ),
  'consent.refused': entry('您选择了不签，文件没有改动。', 'You chose not to sign.', 'after-user'),
  'consent.expired': entry(
    '确认已过期或已用过，没有签章。请重新确认。',
    'The consent has expired or was used.',
    'after-user',
  ),
  'consent.mismatch': entry(
    '要签的内容和您确认的不一样，没有签章。请重新核对。',
    'What is to be signed differs from what was confirmed.',
    'after-user',
  ),
  // journal
  'journal.unwritable': entry(
    '锁桥写不了签章记录，没有签章。请清理磁盘空间后再试。',
    'The journal of key uses cannot be written; nothing was signed. Free some disk space.',
    'after-user',
  ),
  // practice
  'practice.only-practice-portal': entry(
    '练习设备只能在练习网站使用，这里不能签章。请插入真正的 UKey。',
    'The practice token works only on the practice portal.',
    'never',
  ),
  // pdf
  'pdf.not-a-pdf': entry(
    '这不是 PDF 文件，或文件是空的。请换一个 PDF。',
    'Not a PDF file, or an empty one.',
    'after-user',
  ),
  'pdf.damaged': entry(
    'PDF 文件不完整或已损坏，没有签章。请重新下载。',
    'The PDF is truncated or damaged.',
    'after-user',
  ),
  'pdf.encrypted': entry(
    'PDF 设了密码，不能签章。请用没有密码的文件。',
    'The PDF is encrypted.',
    'after-user',
  ),
  'pdf.xfa': entry(
    '这是 XFA 动态表单，看到的和签的可能不一样，不能签章。请另存为普通 PDF。',
    'XFA forms are refused.',
    'after-user',
  ),
  'pdf.certified': entry(
    '文件的作者不允许再加签章。请向对方要可以签章的文件。',
    'The document does not permit further signatures (DocMDP P=1).',
    'never',
  ),
  'pdf.too-complex': entry(
    'PDF 的结构不正常，没有签章。请重新下载或重新打印成 PDF。',
    'The PDF structure is circular or too deep.',
    'after-user',
  ),
  'pdf.unsupported': entry(
    'PDF 用了锁桥还不支持的写法，没有签章。请重新打印成 PDF。',
    'The PDF uses a feature that is not supported.',
    'after-user',
  ),
  'pdf.too-large': entry(
    '文件太大，网页不收。请先压缩。',
    'The file is too large for the portal.',
    'after-user',
  ),
  'pdf.no-room': entry(
    '签章数据放不下，没有改动文件。请重新签章。',
    'The signature does not fit its placeholder.',
    'now',
  ),
  'pdf.verify-failed': entry(
    '签好的文件没有通过核对，已丢弃。原文件没有改动，请再试一次。',
    'The signed file failed verification and was discarded.',
    'now',
  ),
  // page
  'page.changed': entry(
    '网页变了，没有放回文件。请回到原来的页面再试。',
    'The page changed; the file was not put back.',
    'after-user',
  ),
  'page.file-refused': entry(
    '网页没有接受这个文件。请自己上传签好的文件。',
    'The page did not accept the file.',
    'after-user',
  ),
  'page.no-upload-field': entry(
    '这一页没有找到上传的位置。请先打开上传附件的页面。',
    'No upload field on this page.',
    'after-user',
  ),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errors
