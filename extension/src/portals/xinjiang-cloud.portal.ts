/**
 * 新疆工程建设云: 区外建设工程企业进疆信息报送管理系统 (plain http), the 企业诚信守法承诺书 that is signed off line.
 * In practice builds the practice portal (bridge/src/practice/pages) is recognised by this same file.
 */
import type { Portal } from './portal'

const MEGABYTE = 1024 * 1024

export default {
  id: 'xinjiang-cloud',
  name: '新疆工程建设云',
  origins: ['http://jsy.xjjs.gov.cn'],
  recognise: {
    titles: ['新疆工程建设云', '区外建设工程企业进疆信息报送管理系统'],
    menuTexts: ['区外建设工程企业进疆信息报送管理系统', '企业首次进疆信息报送', '企业诚信守法承诺书'],
  },
  signing: [
    {
      name: '企业诚信守法承诺书',
      downloadTexts: ['下载'],
      uploadLabels: ['企业诚信守法承诺书', '承诺书', '上传附件'],
      uploadButton: '上传附件',
      accept: 'application/pdf',
      maxFiles: 1,
      limitBytes: 5 * MEGABYTE,
    },
  ],
  never: ['提交申请', '我已阅读同意企业诚信守法承诺书所有条款内容', '取消登记'],
  help: [],
  source: '新疆工程建设云区外建设工程企业进疆信息报送管理系统操作手册 (2021-06): 承诺书, 附件要求',
} satisfies Portal
