// Sample pages that use every component once, for looking at; not shipped. Names and figures as in the design pictures.
const SURNAMES = ["陈志远", "王慧敏", "赵一鸣", "孙丽华", "周立新", "吴婷", "郑海涛", "冯雪", "蒋伟", "沈佳怡", "韩冰", "杨帆"];
const STAGES = [["done", "1 计划", "3月16日发布"], ["done", "2 报名", "12,318 份"], ["done", "3 审核缴费", "确认 9,870 人"], ["now", "4 编排", "9 / 14 考点已确认"], ["late", "5 试卷", "印制数未报 · 迟 1 天"], ["", "6 考试", "5月22日 9:00"], ["", "7 评定", "—"], ["", "8 成绩", "公示 ≥ 5 个工作日"], ["", "9 证书", "—"]];

/** The frame of a page; `large` as after the cookie. */
export function frame(title, body, { large = false, bodyClass = "", top = true } = {}) {
  return `<!doctype html><html lang="zh-CN"${large ? ' data-print="large"' : ""}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"selfRequestsOnly":true,"historyCacheSize":0}'>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml"><link rel="stylesheet" href="/assets/kaogong.css"><script src="/assets/htmx.min.js" defer></script><script src="/assets/app.js" defer></script></head>
<body class="${bodyClass}"><a class="skip" href="#main">跳到正文</a>${top ? `<div class="demo" role="note"><b>演示</b> <span>数据为生成</span> 系统时钟 <time datetime="2021-04-30T09:00">2021-04-30 09:00</time></div>
<header class="top"><a class="brand" href="/">考<b>工</b></a><nav aria-label="主导航"><a href="#">工作台</a><a href="#" aria-current="page">批次</a><a href="#">机构</a><a href="#">标准</a><a href="#">题库</a><a href="#">人员</a><a href="#">督导</a><a href="#">统计</a></nav>
<div class="who"><span class="switches"><a href="#" data-large-print>大字版</a><a href="#" lang="en" hreflang="en">EN</a></span><span>南城市考点 · 考务</span></div></header>` : ""}${body}</body></html>`;
}

function seat(number) {
  const no = String(number).padStart(2, "0");
  if (number > 26) return `<li class="seat free"><span>${no}</span><b>空</b></li>`;
  const [hue, level] = number < 12 ? ["p1", "三级"] : number < 20 ? ["p2", "二级"] : ["p3", "一级"];
  const form = number % 2 === 1 ? '<i class="form-mark">A</i>' : '<i class="form-mark b">B</i>';
  return `<li class="seat ${hue}${number === 18 ? " flag" : ""}"><span>${no} · ${level}${form}${number === 18 ? '<span class="sr-only">请核对</span>' : ""}</span><b>${SURNAMES[number % 12]}</b></li>`;
}

const rail = `<nav class="rail-box" aria-label="阶段"><ol class="rail">${STAGES.map(([state, name, note], index) => `<li class="${state}"><a href="#"${index === 3 ? ' aria-current="step"' : ""}><b>${name}</b><small>${note}</small></a></li>`).join("")}</ol></nav>`;

const batch = `<main id="main"><div class="head"><h1>2021 年上半年统一认定</h1><span class="meta">企业人力资源管理师 四—一级 · 劳动关系协调员 四—二级 · 5月22日</span><span class="tag late">距考试 11 个工作日</span></div>${rail}
<dl class="facts sheet"><div><dt>本考点考生</dt><dd>1,063<small>理论 1,063 · 技能 1,041</small></dd></div><div><dt>启用考场</dt><dd>36<small>下界 36 · 已证明最优</small></dd></div><div><dt>混编考场</dt><dd>2<small>不混编需 39 间</small></dd></div><div><dt>监考人员</dt><dd>72 / 72<small>抽签可复核</small></dd></div><div class="done"><dt>特殊需要</dt><dd>3<small>已全部满足</small></dd></div></dl>
<div class="cols"><section class="sheet"><header><h2>第 17 考场</h2><span class="tag wait">混编 3 种试卷</span><span class="tag">教学楼 B 302 · 30 座</span><div class="tools"><button class="btn">撤销 <kbd>Z</kbd></button><button class="btn" data-confirm="锁定本考场？锁定后重排不再移动这里的考生。">锁定本考场</button><button class="btn go">打印材料</button></div></header>
<div class="pad stack-gap"><div class="room-box" tabindex="0" role="group" aria-label="座位图"><p class="front">讲台</p><ol class="room cols-6">${Array.from({ length: 30 }, (_, i) => seat(i + 1)).join("")}</ol></div><ul class="legend"><li class="p1">三级 11</li><li class="p2">二级 8</li><li class="p3">一级 7</li><li class="free">空 4</li><li class="flag">请核对 1</li></ul></div></section>
<aside class="stack-gap"><div class="why"><b>为什么混编？</b><p>一级 7 人、二级 协调员 9 人各占一间将多用 3 间考场、6 名监考。同卷座位连续，便于分发与回收；同卷相邻的考生分用 A、B 卷。</p></div>
<section class="sheet"><header><h2>待处理</h2></header><ul class="steps"><li><span class="dot now"></span><span>补录 2 名审核通过考生<br><small class="muted">重排将移动 2 人，其余不变</small></span><button class="btn">预览</button></li><li><span class="dot"></span><span>混编方案报省中心审批</span><button class="btn go">上报</button></li><li><span class="dot done"></span><span>考点安全检查照片 7 / 7</span><a href="#">查看</a></li></ul></section>
<section class="sheet"><header><h2>留痕</h2></header><ol class="timeline"><li class="done"><time>今天 10:42</time><div><b>考务员</b> 调整座位 17-12 → 17-18<small class="muted">理由：行动不便</small></div></li><li><time>今天 09:15</time><div><b>系统</b> 编排完成，36 间<small class="muted">用时 0.8 秒，种子 7f3a</small></div></li><li class="late"><time>昨天 17:00</time><div>印制数未按时上报</div></li></ol></section></aside></div></main><footer class="foot"><a href="#">公开信息</a><a href="#">证书查询</a><span>考工 · 开放的职业技能等级认定平台</span></footer>`;

