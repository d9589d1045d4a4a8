import type { Page } from '@playwright/test'
import { expect, test } from './fixture.ts'

const pill = (page: Page, name: string) => page.getByRole('button', { name: new RegExp(`, connected: ${name}`) })

async function openEndpoints(page: Page) {
  await pill(page, 'default').click()
  await page.getByRole('button', { name: 'Endpoints', exact: true }).click()
  return page.getByRole('dialog', { name: 'Endpoints' })
}

test('a fleet of another machine is marked in the bar, in the list and in every plan', async ({ page, window }) => {
  await window.open('endpoints')
  await expect(pill(page, 'default')).not.toContainText('remote')
  await expect(page.getByRole('navigation').getByText('remote', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: /^shop-lab/ }).click()
  await expect(pill(page, 'lab')).toContainText('remote')
  await page.getByRole('button', { name: 'Go live with v1' }).click()
  await expect(page.getByRole('dialog').getByText('remote', { exact: true })).toBeVisible()
})

test('one endpoint is shown at a time, or all of them', async ({ page, window }) => {
  await window.open('endpoints')
  const shop = page.getByRole('navigation', { name: 'Fleets' }).getByRole('button', { name: /^shop ?,/ })
  await expect(shop).toBeVisible()
  await pill(page, 'default').click()
  await page.getByRole('button', { name: /^lab/ }).click()
  await expect(shop).toHaveCount(0)
  await expect(page.getByRole('heading', { name: 'The fleet shop-lab' })).toBeAttached()
  await pill(page, 'lab').click()
  await page.getByRole('button', { name: 'All endpoints' }).click()
  await expect(shop).toBeVisible()
})

test('what is found is tested and added by keyboard, and is one of the endpoints then', async ({ page, window }) => {
  await window.open('endpoints')
  const list = await openEndpoints(page)
  await list.getByRole('button', { name: 'Add staging' }).press('Enter')
  const form = page.getByRole('dialog', { name: 'Add an endpoint' })
  await expect(form.getByRole('textbox', { name: 'Address' })).toHaveValue('ssh://deploy@staging.example')
  await form.getByRole('button', { name: 'Test' }).press('Enter')
  await expect(form.getByText('Let both machines keep their time by NTP')).toBeVisible()
  await form.getByRole('textbox', { name: 'Name' }).press('Enter')
  await expect(list.getByRole('button', { name: 'Disconnect staging' })).toBeVisible()
})

test('an engine that is an endpoint under two names is told of at both', async ({ page, window }) => {
  await window.open('endpoints')
  const list = await openEndpoints(page)
  await list.getByRole('button', { name: 'Add an endpoint' }).click()
  const form = page.getByRole('dialog', { name: 'Add an endpoint' })
  await form.getByRole('textbox', { name: 'Name' }).fill('again')
  await form.getByRole('textbox', { name: 'Address' }).fill('ssh://ada@lab.example:2222')
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(list.getByText('Same engine as lab:')).toBeVisible()
  await expect(list.getByText('Same engine as again:')).toBeVisible()
})

test('an unprotected connection to another machine has to be allowed', async ({ page, window }) => {
  await window.open('endpoints')
  const list = await openEndpoints(page)
  await list.getByRole('button', { name: 'Add an endpoint' }).click()
  const form = page.getByRole('dialog', { name: 'Add an endpoint' })
  await form.getByText('TCP').click()
  const warning = form.getByRole('checkbox', { name: /without protection/ })
  await form.getByRole('textbox', { name: 'Address' }).fill('tcp://127.0.0.1:2375')
  await expect(warning).toHaveCount(0)
  await form.getByRole('textbox', { name: 'Address' }).fill('tcp://lab.example:2375')
  await expect(warning).not.toBeChecked()
  await form.getByRole('checkbox', { name: 'TLS' }).check()
  await expect(warning).toHaveCount(0)
})

test('another engine is trusted, and an endpoint where fleets live is not removed', async ({ page, window }) => {
  await window.open('endpoints')
  await page.getByRole('button', { name: 'Look at it' }).click()
  const list = page.getByRole('dialog', { name: 'Endpoints' })
  await list.getByRole('button', { name: 'Trust the engine that answers now' }).click()
  await expect(page.getByText(/Another engine answers/)).toHaveCount(0)
  await list.getByRole('button', { name: 'Remove lab' }).click()
  await expect(list.getByText('Fleets live on lab: shop-lab')).toBeVisible()
})

