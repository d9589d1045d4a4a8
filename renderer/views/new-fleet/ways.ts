import { IconBoxMultiple, IconFileImport, IconSailboat } from '@tabler/icons-react'

/** How a fleet can begin. */
export const ways = [
  {
    step: 'sample',
    title: 'Start the sample',
    words: 'A small shop with two versions, to switch and take back. Removed again by a click.',
    Icon: IconSailboat,
  },
  {
    step: 'adopt',
    title: 'Adopt containers',
    words: 'Take containers that run here as the first version of a fleet. They are not touched.',
    Icon: IconBoxMultiple,
  },
  {
    step: 'import',
    title: 'Import a Compose file',
    words: 'Make a fleet from a compose.yaml. What is not supported is named, line by line.',
    Icon: IconFileImport,
  },
] as const
