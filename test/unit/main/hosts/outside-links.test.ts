import { expect, test } from 'vitest'
import { questionOfLink } from '../../../../main/hosts/electron/links.ts'

test('a link to the outside is asked about with its host', () => {
  expect(questionOfLink('https://docs.example/path?q=1')).toEqual({
    message: 'Open docs.example in your browser?',
    detail: 'https://docs.example/path?q=1',
  })
  expect(questionOfLink('https://localhost.evil.example/')).toMatchObject({
    message: 'Open localhost.evil.example in your browser?',
  })
  expect(questionOfLink('https://аpple.example/')?.message).toContain('xn--')
})

test('a page of this machine is opened unasked', () => {
  for (const url of ['http://shop.localhost:8080/', 'http://localhost/', 'http://127.0.0.1:3000/', 'http://[::1]:80/'])
    expect(questionOfLink(url)).toBeNull()
})
