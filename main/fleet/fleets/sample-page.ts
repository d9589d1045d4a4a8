/** The sample shop's page: what version answers is seen at a glance. */
export const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Corner shop, Version 1</title>
    <link rel="stylesheet" href="shop.css">
  </head>
  <body>
    <main>
      <h1>Corner shop <b>v1</b></h1>
      <p>Version 1 of the shop. Its orders live in a data service and outlive every version.</p>
      <p><output id="orders">…</output> orders so far</p>
      <button id="order">Place an order</button>
      <p class="small">answered by <code id="container">…</code></p>
    </main>
    <script src="shop.js"></script>
  </body>
</html>
`

export const style = `body { margin: 0; min-height: 100vh; display: grid; place-items: center; color: #fff; background: #2f6fdf; font: 18px/1.5 system-ui, sans-serif }
main { text-align: center }
h1 { font-size: 48px; margin: 0 }
b { padding: 0 12px; border-radius: 12px; background: #ffffff30 }
output { font-size: 32px; font-weight: 700 }
button { font: inherit; padding: 8px 20px; border: 0; border-radius: 8px; cursor: pointer }
.small { font-size: 14px; opacity: .8 }
`

export const script = `async function show(path, id, key) {
  try {
    const answer = await fetch(path)
    document.getElementById(id).textContent = (await answer.json())[key]
  } catch {
    document.getElementById(id).textContent = '?'
  }
}
document.getElementById('order').onclick = () => show('cgi-bin/orders?add', 'orders', 'orders')
show('cgi-bin/orders', 'orders', 'orders')
show('cgi-bin/whoami', 'container', 'container')
`
