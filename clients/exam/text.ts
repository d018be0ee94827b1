// Every sentence the candidate reads, in both languages.

const zh = {
  minutes: (n: number) => `${n} 分钟`, seat: "座位", length: "时长", left: "剩余时间", opensIn: "距开考", item: (n: number, all: number) => `第 ${n} 题 / 共 ${all} 题`,
  single: "单选题", multiple: "多选题", judgement: "判断题", points: (p: string) => `${p} 分`, right: "正确", wrong: "错误",
  pickOne: "选一项", pickMany: "可选多项", previous: "上一题", next: "下一题", flag: "标记", unflag: "取消标记", clear: "清除本题答案",
  sheet: "答题卡", answered: "已答", unanswered: "未答", flagged: "已标记", current: "当前", handIn: "交卷", large: "大字", toSheet: "看答题卡",
  keys: "按键：← → 换题，1–5 或 A–E 作答，F 标记", single_group: "单选", multiple_group: "多选", judgement_group: "判断",
  saved: "全部答案已保存", savedAt: (t: string) => `全部答案已保存 · ${t}`, saving: (n: number) => `正在保存 ${n} 处修改…`, unsaved: (n: number) => `${n} 处修改尚未保存`,
  offlineHead: "网络中断", offline: (n: number) => `${n} 处修改还没有送到服务器。请继续作答，不要关闭本页；恢复后自动保存。时间照常计算。如持续超过一分钟，请举手告诉监考员。`,
  offlineSince: (t: string) => `网络中断，自 ${t} 起`, offlineNothing: "到目前为止的答案都已送到服务器。请继续作答，不要关闭本页。时间照常计算。如持续超过一分钟，请举手告诉监考员。",
  keptHere: "新作的答案已存在这台考试机上，浏览器关闭或崩溃也不会丢失。", notKeptHere: "注意：这台考试机不能存储答案，关闭或刷新本页会丢失还没有送到服务器的答案。请举手告诉监考员。", notKeptHead: "本机不能存储",
  moreTime: (t: string) => `监考员已给您加时，作答截止时间延后到 ${t}。`, offered: (n: number) => `这台机器上早先的 ${n} 处修改没有送到服务器，已留存备查，不计分；请核对您的答案。`,
  elsewhereKept: (n: number) => `这份试卷已在另一台电脑上继续，本页不再保存答案。本页还没有送到的 ${n} 处修改已交给监考员留存备查，不计分。请举手告诉监考员。`,
  refusedHead: "登录已失效", refused: "答案暂时不能保存。不要关闭本页，请立即举手告诉监考员。",
  elsewhereHead: "本页已停止", elsewhere: "这份试卷已在另一个窗口或另一台电脑上打开，本页不再保存答案。请举手告诉监考员。", reload: "在本页继续",
  notSeat: "这份试卷只能在签到的座位上作答，本浏览器不是在座位上登录的那一个。请回到座位上的考试机，或举手告诉监考员。",
  twoHead: "另一个窗口正在作答", two: "同一份试卷已在另一个窗口打开。请回到那个窗口；确实要在这里作答，请按下面的按钮，那个窗口将停止。", take: "改在这里作答", taking: "正在等那个窗口保存答案…",
  waitHead: "等待开考", waitText: "到时间自动开始，不需要刷新本页。", startsSoon: "正在打开试卷…", loading: "正在取试卷…", loadFailed: "取不到试卷，正在重试。请告诉监考员。",
  confirmHead: "确认交卷", confirmAll: "全部题目已作答。", confirmMissing: (n: number) => `还有 ${n} 题未答：`, confirmFlagged: (n: number) => `还有 ${n} 题做了标记：`,
  confirmText: "交卷后不能再修改答案。", confirmYes: "确认交卷", confirmNo: "返回作答", handingIn: "正在交卷：等服务器确认全部答案，请不要关闭本页…",
  receiptHead: "已交卷", receipt: "交卷回执", receiptText: "可以抄下回执编号。现在可以离开本页，请听监考员安排。",
  closedHead: "考试时间已到", closedText: "答题已结束，截止前送到服务器的答案全部有效。请留在座位上，听监考员安排。", lateText: (n: number) => `另有 ${n} 处修改在截止后才送到：已留存备查，不计分。`,
  fiveLeft: "剩余 5 分钟", answeredOf: (n: number, all: number) => `已答 ${n} / ${all}`,
};

/** The words of the exam client in one language. */
export type Words = typeof zh;

