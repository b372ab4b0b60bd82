/** The page's style sheet: one column, system fonts, light and dark, no image and no script. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f7f6f3;--card:#fff;--ink:#1d2330;--soft:#5b6372;--line:#e2e0da;
--link:#17507f;--good:#1c6b45;--good-bg:#e5f2ea;--warn:#8a5200;--warn-bg:#fbf0dc;--bad:#a4262c;
--bad-bg:#fbe7e6;--bar:#3f7cac}
@media(prefers-color-scheme:dark){:root{--bg:#14171c;--card:#1c2027;--ink:#e8eaee;--soft:#a3abb9;
--line:#323843;--link:#8cc1ee;--good:#7fd0a5;--good-bg:#173226;--warn:#f0bd6b;--warn-bg:#3a2c13;
--bad:#ff9d98;--bad-bg:#43201f;--bar:#6aa9d8}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem}
header.top{border-bottom:1px solid var(--line);background:var(--card)}
header.top>div,main{max-width:62rem;margin:0 auto;padding:.75rem 1.25rem}
header.top>div{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1.25rem}
header.top strong{font-size:1.05rem;letter-spacing:-.01em}
header.top nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;flex:1}
nav a{color:var(--soft);text-decoration:none;padding:.35rem 0;border-bottom:2px solid transparent}
nav a:hover{color:var(--ink)}nav a[aria-current]{color:var(--ink);border-color:var(--bar)}
main{padding-top:1.75rem;padding-bottom:4rem}
h1{font-size:clamp(1.5rem,1.2rem + 1.6vw,2.1rem);line-height:1.25;letter-spacing:-.02em;margin:0 0 .4rem;
max-width:34ch;text-wrap:balance}
h2{font-size:1.15rem;margin:2.25rem 0 .6rem;letter-spacing:-.01em}
h3{font-size:.95rem;margin:0;color:var(--soft);font-weight:600}
p{margin:.35rem 0;max-width:68ch}a{color:var(--link)}.soft{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(15.5rem,1fr));gap:1rem;margin-top:1.5rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.1rem 1.2rem;
display:flex;flex-direction:column;gap:.35rem}
.card h2{margin:0;font-size:.9rem;color:var(--soft);font-weight:600;letter-spacing:0}
.card .big{font-size:1.25rem;font-weight:650;line-height:1.3;letter-spacing:-.01em}
.card form,.card .verb{margin-top:auto;padding-top:.7rem}
.tag{display:inline-block;font-size:.8rem;font-weight:600;border-radius:1rem;padding:.1rem .6rem;
align-self:flex-start;white-space:nowrap}
.good{color:var(--good);background:var(--good-bg)}.warn{color:var(--warn);background:var(--warn-bg)}
.bad{color:var(--bad);background:var(--bad-bg)}.none{color:var(--soft);background:var(--bg)}
.box{background:var(--card);border:1px solid var(--line);border-radius:.75rem;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.94rem}
th,td{text-align:left;padding:.55rem .9rem;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td,tr:last-child th{border-bottom:0}thead th{color:var(--soft);font-size:.82rem;
font-weight:600}tbody th{font-weight:600}tbody th .soft{font-weight:400}.n{text-align:right;white-space:nowrap}
td.wide{min-width:16rem}.nowrap{white-space:nowrap}
button,.button{font:inherit;font-weight:600;border:1px solid var(--link);color:var(--link);
background:transparent;border-radius:.5rem;padding:.5rem .95rem;cursor:pointer;text-decoration:none;
display:inline-block;min-height:2.75rem}
button:hover,.button:hover{background:var(--bg)}
button.main{background:var(--link);color:var(--card)}button.main:hover{opacity:.92}
button.quiet{border-color:transparent;color:var(--soft);padding:.35rem .2rem;font-weight:400}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem;margin:0}
@media(max-width:40rem){header.top>div{padding-top:.5rem;padding-bottom:.35rem}header.top strong{flex:1}
header.top nav{order:3;flex-basis:100%;gap:0 1rem}main{padding-top:1.1rem}}
:focus-visible{outline:3px solid var(--bar);outline-offset:2px;border-radius:.3rem}
label{display:block;font-weight:600;margin:.9rem 0 .25rem}
input,select{font:inherit;width:100%;padding:.6rem .75rem;border:1px solid var(--soft);border-radius:.5rem;
background:var(--card);color:var(--ink);min-height:2.75rem}
.narrow{max-width:24rem;margin:3rem auto}.narrow button{margin-top:1.25rem;width:100%}
.said{border-radius:.6rem;padding:.7rem 1rem;margin-bottom:1rem}
details{background:var(--card);border:1px solid var(--line);border-radius:.75rem;margin-top:.75rem}
summary{cursor:pointer;padding:.8rem 1.1rem;font-weight:600}details>.in{padding:0 1.1rem 1rem}
details .box{border:0;border-top:1px solid var(--line);border-radius:0}
.row{display:flex;flex-wrap:wrap;gap:.75rem;align-items:center}ul.plain{list-style:none;margin:0;padding:0}
ul.plain li{padding:.75rem 1.1rem;border-bottom:1px solid var(--line)}ul.plain li:last-child{border:0}
svg.chart{width:100%;max-width:44rem;height:auto;display:block;color:var(--soft);padding:.5rem .25rem;
font:12px system-ui,sans-serif}svg.chart .bars{fill:var(--bar)}svg.chart .values{fill:var(--ink)}
`;
