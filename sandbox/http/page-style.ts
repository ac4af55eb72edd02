/** How the sandbox's pages look: one calm column, light and dark from the same names. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f2ee, #17181a);
  --surface: light-dark(#ffffff, #212326);
  --ink: light-dark(#23211e, #f0eeea);
  --soft: light-dark(#615c55, #aaa59c);
  --line: light-dark(#dcd7cf, #3a3d41);
  --accent: light-dark(#1f6f64, #7fd1c4);
  --on-accent: light-dark(#ffffff, #10211e);
  --chosen: light-dark(#e8f3f1, #243330);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.5 system-ui, "Apple SD Gothic Neo", "Noto Sans KR", "Malgun Gothic", sans-serif;
}
.banner { margin: 0; padding: .6rem 1rem; text-align: center; font-size: .875rem; color: var(--soft); border-bottom: 1px solid var(--line); }
.banner strong { color: var(--accent); margin-inline-end: .35rem; }
main { width: calc(100% - 1.5rem); max-width: 30rem; margin: clamp(1rem, 5vh, 3.5rem) auto; padding: clamp(1.25rem, 5vw, 2.25rem); background: var(--surface); border: 1px solid var(--line); border-radius: 1rem; }
main.wide { max-width: 52rem; }
h1 { margin: 0 0 .35rem; font-size: 1.45rem; line-height: 1.25; text-wrap: balance; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1rem; }
p { margin: .35rem 0; }
.soft, small { color: var(--soft); }
.app { display: flex; gap: 1rem; align-items: center; margin-bottom: .5rem; }
.bot { display: block; border-radius: 1rem; }
.bot + h1 { margin-top: 1rem; }
p.actions { margin-block: 1.5rem 1rem; }
ul.plain { margin: 0; padding: 0; list-style: none; }
ul.plain li { padding: .3rem 0 .3rem 1.6rem; position: relative; }
ul.plain li::before { content: "✓"; position: absolute; inset-inline-start: .2rem; color: var(--accent); font-weight: 700; }
fieldset { margin: 1.5rem 0 0; padding: 0; border: 0; min-width: 0; }
legend, .label { padding: 0; font-weight: 600; margin-bottom: .5rem; display: block; }
.person { display: flex; gap: .75rem; align-items: center; padding: .55rem .75rem; border: 1px solid var(--line); border-radius: .75rem; margin-bottom: .4rem; cursor: pointer; }
.person:has(:checked) { border-color: var(--accent); background: var(--chosen); }
.person img { border-radius: 50%; flex: none; }
.person span { min-width: 0; overflow-wrap: anywhere; }
.person small { display: block; }
input[type=radio] { accent-color: var(--accent); width: 1.1rem; height: 1.1rem; flex: none; }
select { width: 100%; padding: .65rem .75rem; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: .6rem; }
.field { margin-top: 1.5rem; }
.problem { margin: 1rem 0 0; padding: .7rem .9rem; border: 1px solid light-dark(#a3330f, #f0a58a); border-radius: .6rem; color: light-dark(#8c2b0c, #f6bda8); }
.actions { display: flex; gap: .75rem; margin-top: 1.75rem; }
button { flex: 1; min-height: 2.75rem; padding: .5rem 1rem; font: inherit; font-weight: 600; border-radius: .6rem; border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer; }
a.button { display: grid; place-items: center; min-height: 2.75rem; padding: .5rem 1.25rem; border-radius: .6rem; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
details { margin-top: .5rem; } summary { cursor: pointer; color: var(--soft); }
a { color: var(--accent); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: start; padding: .4rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
pre { margin: .5rem 0 1rem; padding: .8rem 1rem; overflow-x: auto; background: var(--ground); border: 1px solid var(--line); border-radius: .6rem; }
pre code { overflow-wrap: normal; }
code { font-family: ui-monospace, monospace; font-size: .875em; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
`;