const candidate = `<main id="main" class="narrow"><div class="head"><h1>我的报名</h1><span class="tag now">待缴费</span></div><div class="flash done" role="status"><p>资格审核已通过。</p></div>
<section class="sheet"><header><h2>企业人力资源管理师 · 三级/高级工</h2></header><ul class="steps"><li><span class="dot done"></span><span>提交报名<br><small class="muted">4月12日 20:14</small></span><a href="#">查看</a></li><li><span class="dot done"></span><span>资格审核 通过<br><small class="muted">2018 版条件 (1)：取得四级证书后累计工作满 5 年（实为 5 年 2 个月）</small></span><a href="#">依据</a></li><li><span class="dot now"></span><span><b>缴费 380.00 元</b><br><small class="muted">请在 4 月 29 日 17:00 前完成，还有 2 个工作日</small></span><a class="btn go" href="#">去缴费</a></li><li><span class="dot"></span><span>准考证<br><small class="muted">5月5日起</small></span><span></span></li><li><span class="dot"></span><span>考试<br><small class="muted">5月22日 9:00 理论 · 14:00 技能</small></span><span></span></li></ul></section>
<div class="why"><b>下一级什么时候能报？</b><p>取得三级证书后累计工作满 4 年：最早 2025 年 6 月可报二级/技师（2018 版标准）。</p></div>
<section class="sheet"><header><h2>证书</h2></header><div class="pad stack-gap"><div class="verdict ok" role="status"><b>有效</b><span>证书真实，未被撤销</span></div><dl class="pairs"><dt>证书编号</dt><dd class="mono" id="no">S000032010004213000017</dd><dt>姓名</dt><dd>王慧敏</dd><dt>发证日期</dt><dd>2016-12-30</dd></dl><button class="btn small when-js" data-copy="#no">复制编号</button></div></section></main>`;

const form = `<main id="main" class="medium"><nav class="crumbs" aria-label="位置"><a href="#">批次</a><a href="#">2021 上半年</a><span aria-current="page">报名</span></nav><div class="head"><h1>报名表</h1></div>
<div class="error-summary" role="alert" tabindex="-1"><h2>请更正 2 处</h2><ul><li><a href="#id-number">身份证号：第 18 位校验码不对</a></li><li><a href="#photo">照片：请选一张 JPG</a></li></ul></div>
<form class="form sheet pad"><div class="field"><label for="name">姓名</label><input id="name" name="name" class="w-12" value="王慧敏"></div>
<div class="field wrong"><label for="id-number">身份证号</label><p class="hint" id="id-number-hint">18 位，末位可以是 X</p><p class="field-error" id="id-number-error">第 18 位校验码不对</p><input id="id-number" name="id_number" class="w-20" value="990101199001011231" aria-describedby="id-number-hint id-number-error" aria-invalid="true"></div>
<div class="grid-2"><div class="field"><label for="level">级别</label><select id="level"><option>三级/高级工</option></select></div><div class="field"><label for="years">累计工作年限</label><span class="unit"><input id="years" class="w-4" value="5" inputmode="numeric"><span>年</span></span></div></div>
<fieldset><legend>申报条件</legend><div class="choices"><label class="choice"><input type="radio" name="c" checked><span><b>条件 (1)</b><small>取得四级证书后累计工作满 5 年 · 实为 5 年 2 个月</small></span></label><label class="choice"><input type="radio" name="c"><span><b>条件 (2)</b><small>取得相关职业四级证书后累计工作满 5 年</small></span></label><label class="choice no"><input type="radio" name="c" disabled><span><b>条件 (3)</b> <span class="bad">不符合</span><small>须有大专以上学历；您填写的是高中</small></span></label></div></fieldset>
<div class="field file"><label for="photo">照片</label><p class="hint">JPG，不超过 2 MB，白底免冠</p><input type="file" id="photo"></div><div class="field"><label for="note">备注 <span class="optional">选填</span></label><textarea id="note"></textarea></div>
<label class="check"><input type="checkbox"> 我承诺所填内容属实</label><div class="actions"><button class="btn go">提交报名</button><button class="btn">存草稿</button><button class="btn danger" data-confirm="撤回这份报名？">撤回报名</button></div></form>
<section class="job" aria-live="polite"><h3>导入花名册</h3><progress max="12318" value="4020" aria-label="导入进度">33 %</progress><p>4,020 / 12,318 行 · <span class="bad">3 行有误</span></p></section>
<div class="flash late" role="alert"><p>第 17 行“身份证号”重复：与第 4 行是同一人。</p></div><div class="flash wait"><p>等待省中心第二人确认。</p></div></main>`;