test('an endpoint is renamed where it is edited, and stays the one that is shown', async ({ page, window }) => {
  await window.open('endpoints')
  await pill(page, 'default').click()
  await page.getByRole('button', { name: /^lab/ }).click()
  await pill(page, 'lab').click()
  await page.getByRole('button', { name: 'Endpoints', exact: true }).click()
  const list = page.getByRole('dialog', { name: 'Endpoints' })
  await list.getByRole('button', { name: 'Edit lab' }).click()
  const form = page.getByRole('dialog', { name: 'Edit lab' })
  await form.getByRole('textbox', { name: 'Name' }).fill('default')
  await form.getByRole('button', { name: 'Keep' }).click()
  await expect(form.getByText('There is an endpoint named default already')).toBeVisible()
  await form.getByRole('textbox', { name: 'Name' }).fill('works')
  await form.getByRole('button', { name: 'Keep' }).click()
  await expect(list.getByRole('button', { name: 'Edit works' })).toBeVisible()
  await list.getByRole('button', { name: 'Close' }).last().click()
  await expect(pill(page, 'works')).toContainText('remote')
  await expect(page.getByRole('heading', { name: 'The fleet shop-lab' })).toBeAttached()
})

test('lists show what all endpoints have, and what is done goes to the endpoint of its row', async ({
  page,
  window,
}) => {
  await window.open('endpoints')
  await page.getByRole('button', { name: 'Volumes', exact: true }).click()
  const rows = page.getByRole('row', { name: /old_uploads/ })
  await expect(rows).toHaveCount(1)
  await expect(page.getByRole('columnheader', { name: 'Endpoint' })).toHaveCount(0)
  await page.getByRole('checkbox', { name: 'All endpoints' }).check()
  await expect(rows).toHaveCount(2)
  await expect(page.getByRole('columnheader', { name: 'Endpoint' })).toBeVisible()
  await expect(page.getByRole('list', { name: 'Endpoints that do not answer' })).toContainText(/edge.*Another engine/)

  const there = rows.filter({ hasText: 'lab' })
  await there.getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  const plan = page.getByRole('dialog', { name: 'Remove the volume old_uploads' })
  await expect(plan.getByText('lab', { exact: true })).toBeVisible()
  await plan.getByRole('button', { name: 'Remove what nobody needs' }).click()
  await expect(rows).toHaveCount(1)
  await expect(rows).toContainText('default')
})

test('with rows of several endpoints nothing is done, and each is looked at where it is', async ({ page, window }) => {
  await window.open('endpoints')
  await page.getByRole('button', { name: 'Containers', exact: true }).click()
  await page.getByRole('checkbox', { name: 'All endpoints' }).check()
  await page.getByRole('textbox', { name: 'Filter the containers' }).fill('web-1')
  const here = page.getByRole('row', { name: /shop-7-web-1/ })
  const there = page.getByRole('row', { name: /shop-lab-2-web-1/ })
  await here.getByRole('checkbox').check()
  await there.getByRole('checkbox').check()
  await expect(page.getByText('Of 2 endpoints: choose rows of one of them')).toBeVisible()
  await there.getByText('shop-lab-2-web-1').click()
  await expect(pill(page, 'lab')).toBeVisible()
  await page.getByRole('region', { name: 'Container' }).getByRole('button', { name: 'Stop' }).click()
  await expect(
    page.getByRole('dialog', { name: /Stop shop-lab-2-web-1/ }).getByText('lab', { exact: true }),
  ).toBeVisible()
})

test('a version is copied to another endpoint, and is shown there', async ({ page, window }) => {
  await window.open('endpoints')
  await page.getByRole('button', { name: 'More for shop', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Copy to another endpoint' }).click()
  const form = page.getByRole('dialog', { name: 'Copy shop to another endpoint' })
  await form.getByRole('textbox', { name: 'Name of the copy' }).fill('shop-far')
  await form.getByRole('button', { name: 'Plan the copy' }).click()
  const plan = page.getByRole('dialog', { name: 'Copy shop v7 to lab' })
  await expect(plan.getByText('remote', { exact: true })).toBeVisible()
  await plan.getByRole('button', { name: 'Copy to lab' }).click()
  await expect(page.getByRole('heading', { name: 'The fleet shop-far' })).toBeAttached()
  await expect(pill(page, 'lab')).toContainText('remote')
})
