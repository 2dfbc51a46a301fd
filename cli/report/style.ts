/** The look of the page, for a screen of any width, a dark one, and paper. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --sheet: #fff; --ink: #1b1f24; --quiet: #57606a; --line: #d5dae1;
  --failed: #b42318; --done: #18704a; --running: #1557b0; --waiting: #7a5900; --still: #6e7781;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --sheet: #1d2128; --ink: #e7eaee; --quiet: #a5afbb; --line: #3a424d;
    --failed: #ff8f85; --done: #5fd39b; --running: #7db5ff; --waiting: #e5b94d; --still: #939eab;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 64rem; margin: 0 auto; padding: 0 1rem; }
h1 { margin: 1.5rem 0 0; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 2rem 0 .5rem; font-size: 1.25rem; }
h3 { margin: 0; font-size: 1.05rem; }
h4 { margin: 1rem 0 .25rem; font-size: 1rem; }
p { margin: .25rem 0; }
a { color: var(--running); }
code { font-family: ui-monospace, monospace; font-size: .92em; }
.quiet { color: var(--quiet); }
.text { white-space: pre-line; }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-left-width: 5px; border-radius: 6px; padding: .8rem 1rem; margin: .75rem 0; }
.sheet.failed, .badge.failed { border-color: var(--failed); }
.sheet.passed, .badge.passed, .badge.done, .badge.skipped { border-color: var(--done); }
.sheet.open, .badge.open, .sheet.running, .badge.running { border-color: var(--running); }
.sheet.waiting, .badge.waiting { border-color: var(--waiting); }
.sheet.planned { border-style: dashed; border-left-width: 5px; }
.head { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; }
.badge { border: 1px solid var(--still); border-radius: 1em; padding: 0 .6em; font-size: .85rem; font-weight: 600; white-space: nowrap; color: var(--still); }
.badge.failed { color: var(--failed); }
.badge.passed, .badge.done, .badge.skipped { color: var(--done); }
.badge.open, .badge.running { color: var(--running); }
.badge.waiting { color: var(--waiting); }
.totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; margin: 1rem 0; padding: 0; list-style: none; }
.totals li { background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .8rem; }
.totals b { display: block; font-size: 1.6rem; line-height: 1.2; }
.totals .failed:not(.none) b { color: var(--failed); }
.totals .done:not(.none) b { color: var(--done); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
.bar { display: flex; height: .8rem; border: 1px solid var(--line); border-radius: .4rem; overflow: hidden; margin: .5rem 0 .1rem; background: var(--ground); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.bar span { border-right: 1px solid var(--sheet); background: var(--still); }
.bar .failed { background: repeating-linear-gradient(45deg, var(--failed) 0 6px, var(--sheet) 6px 8px); }
.bar .done, .bar .skipped { background: var(--done); }
.bar .running { background: var(--running); }
.bar .waiting, .bar .left { background: transparent; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--quiet); padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-top: 1px solid var(--line); overflow-wrap: break-word; }
thead th { border-top: 0; color: var(--quiet); font-weight: 600; }
tbody th { font-weight: 500; }
summary { cursor: pointer; }
.failures { list-style: none; padding: 0; margin: 0; }
footer { margin: 2rem auto; }
@media (max-width: 36rem) {
  .devices thead { position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden; }
  .devices tr { display: block; border-top: 1px solid var(--line); padding: .3rem 0; }
  .devices th, .devices td { display: block; border: 0; padding: 0; }
  .devices td:empty { display: none; }
}
@media print {
  :root { --ground: #fff; --sheet: #fff; --ink: #000; --quiet: #444; --line: #999; --failed: #b42318; --done: #18704a; --running: #1557b0; --waiting: #7a5900; --still: #555; }
  body { font-size: 10.5pt; }
  .sheet, tr { break-inside: avoid; }
  h2, h3, h4, .head { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; }
}
`;