const en: Words = {
  minutes: (n) => `${n} minutes`, seat: "Seat", length: "Length", left: "Time left", opensIn: "Opens in", item: (n, all) => `Item ${n} of ${all}`,
  single: "Single choice", multiple: "Multiple choice", judgement: "True or false", points: (p) => `${p} points`, right: "True", wrong: "False",
  pickOne: "Choose one", pickMany: "Choose all that apply", previous: "Previous", next: "Next", flag: "Flag", unflag: "Remove flag", clear: "Clear this answer",
  sheet: "Answer sheet", answered: "answered", unanswered: "unanswered", flagged: "flagged", current: "current", handIn: "Hand in", large: "Large print", toSheet: "Answer sheet",
  keys: "Keys: ← → move, 1–5 or A–E answer, F flag", single_group: "Single", multiple_group: "Multiple", judgement_group: "True/false",
  saved: "All answers saved", savedAt: (t) => `All answers saved · ${t}`, saving: (n) => `Saving ${n} ${n === 1 ? "change" : "changes"}…`, unsaved: (n) => `${n} ${n === 1 ? "change" : "changes"} not saved`,
  offlineHead: "No connection", offline: (n) => `${n} ${n === 1 ? "change has" : "changes have"} not reached the server. Go on answering and do not close this page; saving resumes by itself. The clock keeps running. If this lasts more than a minute, raise your hand.`,
  offlineSince: (t) => `No connection since ${t}`, offlineNothing: "Every answer so far has reached the server. Go on answering and do not close this page. The clock keeps running. If this lasts more than a minute, raise your hand.",
  keptHere: "New answers are kept on this computer, even if the browser closes or crashes.", notKeptHere: "Attention: this computer cannot keep answers; closing or reloading this page loses what has not reached the server. Raise your hand.", notKeptHead: "Nothing is kept on this computer",
  moreTime: (t) => `You have been given extra time; answering now ends at ${t}.`, offered: (n) => `${n} earlier ${n === 1 ? "change" : "changes"} on this computer did not reach the server: kept as evidence, not scored. Check your answers.`,
  elsewhereKept: (n) => `This attempt goes on at another computer; this page saves nothing any more. ${n} ${n === 1 ? "change that had" : "changes that had"} not reached the server from here ${n === 1 ? "was" : "were"} handed to the invigilator as evidence, not scored. Raise your hand.`,
  refusedHead: "Signed out", refused: "Answers cannot be saved at the moment. Do not close this page; raise your hand now.",
  elsewhereHead: "This page has stopped", elsewhere: "This attempt is open in another window or on another computer; this page saves nothing any more. Raise your hand.", reload: "Continue here",
  notSeat: "This attempt can be worked on at its seat only, and this browser is not the one that signed in there. Go back to the exam computer at the seat, or raise your hand.",
  twoHead: "Open in another window", two: "This attempt is already open in another window. Go back to it; to answer here instead, press the button and the other window stops.", take: "Answer here instead", taking: "Waiting for the other window to save…",
  waitHead: "Waiting for the start", waitText: "The exam starts by itself; there is no need to reload.", startsSoon: "Opening the form…", loading: "Loading the form…", loadFailed: "The form cannot be loaded; trying again. Tell the invigilator.",
  confirmHead: "Hand in?", confirmAll: "All items are answered.", confirmMissing: (n) => `${n} ${n === 1 ? "item is" : "items are"} unanswered:`, confirmFlagged: (n) => `${n} ${n === 1 ? "item is" : "items are"} flagged:`,
  confirmText: "After handing in, answers cannot be changed.", confirmYes: "Hand in", confirmNo: "Go back", handingIn: "Handing in: waiting for the server to confirm every answer. Do not close this page…",
  receiptHead: "Handed in", receipt: "Receipt", receiptText: "You may write the receipt code down. You can leave this page now; follow the invigilator.",
  closedHead: "Time is over", closedText: "Answering has ended. Every answer that reached the server before the close counts. Stay seated and follow the invigilator.", lateText: (n) => `${n} more ${n === 1 ? "change" : "changes"} arrived after the close: kept as evidence, not scored.`,
  fiveLeft: "5 minutes left", answeredOf: (n, all) => `${n} of ${all} answered`,
};

/** Words by `data-lang`; Chinese unless it begins with "en". */
export function wordsFor(lang: string): Words {
  return lang.startsWith("en") ? en : zh;
}
