import { spawnSync } from 'node:child_process'
import { expect, test } from './app.ts'

test('all containers of the engine, by hand: find one, stop it with its plan, and be offered the immutable way', async ({
  app,
}) => {
  const { page, endpoint, flotilla, shoot } = app
  const docker = (...args: string[]) => spawnSync('docker', ['-H', endpoint, ...args], { encoding: 'utf8' })
  await flotilla('fleet', 'sample')
  const note = 'note=<img src=x onerror=alert(1)>\u001b[31m\u202e'
  docker(
    'run',
    '-d',
    '--init',
    '--name',
    'lonely-1',
    '--label',
    note,
    '-e',
    'API_TOKEN=s3cr3t-t0k3n-9',
    'flotilla/sample/web:1',
  )
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  const stateOf = (name: string) => docker('inspect', '-f', '{{.State.Status}}', name).stdout.trim()
  try {
    await page.getByRole('button', { name: 'Containers', exact: true }).click()
    await expect(row('shop v1')).toContainText('Live')
    await expect(row('shop-1-web-1')).toContainText('flotilla/')

    await test.step('a loose one is found by its name, and stopped after its plan', async () => {
      await page.getByRole('textbox', { name: 'Filter the containers' }).fill('lonely')
      await expect(page.getByRole('row')).toHaveCount(3)
      await row('lonely-1').getByRole('checkbox').check()
      await page.getByRole('button', { name: 'Stop', exact: true }).click()
      const plan = page.getByRole('dialog', { name: 'Stop lonely-1' })
      await plan.getByRole('button', { name: 'Show me the commands' }).click()
      await expect(plan).toContainText('docker stop lonely-1')
      await shoot('containers-plan')
      await plan.getByRole('button', { name: 'Stop', exact: true }).click()
      await expect(row('lonely-1')).toContainText('exited')
      expect(stateOf('lonely-1')).toBe('exited')
    })

    await test.step('from near it tells what it is, inert and with its secrets masked', async () => {
      await row('lonely-1').getByText('lonely-1').click()
      const detail = page.getByRole('region', { name: 'Container', exact: true })
      await expect(detail).toContainText('<img src=x onerror=alert(1)>⟨U+001B⟩[31m⟨U+202E⟩')
      await detail.getByRole('tab', { name: 'JSON' }).click()
      await expect(detail).toContainText('API_TOKEN=••••••')
      await expect(detail).not.toContainText('s3cr3t')
      await shoot('container-json')
      await detail.getByRole('button', { name: 'Start', exact: true }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click()
      await expect(row('lonely-1')).toContainText('running')
      await detail.getByRole('tab', { name: 'Processes' }).click()
      await expect(detail.getByRole('table')).toContainText('httpd')
    })

    await test.step('a shell in it is at hand, and so is the log of one of a fleet', async () => {
      const detail = page.getByRole('region', { name: 'Container', exact: true })
      await detail.getByRole('tab', { name: 'Terminal' }).click()
      await detail.getByRole('button', { name: 'Open a shell' }).click()
      await expect(detail.locator('.xterm')).toBeVisible()
      // A screen that the GPU draws holds no text: what was typed is seen by what it does.
      await page.keyboard.type('echo $((6 * 7)) > /typed\n')
      await expect.poll(() => docker('exec', 'lonely-1', 'cat', '/typed').stdout).toBe('42\n')
      await page.getByRole('textbox', { name: 'Filter the containers' }).fill('shop-1-web-1')
      await row('shop-1-web-1').getByText('shop-1-web-1').click()
      await detail.getByRole('button', { name: 'Logs' }).click()
      await expect(page.getByRole('region', { name: 'Logs' })).toContainText('shop-1-web-1')
      await page.getByRole('button', { name: 'Containers', exact: true }).click()
      await detail.getByRole('button', { name: 'Close the container' }).click()
    })

    await test.step('one of a live version is replaced, not changed; by keyboard', async () => {
      const filter = page.getByRole('textbox', { name: 'Filter the containers' })
      await filter.fill('shop-1-web-1')
      await expect(page.getByRole('row')).toHaveCount(4)
      await page.getByRole('checkbox', { name: 'Select every container shown' }).focus()
      await page.keyboard.press('Tab')
      // Past the heads that sort: name, state, image, CPU, memory, created.
      for (let heads = 0; heads < 6; heads += 1) await page.keyboard.press('Tab')
      await page.keyboard.press('End')
      await page.keyboard.press('Space')
      await expect(row('shop-1-web-1')).toHaveAttribute('aria-selected', 'true')
      await page.getByRole('button', { name: 'Restart', exact: true }).click()
      const plan = page.getByRole('dialog', { name: 'Restart shop-1-web-1' })
      await expect(plan).toContainText('no request is lost')
      await expect(plan.getByRole('button', { name: 'Heal shop-1-web-1' })).toBeVisible()
      await shoot('containers-immutable')
      await page.keyboard.press('Escape')
      await expect(plan).toHaveCount(0)
      expect(stateOf('shop-1-web-1')).toBe('running')
    })

    await test.step('the shell says the same', async () => {
      const rows = (await flotilla('container', 'list', '--json')).json()
      expect(rows.find((one: any) => one.name === 'lonely-1')).toMatchObject({
        state: 'running',
        belongs: { kind: 'loose' },
      })
      const refused = await app.tryFlotilla('container', 'stop', 'shop-1-web-1')
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--insist')])
      await flotilla('container', 'kill', 'lonely-1', '--yes')
      await expect.poll(() => stateOf('lonely-1')).toBe('exited')
    })
  } finally {
    docker('rm', '-f', 'lonely-1')
  }
})