const rows = SURNAMES.slice(0, 8).map((name, i) => `<tr${i === 1 ? ' aria-selected="true"' : i === 3 ? ' class="late"' : ""}><td><a href="#">${name}</a></td><td data-label="准考证号" class="mono">20210100${10 + i}</td><td data-label="级别">三级/高级工</td><td data-label="条件">(1) 四级后满 5 年</td><td data-label="理论" class="num">${72 + i}.50</td><td data-label="状态"><span class="tag ${["wait", "now", "done", "late"][i % 4]}">${["待审", "初审中", "通过", "迟 1 天"][i % 4]}</span></td><td><button class="btn small" data-key="a">通过</button> <button class="btn small" data-key="r">退回</button></td></tr>`).join("");
const table = `<main id="main"><div class="head"><h1>工作台</h1><span class="meta">南城市考点</span></div><ul class="cards"><li class="card late"><a href="#"><b>初审</b><strong>128</strong><small>最早一份已迟 1 个工作日</small></a></li><li class="card wait"><a href="#"><b>复审</b><strong>16</strong><small>还有 2 个工作日</small></a></li><li class="card"><a href="#"><b>座位确认</b><strong>1</strong><small>5月6日前</small></a></li><li class="card done"><a href="#"><b>监考抽签</b><strong>72</strong><small>已完成，可复核</small></a></li></ul>
<nav class="tabs" aria-label="视图"><a href="#" aria-current="page">待初审 <span class="count">128</span></a><a href="#">待复审 <span class="count">16</span></a><a href="#">全部 <span class="count">1,063</span></a></nav>
<section class="sheet"><form class="filter" role="search"><label>姓名<input name="q"></label><label>级别<select><option>全部</option></select></label><button class="btn">筛选</button><a href="#">清除</a></form><div class="bulk"><span>已选 3 行</span><button class="btn go">全部通过</button></div>
<div class="table-box"><table class="stack" data-keys="rows"><caption class="sr-only">报名</caption><thead><tr><th scope="col" aria-sort="ascending"><a href="#">姓名</a></th><th scope="col">准考证号</th><th scope="col">级别</th><th scope="col">条件</th><th scope="col" class="num">理论</th><th scope="col">状态</th><th scope="col"><span class="sr-only">操作</span></th></tr></thead><tbody>${rows}</tbody></table></div>
<nav class="pages" aria-label="分页"><a href="#" rel="prev">上一页</a><a href="#">1</a><a href="#" aria-current="page">2</a><a href="#">3</a><a href="#" rel="next">下一页</a><span class="muted">共 1,063 行</span></nav></section>
<div class="grid-2"><section class="sheet"><header><h2>从报名到证书</h2></header><div class="pad"><ol class="funnel"><li><span>报名</span><meter min="0" max="12318" value="12318" aria-label="报名"></meter><b class="num">12,318</b></li><li><span>确认</span><meter min="0" max="12318" value="9870" aria-label="确认"></meter><b class="num">9,870</b></li><li><span>到考</span><meter min="0" max="12318" value="8024" aria-label="到考"></meter><b class="num">8,024</b></li></ol></div></section><section class="sheet"><div class="empty"><h2>还没有异议</h2><p>公示期到 6月 11 日，收到的异议会出现在这里。</p><a class="btn" href="#">看公示</a></div></section></div></main>`;

const login = `<main id="main" class="narrow"><p class="seal"><img src="/assets/favicon.svg" alt="" width="64" height="64"></p><h1>考工</h1><section class="sheet"><form class="form pad"><div class="field"><label for="u">账号</label><input id="u" autocomplete="username"></div><div class="field"><label for="p">密码</label><input id="p" type="password" autocomplete="current-password"></div><button class="btn go wide">登录</button></form></section><p class="muted">考生不用密码：<a href="#">用身份证号和短信验证码登录</a></p></main>`;

/** Path → page. */
export const samples = {
  "/batch": frame("编排", batch), "/candidate": frame("我的报名", candidate), "/form": frame("报名表", form), "/table": frame("工作台", table),
  "/login": frame("登录", login, { bodyClass: "login", top: false }), "/large": frame("我的报名（大字）", candidate, { large: true }),
};
